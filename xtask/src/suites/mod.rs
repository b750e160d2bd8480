//! `cargo xtask test`: runs the suites in order and prints a table of outcomes.

mod features;
mod list;
mod oracles;
mod selection;

use std::process::ExitCode;
use std::time::Instant;

use crate::error::{Context as _, Failure};
use crate::process_group;

use list::{SUITES, Suite};
pub(crate) use selection::Selection;

enum Outcome {
    Passed,
    Failed,
    Skipped(String),
}

struct Ran {
    name: &'static str,
    outcome: Outcome,
    seconds: f32,
}

/// Runs the selected suites. After the first failure the others are skipped.
pub(crate) fn run(selection: &Selection) -> Result<ExitCode, Failure> {
    ctrlc::set_handler(|| {
        process_group::kill_all();
        oracles::stop_servers();
        std::process::exit(130);
    })
    .context("catching signals")?;
    let mut ran: Vec<Ran> = Vec::new();
    for suite in SUITES.iter().filter(|suite| selection.contains(suite)) {
        let name = suite.name;
        println!("── {name} {}", "─".repeat(70_usize.saturating_sub(name.len())));
        let started = Instant::now();
        let outcome = if ran.iter().any(|ran| matches!(ran.outcome, Outcome::Failed)) {
            Outcome::Skipped("an earlier suite failed".to_owned())
        } else {
            outcome(suite, selection)
        };
        ran.push(Ran { name, outcome, seconds: started.elapsed().as_secs_f32() });
    }
    Ok(print_table(&ran))
}

fn outcome(suite: &Suite, selection: &Selection) -> Outcome {
    let result = match (selection.excludes(suite), suite.missing_programs()) {
        (true, _) => return Outcome::Skipped("--no-real".to_owned()),
        (false, Some(reason)) if selection.tolerates_missing_programs() => return Outcome::Skipped(reason),
        (false, Some(reason)) => Err(reason.into()),
        (false, None) => (suite.run)(),
    };
    match result {
        Ok(()) => Outcome::Passed,
        Err(failure) => {
            eprintln!("error: {failure}");
            Outcome::Failed
        }
    }
}

fn print_table(ran: &[Ran]) -> ExitCode {
    println!("\n{:<16} {:<8} {:>8}", "suite", "outcome", "seconds");
    for Ran { name, outcome, seconds } in ran {
        let (outcome, reason) = match outcome {
            Outcome::Passed => ("passed", String::new()),
            Outcome::Failed => ("FAILED", String::new()),
            Outcome::Skipped(reason) => ("skipped", format!("  {reason}")),
        };
        println!("{name:<16} {outcome:<8} {seconds:>8.1}{reason}");
    }
    let count = |wanted: fn(&Outcome) -> bool| ran.iter().filter(|ran| wanted(&ran.outcome)).count();
    let passed = count(|outcome| matches!(outcome, Outcome::Passed));
    let failed = count(|outcome| matches!(outcome, Outcome::Failed));
    let skipped = count(|outcome| matches!(outcome, Outcome::Skipped(_)));
    println!("\nsuites: {passed} passed, {failed} failed, {skipped} skipped");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
