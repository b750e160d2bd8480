//! The generated code of the samples and of each feature is checked in, so that changes to it are read. Generation is
//! reproducible.
//!
//! `EXPECTORATE=overwrite cargo test -p conformance-tests --test goldens` writes the code again.

use std::fs;
use std::path::{Path, PathBuf};

use eventgen_schema::Loader;
use expectorate::assert_contents;

fn generate(schemas: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(schemas);
    let loaded = Loader::new().path(path).load().expect("valid schemas");
    eventgen_codegen::generate(&loaded.contract).expect("a contract that code is generated for")
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
fn the_code_of_the_samples_is_as_checked_in() {
    for sample in ["orders", "payments"] {
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("goldens/{sample}.rs"));
        assert_contents(golden, &generate(&format!("../../schemas/{sample}")));
    }
}

#[test]
fn the_code_of_every_feature_is_as_checked_in_and_compiled() {
    let compiled = include_str!("../src/lib.rs");
    for name in features() {
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("features/{name}.rs"));
        assert_contents(golden, &generate(&format!("features/{name}.avsc")));
        assert!(compiled.lines().any(|line| line.trim() == name), "src/lib.rs does not include {name}");
    }
}

#[test]
fn fifty_generations_give_the_same_code() {
    for schemas in
        ["schemas", "../../schemas/payments", "features/recursion.avsc", "features/several_events.avsc"]
    {
        let first = generate(schemas);
        assert!((0..50).all(|_| generate(schemas) == first), "{schemas}");
    }
}
