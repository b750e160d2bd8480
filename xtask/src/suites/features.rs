//! The suite `features`: feature sets that no package of the workspace asks for.

use crate::cargo;
use crate::error::Failure;

/// Feature sets of packages that do not build librdkafka.
const SETS: &[(&str, &[&str])] = &[
    ("eventgen", &[]),
    ("eventgen", &["avro"]),
    ("eventgen", &["protobuf"]),
    ("eventgen", &["avro", "builders", "jiff", "rust_decimal", "serde"]),
    ("eventgen", &["derive-protobuf"]),
    ("eventgen-avro", &[]),
    ("eventgen-avro", &["codec"]),
    ("eventgen-avro", &["jiff"]),
    ("eventgen-avro", &["jiff", "rust_decimal", "serde"]),
    ("eventgen-registry", &[]),
    ("eventgen-registry", &["client"]),
    ("eventgen-registry", &["tls"]),
    ("eventgen-schema", &[]),
    ("eventgen-schema", &["protobuf"]),
    ("eventgen-schema", &["render"]),
    ("eventgen-codegen", &[]),
    ("eventgen-derive", &[]),
];

/// Feature sets of the runtime with the same librdkafka as a build of the workspace.
const RUNTIME_SETS: &[&[&str]] = &[
    &["kafka", "zstd"],
    &["derive", "jiff", "kafka", "zstd"],
    &["metrics", "zstd"],
    &["otel", "zstd"],
    &["metrics", "otel", "zstd"],
];

/// Those of the outbox, with the same librdkafka. A build of the workspace has both clients.
const OUTBOX_SETS: &[&[&str]] =
    &[&["eventgen/zstd"], &["eventgen/zstd", "tokio-postgres"], &["eventgen/zstd", "sqlx"]];

/// The sets of the runtime that a build of the workspace does not have, since the command has TLS.
const WITH_TLS: &[&str] = &["rust_decimal", "tls", "zstd"];

/// Checks each set on its own: a build of the workspace turns on the features of all its packages.
pub(super) fn check() -> Result<(), Failure> {
    for (package, features) in SETS {
        check_set(package, features)?;
    }
    for features in RUNTIME_SETS {
        check_set("eventgen", features)?;
    }
    for features in OUTBOX_SETS {
        check_set("eventgen-outbox", features)?;
    }
    check_set("eventgen", WITH_TLS)?;
    // What a build without TLS says of it.
    let arguments = ["test", "--quiet", "--locked", "-p", "eventgen", "--lib", "--", "need_openssl"];
    cargo::run(&arguments, &[])
}

fn check_set(package: &str, features: &[&str]) -> Result<(), Failure> {
    let features = features.join(",");
    println!("{package} with {}", if features.is_empty() { "no features" } else { &features });
    let arguments = ["clippy", "--quiet", "--locked", "-p", package, "--no-default-features"];
    cargo::run(&[&arguments[..], &["--features", &features, "--", "-D", "warnings"]].concat(), &[])
}
