//! `cargo xtask corpus DIR`: takes every schema in a folder on its own through all steps: load, generate, compile, and
//! round-trip random values between generated code and apache-avro.
//!
//! Each file is loaded and round-tripped in separate processes, with limits on time and memory. A file that ends its
//! process is named in the report, and the rest goes on.

mod bounded;
mod case;
mod compile;
mod find;
mod report;
mod round_trip;
#[cfg(all(test, unix))]
mod tests;
mod worker;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::error::{Context as _, Failure};
use case::{Case, State};
use find::Finder;
use worker::{Generated, Workers};
pub(crate) use worker::{Step, work};

/// Runs all files of a folder.
pub(crate) fn run(folder: &Path) -> Result<ExitCode, Failure> {
    let folder = folder.canonicalize().context(folder.display())?;
    let mut cases = read(&folder, &Workers::new())?;
    eprintln!("{} files read; compiling …", cases.len());
    let package = compile::Package::new()?;
    package.compile(&mut cases)?;
    eprintln!("compiled; random values …");
    round_trip::round_trip(&package, &mut cases)?;
    let report = report::report(&folder, &cases);
    let path = package.folder().join("report.txt");
    fs::write(&path, &report.all).context(path.display())?;
    println!("{}\nevery file: {}", report.summary, path.display());
    Ok(if report.is_fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Loads every file and generates its code.
fn read(folder: &Path, workers: &Workers) -> Result<Vec<Case>, Failure> {
    let finder = Finder::new(folder, workers)?;
    let mut cases = Vec::new();
    for (index, path) in finder.files().into_iter().enumerate() {
        let module = format!("f{index:05}");
        let mut case = Case { module, path, types: BTreeMap::new(), code: String::new(), state: State::Done };
        if let Some(end) = finder.ended(&case.path) {
            case.state = State::Ended(end.to_owned());
        } else {
            let others = finder.needed(&case.path).into_iter().filter(|path| *path != case.path);
            let files: Vec<PathBuf> = std::iter::once(case.path.clone()).chain(others).collect();
            match workers.generate(&files)? {
                Ok(Generated { types, code }) => (case.types, case.code) = (types, code),
                Err(state) => case.state = state,
            }
        }
        cases.push(case);
    }
    Ok(cases)
}
