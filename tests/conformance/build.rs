//! Generates the orders sample, the schemas of this package together, and each of the features by itself.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use eventgen_schema::Loader;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let out_dir = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    generate(&out_dir, "orders", Path::new("../../schemas/orders"))?;
    generate(&out_dir, "conformance", Path::new("schemas"))?;
    println!("cargo::rerun-if-changed=features");
    let entries = fs::read_dir("features")?.map(|entry| entry.map(|entry| entry.path()));
    let mut schemas = entries.collect::<io::Result<Vec<PathBuf>>>()?;
    schemas.retain(|path| path.extension().is_some_and(|extension| extension == "avsc"));
    schemas.sort();
    for schema in &schemas {
        let name = schema.file_stem().and_then(|name| name.to_str()).ok_or("a file without a name")?;
        // Not by eventgen_build: it would show the warnings that some of these schemas are there for.
        println!("cargo::rerun-if-changed={}", schema.display());
        let loaded = Loader::new().path(schema).load().map_err(|mistakes| mistakes.to_string())?;
        fs::create_dir_all(out_dir.join(name))?;
        fs::write(out_dir.join(name).join("eventgen.rs"), eventgen_codegen::generate(&loaded.contract)?)?;
    }
    Ok(())
}

fn generate(out_dir: &Path, name: &str, schemas: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let folder = out_dir.join(name);
    fs::create_dir_all(&folder)?;
    eventgen_build::configure().out_dir(folder).compile(schemas)?;
    Ok(())
}
