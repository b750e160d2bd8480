//! `cargo xtask bench history`: the gate in a git repository with a history of a thousand schemas.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use super::history_sources::{self, Version};
use super::timing::{Taken, median, time_until};
use crate::error::{Context as _, Failure};
use crate::folders::{repository, target};
use crate::{cargo, machine};

/// Runs of each command, in turns.
const ROUNDS: usize = 7;
/// Schemas.
const SCHEMAS: usize = 1000;
/// Commits behind the first one. Each changes other schemas.
const COMMITS: usize = 100;
/// Every how many schemas one is broken in the working tree of the last measurement.
const BROKEN_EVERY: usize = 10;
/// The exit code of a change that is forbidden.
const INCOMPATIBLE: i32 = 4;

/// Measures, prints, and writes `benches/DIFF.md`.
pub(crate) fn run() -> Result<ExitCode, Failure> {
    let folder = target().join("bench").join("history");
    if folder.exists() {
        fs::remove_dir_all(&folder).context(folder.display())?;
    }
    let made = folder.join("repository");
    fs::create_dir_all(&made).context(made.display())?;
    make(&made)?;
    // As `cargo install` builds it.
    cargo::run(&["build", "--release", "--locked", "-p", "eventgen-cli"], &[])?;
    let command = target().join("release").join("eventgen");
    let report = report(&measure(&command, &made)?);
    println!("{report}");
    let path = repository().join("benches").join("DIFF.md");
    fs::write(&path, report).context(path.display())?;
    Ok(ExitCode::SUCCESS)
}

/// A repository whose commits add a field to a hundredth of the schemas each.
fn make(folder: &Path) -> Result<(), Failure> {
    git(folder, &["init", "--quiet", "--initial-branch=main"])?;
    git(folder, &["config", "gc.auto", "0"])?;
    history_sources::write_common(folder)?;
    for number in 0..SCHEMAS {
        history_sources::write(folder, number, Version::Grown(0))?;
    }
    commit(folder, "Add schemas")?;
    git(folder, &["tag", "first"])?;
    for change in 0..COMMITS {
        for number in (change..SCHEMAS).step_by(COMMITS) {
            history_sources::write(folder, number, Version::Grown(1))?;
        }
        commit(folder, &format!("Add fields {change}"))?;
    }
    // A clone has one pack.
    git(folder, &["gc", "--quiet"])
}

fn commit(folder: &Path, message: &str) -> Result<(), Failure> {
    git(folder, &["add", "--all"])?;
    let author =
        ["-c", "user.name=bench", "-c", "user.email=bench@example.com", "-c", "commit.gpgsign=false"];
    git(folder, &[&author[..], &["commit", "--quiet", "--message", message]].concat())
}

fn git(folder: &Path, arguments: &[&str]) -> Result<(), Failure> {
    let output = Command::new("git").args(arguments).current_dir(folder).output().context("git")?;
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into()) }
}

/// What was measured, by what is shown of it.
type Measured = Vec<(&'static str, Taken)>;

/// What is shown of a command, its arguments, its exit code.
type Case = (&'static str, Vec<String>, i32);

fn measure(command: &Path, made: &Path) -> Result<Measured, Failure> {
    let against = |against: &str, more: &[&str]| {
        let all = [&["diff", "--against", against][..], more].concat();
        all.into_iter().map(str::to_owned).collect()
    };
    let first = worktree(made, "first")?;
    let shown = first.display().to_string();
    let compat = ["compat", &shown, "schemas"].map(str::to_owned).to_vec();
    let mut measured = Vec::new();
    let cases: [Case; 6] = [
        ("`diff --against git:HEAD`, nothing changed", against("git:HEAD", &[]), 0),
        ("`diff --against git:HEAD~1`, 10 schemas changed", against("git:HEAD~1", &[]), 0),
        ("`diff --against git:first`, all changed", against("git:first", &[]), 0),
        ("the same with `--mode strict`", against("git:first", &["--mode", "strict"]), 0),
        ("`diff --against DIR`, all changed", against(&shown, &[]), 0),
        ("`compat DIR schemas`, all changed", compat, 0),
    ];
    measured.extend(in_turns(command, made, &cases)?);
    for number in (0..SCHEMAS).step_by(BROKEN_EVERY).chain((1..SCHEMAS).step_by(BROKEN_EVERY)) {
        history_sources::write(made, number, Version::Broken)?;
    }
    let cases: [Case; 2] = [
        ("`diff --against git:first`, all changed, 200 forbidden", against("git:first", &[]), INCOMPATIBLE),
        ("the same with `--output sarif`", against("git:first", &["--output", "sarif"]), INCOMPATIBLE),
    ];
    measured.extend(in_turns(command, made, &cases)?);
    Ok(measured)
}

/// The schemas of a tag in a folder of their own.
fn worktree(made: &Path, tag: &str) -> Result<PathBuf, Failure> {
    let folder = made.with_file_name(tag);
    git(made, &["worktree", "add", "--quiet", &folder.display().to_string(), tag])?;
    Ok(folder.join("schemas"))
}

fn in_turns(command: &Path, folder: &Path, cases: &[Case]) -> Result<Measured, Failure> {
    let mut taken: Vec<Vec<Taken>> = vec![Vec::new(); cases.len()];
    for _ in 0..ROUNDS {
        for (times, (_, arguments, code)) in taken.iter_mut().zip(cases) {
            times.push(time_until(Command::new(command).args(arguments).current_dir(folder), *code)?);
        }
    }
    Ok(cases.iter().zip(taken).map(|((shown, ..), times)| (*shown, median(times))).collect())
}

fn report(measured: &Measured) -> String {
    let row = |(shown, taken): &(&str, Taken)| {
        format!("| {shown} | {:.2} | {:.2} |\n", taken.wall.as_secs_f64(), taken.processor.as_secs_f64())
    };
    let rows: String = measured.iter().map(row).collect();
    format!(
        "# The gate on many schemas\n\n\
         {SCHEMAS} annotated schemas in as many files, half of them Avro and half Protobuf, in a git repository with {} commits: whole \
         process, release build, median of {ROUNDS} runs in turns.\n`cargo xtask bench history` measures again.\n\n\
         | | s | s of all processors |\n|---|---:|---:|\n{rows}\n\
         Both versions are read and checked as `eventgen check` does. `git:first` is the first commit: every schema has another field since.\n\n\
         {}; other work on the machine at the same time.\n",
        COMMITS + 1,
        machine::description(),
    )
}
