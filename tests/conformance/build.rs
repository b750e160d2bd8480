//! Generates the orders sample, the events of the benchmarks, the schemas of this package together, and each of the
//! features by itself.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use eventgen_build::{Dates, Decimals};
use eventgen_codegen::Settings;
use eventgen_schema::{Loader, Manifest};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let out_dir = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    generate(&out_dir, "orders", Path::new("../../schemas/orders"))?;
    generate(&out_dir, "conformance", Path::new("schemas"))?;
    for event in ["order_small", "order_lines", "telemetry"] {
        let schema = format!("../../benches/events/{event}.avsc");
        generate(&out_dir, event, Path::new(&schema))?;
    }
    println!("cargo::rerun-if-changed=features");
    let entries = fs::read_dir("features")?.map(|entry| entry.map(|entry| entry.path()));
    let mut schemas = entries.collect::<io::Result<Vec<PathBuf>>>()?;
    schemas.retain(|path| path.extension().is_some_and(|extension| extension == "avsc"));
    schemas.sort();
    for schema in &schemas {
        let name = schema.file_stem().and_then(|name| name.to_str()).ok_or("a file without a name")?;
        quietly(&out_dir, name, schema, &Settings::default())?;
        let shaped = [
            "compacted",
            "defaults",
            "logical_types",
            "names",
            "recursion",
            "shapes",
            "typed_keys",
            "unions",
        ];
        if shaped.contains(&name) {
            quietly(&out_dir, &format!("other_{name}"), schema, &others())?;
            let integers = Settings::default().dates(Dates::Integers);
            quietly(&out_dir, &format!("integers_{name}"), schema, &integers)?;
        }
    }
    println!("cargo::rerun-if-changed=settings");
    let folder = out_dir.join("shop_common");
    fs::create_dir_all(&folder)?;
    eventgen_build::configure()
        .out_dir(folder)
        .type_attribute("Money", "#[derive(PartialOrd)]")
        .compile("settings/common")?;
    let folder = out_dir.join("shop");
    fs::create_dir_all(&folder)?;
    eventgen_build::configure()
        .out_dir(folder)
        .extern_path(".shop.common", "crate::settings::shop_common::shop::common")
        .type_attribute(".shop.Order", "#[derive(PartialOrd)]")
        .type_attribute("OrderType", "#[derive(Default)]")
        .field_attribute("OrderType.WHOLESALE", "#[default]")
        .field_attribute("Order.note", "/// Never shown to customers.")
        .string_type(".", "::std::boxed::Box<str>")
        .string_type(".shop.Order.sku", "::std::sync::Arc<str>")
        .dates(Dates::Jiff)
        .builders(4)
        .compile("settings")?;
    kept(&out_dir)
}

/// Schemas whose annotations are registered.
fn kept(out_dir: &Path) -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=kept");
    let manifest = Manifest::read(Path::new("kept/eventgen.toml")).map_err(|wrong| wrong.to_string())?;
    let loaded = Loader::new().path("kept").manifest(Some(manifest)).load();
    let contract = loaded.map_err(|diagnostics| diagnostics.to_string())?.contract;
    fs::create_dir_all(out_dir.join("kept"))?;
    let code = eventgen_codegen::generate_with(&contract, &Settings::default())?;
    fs::write(out_dir.join("kept").join("eventgen.rs"), code)?;
    Ok(())
}

/// Every setting that is not the default.
fn others() -> Settings {
    Settings::default()
        .serde(true)
        .borrowed(true)
        .builders(0)
        .decimals(Decimals::BigDecimal)
        .dates(Dates::Jiff)
        .string_type(".", "::std::boxed::Box<str>")
}

/// Without `eventgen_build`, which would print the warnings that some of these schemas cause on purpose.
fn quietly(
    out_dir: &Path,
    name: &str,
    schema: &Path,
    settings: &Settings,
) -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed={}", schema.display());
    let loaded = Loader::new().path(schema).load().map_err(|diagnostics| diagnostics.to_string())?;
    fs::create_dir_all(out_dir.join(name))?;
    let code = eventgen_codegen::generate_with(&loaded.contract, settings)?;
    fs::write(out_dir.join(name).join("eventgen.rs"), code)?;
    Ok(())
}

fn generate(out_dir: &Path, name: &str, schemas: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let folder = out_dir.join(name);
    fs::create_dir_all(&folder)?;
    eventgen_build::configure().out_dir(folder).compile(schemas)?;
    Ok(())
}
