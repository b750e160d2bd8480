//! The suite `packages`: every published package has licences, a README and metadata.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::cargo;
use crate::error::{Context as _, Failure};
use crate::folders::repository;

/// The licences, which every package contains as they are at the root.
const LICENCES: [&str; 2] = ["LICENSE-APACHE", "LICENSE-MIT"];

/// The configuration of releases.
const RELEASES: &str = "release-plz.toml";

/// Required fields of `Cargo.toml`, by their names in `cargo metadata`.
const FIELDS: [&str; 8] = [
    "categories",
    "description",
    "documentation",
    "keywords",
    "license",
    "readme",
    "repository",
    "rust_version",
];

/// Fails with everything that is missing, and with the symbolic links of the repository.
pub(crate) fn check() -> Result<(), Failure> {
    let metadata =
        output(&cargo::program(), &["metadata", "--no-deps", "--format-version", "1", "--locked"])?;
    let metadata: Value = serde_json::from_str(&metadata).context("cargo metadata")?;
    let releases = fs::read_to_string(repository().join(RELEASES)).context(RELEASES)?;
    let mut missing = symbolic_links(&output("git".as_ref(), &["ls-files", "-s"])?);
    missing.extend(outdated_locks(&output("git".as_ref(), &["ls-files", "*/Cargo.lock"])?));
    for package in metadata["packages"].as_array().into_iter().flatten() {
        // `publish = false` is an empty list of registries.
        if package["publish"].as_array().is_none_or(|registries| !registries.is_empty()) {
            missing.extend(in_package(package)?);
            let name = package["name"].as_str().unwrap_or_default();
            if !releases.lines().any(|line| line == format!("name = \"{name}\"")) {
                missing.push(format!("{name}: not in {RELEASES}, which gives all packages one version"));
            }
        }
    }
    if missing.is_empty() { Ok(()) } else { Err(format!("packaging:\n{}", missing.join("\n")).into()) }
}

/// The lock files of packages outside of the workspace that do not fit the manifests any more: they are built with `--locked`.
fn outdated_locks(files: &str) -> Vec<String> {
    let is_outdated = |file: &&str| {
        let manifest = file.replace("Cargo.lock", "Cargo.toml");
        let arguments = ["metadata", "--locked", "--format-version", "1", "--manifest-path", &manifest];
        output(&cargo::program(), &arguments).is_err()
    };
    let outdated = files.lines().filter(is_outdated);
    outdated
        .map(|file| {
            format!("{file}: it does not fit the manifests: `cargo metadata` in its folder updates it")
        })
        .collect()
}

fn in_package(package: &Value) -> Result<Vec<String>, Failure> {
    let name = package["name"].as_str().unwrap_or_default();
    let manifest = Path::new(package["manifest_path"].as_str().unwrap_or_default());
    let folder = manifest.parent().unwrap_or(manifest);
    let mut missing = missing_fields(package);
    let packaged =
        output(&cargo::program(), &["package", "--list", "--allow-dirty", "--locked", "-p", name])?;
    for file in LICENCES.into_iter().chain(["README.md"]) {
        let text = fs::read(folder.join(file)).ok();
        if text.is_none() || !packaged.lines().any(|line| line == file) {
            missing.push(format!("{file} is not in the package"));
        } else if LICENCES.contains(&file) && text != fs::read(repository().join(file)).ok() {
            missing.push(format!("{file} differs from the one at the root"));
        }
    }
    Ok(missing.into_iter().map(|what| format!("{name}: {what}")).collect())
}

/// The fields that a manifest lacks.
fn missing_fields(package: &Value) -> Vec<String> {
    let is_empty = |value: &Value| match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::String(text) => text.is_empty(),
        _ => false,
    };
    let mut missing: Vec<String> = FIELDS
        .into_iter()
        .filter(|field| is_empty(&package[field]))
        .map(|field| format!("`{}` is not set in Cargo.toml", field.replace('_', "-")))
        .collect();
    if package["metadata"]["docs"]["rs"]["all-features"] != Value::Bool(true) {
        missing.push("`all-features = true` is not set in [package.metadata.docs.rs]".to_owned());
    }
    missing
}

/// Symbolic links in the index. Where they are not supported, as on Windows, git writes a text file with the path.
fn symbolic_links(index: &str) -> Vec<String> {
    index
        .lines()
        .filter(|line| line.starts_with("120000 "))
        .filter_map(|line| line.split_once('\t'))
        .map(|(_, path)| format!("{path} is a symbolic link"))
        .collect()
}

fn output(program: &OsStr, arguments: &[&str]) -> Result<String, Failure> {
    let command = || format!("{} {}", program.display(), arguments.join(" "));
    let output =
        Command::new(program).args(arguments).current_dir(repository()).output().context(command())?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(format!("{}: {}", command(), String::from_utf8_lossy(&output.stderr)).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_fields_are_missing() {
        let package = serde_json::json!({
            "categories": [], "description": "A package.", "documentation": "", "keywords": ["kafka"],
            "license": "MIT", "readme": null, "repository": "https://example.com", "rust_version": "1.88",
        });
        let expected = [
            "`categories` is not set in Cargo.toml",
            "`documentation` is not set in Cargo.toml",
            "`readme` is not set in Cargo.toml",
            "`all-features = true` is not set in [package.metadata.docs.rs]",
        ];
        assert_eq!(missing_fields(&package), expected);
    }

    #[test]
    fn symbolic_links_are_found_by_their_mode() {
        let index = "100644 aa 0\tREADME.md\n120000 bb 0\tsrc/kafka.proto\n";
        assert_eq!(symbolic_links(index), ["src/kafka.proto is a symbolic link"]);
    }
}
