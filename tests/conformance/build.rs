//! Generates the orders sample and the schemas of this package, each into a folder of its own.

use std::path::PathBuf;
use std::{env, fs};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let out_dir = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    for (name, schemas) in [("orders", "../../schemas/orders"), ("conformance", "schemas")] {
        let folder = out_dir.join(name);
        fs::create_dir_all(&folder)?;
        eventgen_build::configure().out_dir(folder).compile(schemas)?;
    }
    Ok(())
}
