//! The generated code of the orders sample, to be read; and that generating again gives the same bytes.
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

#[test]
fn the_orders_sample_is_as_checked_in() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("goldens/orders.rs");
    let generated = generate("../../schemas/orders");
    if env::var_os("UPDATE_GOLDENS").is_some() {
        fs::write(&path, &generated).expect("the golden is written");
    }
    let golden = fs::read_to_string(&path).expect("the golden is there: UPDATE_GOLDENS=1 writes it");
    let differing = golden.lines().zip(generated.lines()).position(|(golden, generated)| golden != generated);
    assert!(
        golden == generated,
        "{} differs first in line {}: if it should, set UPDATE_GOLDENS=1 and look at the difference",
        path.display(),
        differing.map_or(golden.lines().count().min(generated.lines().count()) + 1, |line| line + 1),
    );
}

#[test]
fn fifty_generations_are_the_same() {
    for schemas in ["schemas", "../../schemas/orders"] {
        let first = generate(schemas);
        assert!((0..50).all(|_| generate(schemas) == first), "{schemas}");
    }
}
