//! `cargo xtask outbox-trial`: the outbox with relays that are killed, restarts of PostgreSQL, and brokers that are bounced.
//!
//! The program `outbox-trial` of `tests/outbox` runs it. This task builds it and starts the brokers and the registry.

use std::process::Command;

use crate::chaos::{Servers, finished};
use crate::error::Failure;
use crate::folders::{repository, target};
use crate::{cargo, kafka, machine, registry};

/// The options of `cargo xtask outbox-trial`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The events to be committed. With fewer than 1,000,000, no file is written.
    #[arg(long, default_value_t = 1_000_000)]
    events: u64,
    /// The minutes after which no more events are stored.
    #[arg(long, default_value_t = 60)]
    minutes: u64,
    /// The number of keys.
    #[arg(long, default_value_t = 10_000)]
    keys: u64,
    /// Seconds between two faults, on average.
    #[arg(long, default_value_t = 10)]
    pause: u64,
    /// What determines the random numbers.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Build the programs with optimizations.
    #[arg(long)]
    release: bool,
}

/// The events of a run whose results are kept.
const WHOLE: u64 = 1_000_000;

/// Runs the trial.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let arguments: &[&str] = &["build", "--locked", "-p", "outbox-tests", "--bins"];
    let (profile, optimized): (_, &[&str]) =
        if options.release { ("release", &["--release"]) } else { ("debug", &[]) };
    cargo::run(&[arguments, optimized].concat(), &[])?;
    let servers =
        Servers::start(&kafka::folder("outbox-kafka"), &registry::folder("outbox-registry"), false)?;
    let mut command = Command::new(target().join(profile).join("outbox-trial"));
    command.envs(servers.environment()?);
    let Options { events, minutes, keys, pause, seed, .. } = *options;
    let numbers = [
        ("--events", events),
        ("--minutes", minutes),
        ("--keys", keys),
        ("--pause", pause),
        ("--seed", seed),
    ];
    for (name, value) in numbers {
        command.args([name, &value.to_string()]);
    }
    if events >= WHOLE {
        command.arg("--results").arg(repository().join("tests/outbox/RESULTS.md"));
        command.args(["--machine", &format!("{}, {profile} build.", machine::description())]);
    }
    finished(&mut command)
}
