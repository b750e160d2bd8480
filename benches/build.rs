//! Generates each event into a folder of its own: the three share names.

use std::path::PathBuf;
use std::{env, fs};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let out_dir = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    for event in ["order_small", "order_lines", "telemetry"] {
        for form in ["", ".plain"] {
            let folder = out_dir.join(format!("{event}{form}"));
            fs::create_dir_all(&folder)?;
            eventgen_build::configure().out_dir(folder).compile(format!("events/{event}{form}.avsc"))?;
        }
    }
    Ok(())
}
