//! Writes generated files where they change, or reports that they would.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::arguments::Format;
use crate::count::count;
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::terminal::{document, line, summary};

/// A file as it should be.
pub(crate) struct Wanted {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

/// What became of files, for programs.
#[derive(Serialize)]
pub(crate) struct Files {
    version: u32,
    files: Vec<Written>,
}

impl Files {
    pub(crate) fn new(files: Vec<Written>) -> Self {
        Self { version: VERSION, files }
    }
}

/// A file, and what became of it.
#[derive(Serialize)]
pub(crate) struct Written {
    path: String,
    /// `written`, `unchanged`, `stale` or `missing`.
    state: &'static str,
}

impl Written {
    pub(crate) fn new(path: &Path) -> Self {
        Self { path: shown_path(path), state: "written" }
    }
}

/// Incremented when a property is removed or changes its meaning. Properties may be added at any time.
const VERSION: u32 = 1;

fn shown_path(path: &Path) -> String {
    path.display().to_string()
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

/// Writes the files that are not up to date. Prints a line for each file, or a document, and a summary.
pub(crate) fn write(files: &[Wanted], request: &Request, output: Format) -> Result<Outcome, Failure> {
    let (mut changed, mut told_of) = (Vec::new(), Vec::new());
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
        if output == Format::Human {
            line(&format!("{shown}: {told}"))?;
        }
        told_of.push(Written { path: shown_path(&file.path), state: told });
        if state != State::Unchanged {
            changed.push((file, state));
        }
    }
    if output == Format::Json {
        document(&Files::new(told_of))?;
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
        ([(file, state)], _) => {
            let what = if *state == State::Missing { "new" } else { "changed" };
            format!("{} is {what}: {content}", file.path.display())
        }
        (changed, _) => {
            let is_new = changed.iter().all(|(_, state)| *state == State::Missing);
            let what = if is_new { "new" } else { "new or changed" };
            format!("{} are {what}: {content}", count(changed.len(), "file"))
        }
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
