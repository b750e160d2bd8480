//! Writes generated files where they change, or reports that they would.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::count::count;
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::terminal::{line, summary};

/// A file as it should be.
pub(crate) struct Wanted {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

/// How the files are handled, and what is said of them.
pub(crate) struct Request<'a> {
    /// Write nothing.
    pub(crate) check: bool,
    /// What the files contain, such as `2 events on 1 topic`.
    pub(crate) content: String,
    /// The command that writes them.
    pub(crate) command: &'a str,
}

/// The state of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Unchanged,
    Stale,
    Missing,
}

/// Writes the files that are not up to date. Prints a line for each file, and a summary.
pub(crate) fn write(files: &[Wanted], request: &Request) -> Result<Outcome, Failure> {
    let mut changed = Vec::new();
    for file in files {
        let state = state(file)?;
        let shown = file.path.display();
        let told = match state {
            State::Unchanged => "unchanged",
            State::Stale if request.check => "stale",
            State::Missing if request.check => "missing",
            State::Stale | State::Missing => {
                save(file)?;
                "written"
            }
        };
        line(&format!("{shown}: {told}"))?;
        if state != State::Unchanged {
            changed.push((file, state));
        }
    }
    let (content, command) = (&request.content, request.command);
    summary(&match (&changed[..], files) {
        ([], [file]) => format!("{} is up to date: {content}", file.path.display()),
        ([], files) => format!("{} are up to date: {content}", count(files.len(), "file")),
        ([(file, state)], _) if request.check => {
            let why = if *state == State::Missing { "does not exist" } else { "is out of date" };
            format!("{} {why}: run `{command}` and commit the result", file.path.display())
        }
        (changed, _) if request.check => {
            let changed = count(changed.len(), "file");
            format!("{changed} are out of date: run `{command}` and commit the result")
        }
        ([(file, _)], _) => format!("{} is new: {content}", file.path.display()),
        (changed, _) => format!("{} are new: {content}", count(changed.len(), "file")),
    });
    Ok(if request.check && !changed.is_empty() { Outcome::Stale } else { Outcome::Fine })
}

/// Compares a file with what it should be. An unreadable file is an error, not a missing one.
fn state(file: &Wanted) -> Result<State, Failure> {
    match fs::read(&file.path) {
        Ok(bytes) if bytes == file.text.as_bytes() => Ok(State::Unchanged),
        Ok(_) => Ok(State::Stale),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(State::Missing),
        Err(source) => Err(Failure::Read { path: file.path.clone(), source }),
    }
}

/// Writes a file, and its folders.
pub(crate) fn save(file: &Wanted) -> Result<(), Failure> {
    let folder = file.path.parent().unwrap_or(Path::new(""));
    fs::create_dir_all(folder).map_err(|source| Failure::Write { path: folder.to_owned(), source })?;
    fs::write(&file.path, &file.text).map_err(|source| Failure::Write { path: file.path.clone(), source })
}
