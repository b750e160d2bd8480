//! `cargo xtask fuzz codec`: runs the fuzz targets one after another.

use std::process::Command;

use crate::error::{Context as _, Failure};
use crate::folders::repository;

/// The fuzz targets.
const TARGETS: [&str; 4] = ["exact", "borrowed", "plan_decode", "plan_compile"];

/// Runs each target for some seconds under `AddressSanitizer`, with its output on the terminal.
pub(crate) fn run(seconds: u64) -> Result<String, Failure> {
    let there = Command::new("cargo").args(["+nightly", "fuzz", "--version"]).output();
    if !there.is_ok_and(|output| output.status.success()) {
        return Err("cargo-fuzz or a nightly compiler not found; install them with \
                    `rustup toolchain install nightly` and `cargo install cargo-fuzz`"
            .into());
    }
    for target in TARGETS {
        let limits =
            [format!("-max_total_time={seconds}"), "-timeout=10".into(), "-rss_limit_mb=2048".into()];
        let run = Command::new("cargo")
            .args(["+nightly", "fuzz", "run", "--release", target, "--"])
            .args(["-print_final_stats=1"])
            .args(limits)
            // The runtime measures how deep its stack is by addresses, which are others where locals are moved
            // elsewhere. Constants that the compiler puts into several crates are not violations.
            .env("ASAN_OPTIONS", "detect_stack_use_after_return=0:detect_odr_violation=0")
            .current_dir(repository().join("fuzz"))
            .status()
            .context("cargo fuzz")?;
        if !run.success() {
            return Err(format!("{target} found something").into());
        }
    }
    Ok(format!("{} targets, {seconds} seconds each", TARGETS.len()))
}
