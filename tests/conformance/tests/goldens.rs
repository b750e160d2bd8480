//! The generated code of the orders sample and of each feature, to be read; and that generating again gives the same bytes.
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

fn features() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("features");
    let entries = fs::read_dir(folder).expect("the folder of features");
    let names = entries.map(|entry| entry.expect("a file").file_name().into_string().expect("a plain name"));
    let mut schemas: Vec<String> = names.filter(|name| name.ends_with(".avsc")).collect();
    schemas.sort();
    schemas
}

#[test]
fn the_orders_sample_is_as_checked_in() {
    compare("../../schemas/orders", &PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("goldens/orders.rs"));
}

#[test]
fn every_feature_is_as_checked_in_and_compiled() {
    let compiled = include_str!("../src/lib.rs");
    for schema in features() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("features").join(&schema);
        compare(&format!("features/{schema}"), &path.with_extension("rs"));
        let name = schema.trim_end_matches(".avsc");
        assert!(compiled.lines().any(|line| line.trim() == name), "src/lib.rs does not include {name}");
    }
}

#[test]
fn fifty_generations_are_the_same() {
    for schemas in ["schemas", "features/names.avsc", "features/recursion.avsc", "features/unions.avsc"] {
        let first = generate(schemas);
        assert!((0..50).all(|_| generate(schemas) == first), "{schemas}");
    }
}
