//! `cargo xtask bench outbox`: storing events beside bare inserts, and a relay beside a producer, on one real broker.
//!
//! The program `outbox-bench` of `tests/outbox` measures. It starts PostgreSQL itself.

use std::process::Command;

use crate::chaos::finished;
use crate::error::Failure;
use crate::folders::{repository, target};
use crate::{cargo, kafka, machine, server};

/// The options of `cargo xtask bench outbox`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The rows that the relay publishes in a round.
    #[arg(long, default_value_t = 500_000)]
    rows: u32,
    /// The transactions of each kind in a round.
    #[arg(long, default_value_t = 5_000)]
    transactions: u32,
    /// The rounds.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..))]
    rounds: u16,
    /// Measure programs without optimizations. Writes no file.
    #[arg(long)]
    debug: bool,
}

/// Measures, and writes `benches/OUTBOX.md`.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let arguments: &[&str] = &["build", "--locked", "-p", "outbox-tests", "--bin", "outbox-bench"];
    let (profile, optimized): (_, &[&str]) =
        if options.debug { ("debug", &[]) } else { ("release", &["--release"]) };
    cargo::run(&[arguments, optimized].concat(), &[])?;
    let folder = kafka::folder("bench-outbox-kafka");
    server::down(&folder)?;
    let state = kafka::up(&folder, 1, kafka::Access::Open)?;
    let mut command = Command::new(target().join(profile).join("outbox-bench"));
    command.env("EVENTGEN_KAFKA", state.address("KAFKA_BOOTSTRAP_SERVERS"));
    for (name, value) in [
        ("--rows", options.rows.to_string()),
        ("--transactions", options.transactions.to_string()),
        ("--rounds", options.rounds.to_string()),
    ] {
        command.args([name, &value]);
    }
    if !options.debug {
        command.arg("--results").arg(repository().join("benches").join("OUTBOX.md"));
        command.args(["--machine", &format!("{}.", machine::description())]);
    }
    let measured = finished(&mut command);
    server::down(&folder)?;
    measured
}
