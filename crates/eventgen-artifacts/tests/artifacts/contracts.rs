//! Contracts to generate from.

use std::path::{Path, PathBuf};

use eventgen_schema::{Contract, Loader, Manifest};

/// The sample contracts of the repository by name.
pub(crate) fn samples() -> [(&'static str, Contract); 4] {
    [
        ("orders", load(&["schemas/orders"])),
        ("payments", load(&["schemas/payments"])),
        ("retries", load(&["crates/eventgen-artifacts/tests/contracts/retries"])),
        ("programs", load(&["examples/programs/schemas"])),
    ]
}

/// A contract whose schemas have tags and rules, are registered with their annotations, and have subjects of their own.
pub(crate) fn governed() -> Contract {
    load(&["tests/conformance/kept"])
}

/// The contract of schemas of the repository, with the `eventgen.toml` above them.
fn load(paths: &[&str]) -> Contract {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let paths: Vec<PathBuf> = paths.iter().map(|path| repository.join(path)).collect();
    let manifest = Manifest::discover(&paths[0]).expect("a valid manifest");
    let loader = Loader::new().manifest(manifest);
    paths.into_iter().fold(loader, Loader::path).load().expect("a valid contract").contract
}
