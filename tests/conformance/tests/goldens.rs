//! The generated code of the samples and of each feature, to be read; and that generating again gives the same bytes.
//!
//! `UPDATE_GOLDENS=1 cargo test -p conformance-tests --test goldens` writes it anew.

use std::path::{Path, PathBuf};
use std::{env, fs};

use eventgen_schema::Loader;

fn generate(schemas: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(schemas);
    let loaded = Loader::new().path(path).load().expect("schemas without mistakes");
    eventgen_codegen::generate(&loaded.contract).expect("a contract that code is generated for")
}

fn compare(schemas: &str, golden: &Path) {
    let generated = generate(schemas);
    if env::var_os("UPDATE_GOLDENS").is_some() {
        fs::write(golden, &generated).expect("the golden is written");
    }
    let checked_in = fs::read_to_string(golden).expect("the golden is there: UPDATE_GOLDENS=1 writes it");
    let differing = checked_in.lines().zip(generated.lines()).position(|(old, new)| old != new);
    assert!(
        checked_in == generated,
        "{} differs first in line {}: if it should, set UPDATE_GOLDENS=1 and look at the difference",
        golden.display(),
        differing.map_or(checked_in.lines().count().min(generated.lines().count()) + 1, |line| line + 1),
    );
}

/// The names of the features.
fn features() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("features");
    let entries = fs::read_dir(folder).expect("the folder of features");
    let schemas = entries.map(|entry| entry.expect("a file").path());
    let schemas = schemas.filter(|path| path.extension().is_some_and(|extension| extension == "avsc"));
    let name = |path: PathBuf| path.file_stem().and_then(|name| name.to_str()).map(str::to_owned);
    let mut names: Vec<String> = schemas.map(|path| name(path).expect("a plain name")).collect();
    names.sort();
    names
}

#[test]
fn the_samples_are_as_checked_in() {
    for sample in ["orders", "payments"] {
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("goldens/{sample}.rs"));
        compare(&format!("../../schemas/{sample}"), &golden);
    }
}

#[test]
fn every_feature_is_as_checked_in_and_compiled() {
    let compiled = include_str!("../src/lib.rs");
    for name in features() {
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("features/{name}.rs"));
        compare(&format!("features/{name}.avsc"), &golden);
        assert!(compiled.lines().any(|line| line.trim() == name), "src/lib.rs does not include {name}");
    }
}

#[test]
fn fifty_generations_are_the_same() {
    for schemas in
        ["schemas", "../../schemas/payments", "features/recursion.avsc", "features/several_events.avsc"]
    {
        let first = generate(schemas);
        assert!((0..50).all(|_| generate(schemas) == first), "{schemas}");
    }
}
