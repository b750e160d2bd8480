//! Generates each event into a folder of its own: the three share names.

use std::path::PathBuf;
use std::{env, fs};

use eventgen_build::Config;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let out_dir = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    for event in ["order_small", "order_lines", "telemetry"] {
        let generate = |config: Config, name: String, schema: &str| {
            let folder = out_dir.join(name);
            fs::create_dir_all(&folder)?;
            config.out_dir(folder).compile(format!("events/{event}{schema}.avsc"))?;
            Ok::<_, Box<dyn std::error::Error>>(())
        };
        let configure = || eventgen_build::configure().borrowed(true);
        generate(configure(), event.to_owned(), "")?;
        generate(configure(), format!("{event}.plain"), ".plain")?;
        let compact = eventgen_build::configure().string_type(".", "::compact_str::CompactString");
        generate(compact, format!("{event}.compact"), "")?;
    }
    Ok(())
}
