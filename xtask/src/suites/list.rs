//! The suites of `cargo xtask test`.

use std::process::ExitCode;

use super::{features, oracles};
use crate::error::Failure;
use crate::folders::repository;
use crate::{cargo, chromium, corpus, maven, packages, postgres, readme, sizes, structure};

/// One suite of `cargo xtask test`.
pub(super) struct Suite {
    /// What `--only` and the table call it.
    pub(super) name: &'static str,
    /// What `--help` says of it.
    pub(super) about: &'static str,
    /// Programs that it runs. Without one of them it is skipped.
    pub(super) programs: &'static [&'static str],
    pub(super) run: fn() -> Result<(), Failure>,
}

/// All suites, in the order in which they run.
pub(super) const SUITES: &[Suite] = &[
    Suite::new("format", "rustfmt changes nothing", || cargo::run(&["fmt", "--all", "--check"], &[])),
    Suite::new("sizes", "no file has more than 400 lines", sizes::check),
    Suite::new("structure", "no circles of imports, and what crates must not use", structure::check),
    Suite::new("packages", "every published package has licences, a README and metadata", packages::check),
    Suite::new("lints", "Clippy has no warnings", || {
        cargo::run(&["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"], &[])
    }),
    Suite::new("features", "the feature sets that no other suite builds", features::check),
    Suite::new("tests", "all tests that need no server", || {
        // Many tests wait for a cluster, so there may be more of them at once than cores.
        let threads = ("RUST_TEST_THREADS".to_owned(), "6".to_owned());
        cargo::run(&["test", "--workspace", "--locked"], &[threads])
    }),
    Suite {
        programs: &[postgres::NAME, "java", "mvn"],
        ..Suite::new(
            "outbox",
            "the outbox on a real PostgreSQL, with relays that are killed, and with Debezium instead of a relay",
            oracles::outbox,
        )
    },
    Suite::new("documentation", "rustdoc has no warnings", || {
        let deny = ("RUSTDOCFLAGS".to_owned(), "-D warnings".to_owned());
        cargo::run(&["doc", "--workspace", "--no-deps", "--locked"], &[deny])
    }),
    Suite::new("readme", "what the README and docs/ show is true", readme::check),
    Suite::new("corpus", "`cargo xtask corpus` on a few schemas", short_corpus),
    Suite {
        programs: &["promtool", "amtool", "npm", "shellcheck", "java", "mvn", "python3"],
        ..Suite::new(
            "monitoring",
            "tools accept what is generated besides Rust: alert rules, whose tests pass, dashboards, and the other artefacts",
            oracles::monitoring,
        )
    },
    Suite {
        programs: &["npm", "java", chromium::NAME],
        ..Suite::new(
            "catalogue",
            "the pages of `eventgen docs` in Chromium: accessible, searched by keyboard, on a phone, and valid HTML",
            oracles::catalogue,
        )
    },
    Suite {
        programs: &["java", "mvn"],
        ..Suite::new(
            "apache",
            "the Avro front end and codec compared with Apache Avro in Java",
            oracles::apache,
        )
    },
    Suite {
        programs: &["java", "mvn", "python3"],
        ..Suite::new("agreement", "all parts and the oracles agree about schemas", oracles::agreement)
    },
    Suite {
        programs: &["java", "mvn", "python3"],
        ..Suite::new("real", "the tests on a real Kafka and a real registry", oracles::real)
    },
    Suite {
        programs: &["java", "mvn"],
        ..Suite::new(
            "secured",
            "clients of a real Kafka with TLS, certificates and passwords",
            oracles::secured,
        )
    },
    Suite {
        // Alertmanager, which comes with amtool, has another name in Debian.
        programs: &["java", "mvn", "prometheus", "amtool"],
        ..Suite::new(
            "alerts",
            "alerts fire and are resolved on a real Kafka with a real Prometheus and Alertmanager",
            oracles::alerts,
        )
    },
];

impl Suite {
    const fn new(name: &'static str, about: &'static str, run: fn() -> Result<(), Failure>) -> Self {
        Self { name, about, programs: &[], run }
    }

    /// Why the suite cannot run on this machine.
    pub(super) fn missing_programs(&self) -> Option<String> {
        let is_there = |program: &str| match program {
            chromium::NAME => chromium::path().is_some(),
            postgres::NAME => postgres::is_there(),
            program => maven::has(program),
        };
        let missing: Vec<&str> = self.programs.iter().copied().filter(|program| !is_there(program)).collect();
        (!missing.is_empty()).then(|| format!("{} not found (see CONTRIBUTING.md)", missing.join(", ")))
    }
}

/// Checks that the command works, on a few schemas: over public ones it takes minutes.
fn short_corpus() -> Result<(), Failure> {
    let code = corpus::run(&repository().join("tests").join("conformance").join("schemas"))?;
    if code == ExitCode::SUCCESS { Ok(()) } else { Err("a valid schema did not come through".into()) }
}
