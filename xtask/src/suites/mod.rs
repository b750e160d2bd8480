//! `cargo xtask test`: runs the suites in order and prints a table of outcomes.

mod features;
mod oracles;
mod selection;

use std::process::{Command, ExitCode};
use std::time::Instant;

use crate::error::{Context as _, Failure};
use crate::folders::repository;
use crate::{corpus, maven, packages, readme, sizes};

pub(crate) use selection::Selection;

/// One suite of `cargo xtask test`.
struct Suite {
    /// What `--only` and the table call it.
    name: &'static str,
    /// What `--help` says of it.
    about: &'static str,
    /// Programs that it runs. Without one of them it is skipped.
    programs: &'static [&'static str],
    run: fn() -> Result<(), Failure>,
}

/// All suites, in the order in which they run.
const SUITES: &[Suite] = &[
    Suite::new("format", "rustfmt changes nothing", || cargo(&["fmt", "--all", "--check"], &[])),
    Suite::new("sizes", "no file has more than 400 lines", sizes::check),
    Suite::new("packages", "every published package has licences, a README and metadata", packages::check),
    Suite::new("lints", "Clippy has no warnings", || {
        cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"], &[])
    }),
    Suite::new("features", "the feature sets that no other suite builds", features::check),
    Suite::new("tests", "all tests that need no server", || cargo(&["test", "--workspace", "--locked"], &[])),
    Suite::new("documentation", "rustdoc has no warnings", || {
        let deny = ("RUSTDOCFLAGS".to_owned(), "-D warnings".to_owned());
        cargo(&["doc", "--workspace", "--no-deps", "--locked"], &[deny])
    }),
    Suite::new("readme", "the README's commands and code are true", readme::check),
    Suite::new("corpus", "`cargo xtask corpus` on a few schemas", corpus),
    Suite {
        programs: &["java", "mvn"],
        ..Suite::new("apache", "the Avro front end and codec beside Apache Avro in Java", oracles::apache)
    },
    Suite {
        programs: &["java", "mvn", "python3"],
        ..Suite::new("real", "the tests on a real Kafka and a real registry", oracles::real)
    },
];

impl Suite {
    const fn new(name: &'static str, about: &'static str, run: fn() -> Result<(), Failure>) -> Self {
        Self { name, about, programs: &[], run }
    }

    /// Why the suite cannot run on this machine.
    fn missing_programs(&self) -> Option<String> {
        let missing: Vec<&str> =
            self.programs.iter().copied().filter(|program| !maven::has(program)).collect();
        (!missing.is_empty())
            .then(|| format!("{} not found (see the README's prerequisites)", missing.join(", ")))
    }
}

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

/// Checks that the command works, on a few schemas: over public ones it takes minutes.
fn corpus() -> Result<(), Failure> {
    let code = corpus::run(&repository().join("tests").join("conformance").join("schemas"))?;
    if code == ExitCode::SUCCESS { Ok(()) } else { Err("a valid schema did not come through".into()) }
}

fn cargo(arguments: &[&str], environment: &[(String, String)]) -> Result<(), Failure> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(arguments).current_dir(repository());
    for (name, value) in environment {
        command.env(name, value);
    }
    let status = command.status().context("cargo")?;
    if status.success() { Ok(()) } else { Err(format!("cargo {} failed", arguments.join(" ")).into()) }
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
