//! The feature sets that no other suite builds.

use crate::cargo;
use crate::error::Failure;

/// The feature sets that no package of the workspace asks for, and that need no C compiler.
const FEATURE_SETS: [(&str, &[&str]); 10] = [
    ("eventgen-avro", &[]),
    ("eventgen-avro", &["jiff"]),
    ("eventgen-avro", &["jiff", "rust_decimal", "serde"]),
    ("eventgen-registry", &[]),
    ("eventgen-registry", &["client"]),
    ("eventgen-schema", &[]),
    ("eventgen-schema", &["protobuf"]),
    ("eventgen-schema", &["render"]),
    ("eventgen-codegen", &[]),
    ("eventgen-derive", &[]),
];

/// Checks each set by itself: in a build of the workspace the features of all its packages are on.
pub(super) fn check() -> Result<(), Failure> {
    FEATURE_SETS.iter().try_for_each(|(package, features)| {
        let features = features.join(",");
        let arguments =
            ["clippy", "--locked", "-p", package, "--no-default-features", "--features", &features];
        cargo::run(&[&arguments[..], &["--", "-D", "warnings"]].concat(), &[])
    })
}
