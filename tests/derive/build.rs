//! Generates the types that derived ones are compared with: from the exported schemas, and from the orders sample.

use std::path::PathBuf;
use std::{env, fs};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    eventgen_build::configure().clients(false).compile("schemas")?;
    let folder = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?).join("orders");
    fs::create_dir_all(&folder)?;
    eventgen_build::configure().clients(false).out_dir(folder).compile("../../schemas/orders")?;
    Ok(())
}
