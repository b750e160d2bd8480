//! Round-trips random values of every type, with a process for each file.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::bounded::{self, End, Limits, Ran};
use super::case::{Case, State};
use super::compile::Package;
use crate::error::Failure;

/// Far more than the values of a file take. The stack alone has 256 MiB.
const LIMITS: Limits = Limits { time: Duration::from_secs(120), memory: 4096 };

/// Checks the files whose code compiles.
pub(super) fn round_trip(package: &Package, cases: &mut [Case]) -> Result<(), Failure> {
    let program = package.program(&types(cases)?)?;
    for case in cases.iter_mut().filter(|case| matches!(case.state, State::Done) && !case.types.is_empty()) {
        let ran = run(&program, &case.module)?;
        if let Some(why) = failure(&ran, case.types.keys()) {
            case.state = State::NotRoundTripped(why);
        }
    }
    Ok(())
}

fn run(program: &Path, module: &str) -> Result<Ran, Failure> {
    let mut command = Command::new(program);
    // A stack overflow says so there, with the name of the thread and nothing else.
    command.arg(module).stderr(Stdio::null());
    bounded::run(&command, LIMITS)
}

/// The module that checks the types of the file that is named.
fn types(cases: &[Case]) -> Result<String, Failure> {
    let mut arms = String::new();
    for case in cases.iter().filter(|case| matches!(case.state, State::Done)) {
        let module = &case.module;
        writeln!(arms, "        {module:?} => {{")?;
        for (name, (path, schema)) in &case.types {
            writeln!(arms, "            crate::check::<corpus::{module}::{path}>({name:?}, {schema:?});")?;
        }
        writeln!(arms, "        }}")?;
    }
    Ok(format!(
        "//! The types.\n\npub(crate) fn of(file: &str) {{\n    match file {{\n{arms}        _ => {{}}\n    }}\n}}\n"
    ))
}

/// Why a file did not pass: the first type with another outcome than `ok`. A type without an outcome is the one that
/// ended the process.
fn failure<'a>(ran: &Ran, types: impl Iterator<Item = &'a String>) -> Option<String> {
    let outcomes: BTreeMap<&str, &str> =
        ran.stdout.lines().filter_map(|line| line.split_once('\t')).collect();
    for name in types {
        match outcomes.get(name.as_str()) {
            Some(&"ok") => {}
            Some(why) => return Some(format!("{name}: {why}")),
            None => return Some(format!("{name}: {}", ran.end)),
        }
    }
    match &ran.end {
        End::Success => None,
        end => Some(end.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_that_ended_the_process_is_named() {
        let names = ["A", "B", "C"].map(str::to_owned);
        let ran = |stdout: &str, end| Ran { stdout: stdout.to_owned(), end };
        let why = |ran: &Ran| failure(ran, names.iter());
        assert_eq!(why(&ran("A\tok\nB\tok\nC\tok\n", End::Success)), None);
        let timed_out = End::TimedOut(Duration::from_secs(2));
        assert_eq!(why(&ran("A\tok\n", timed_out)).as_deref(), Some("B: no end in 2 s"));
        let wrong = ran("A\tok\nB\tbytes left over\n", End::Success);
        assert_eq!(why(&wrong).as_deref(), Some("B: bytes left over"));
    }
}
