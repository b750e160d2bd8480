//! Printing: results on standard output, everything else on standard error.
//!
//! With `--quiet` there are errors only. What was asked for is printed nevertheless: JSON, and the results of commands that
//! show something.

use std::env;
use std::io::{self, ErrorKind, IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};

use eventgen_schema::{Diagnostic, Diagnostics, Severity, printable};
use serde::Serialize;
use tracing_subscriber::filter::LevelFilter;

use crate::arguments::{Color, Format};
use crate::failure::Failure;
use crate::printable::lines;

/// What is said of an old version with errors.
pub(crate) const OLD_VERSION: &str =
    "error: the old version has errors, and nothing was compared: compare with another one";

/// Whether `--quiet` is given: set once, before anything is printed.
static IS_QUIET: AtomicBool = AtomicBool::new(false);

/// Whether the command goes on when nobody reads what it prints.
static OUTLIVES_READER: AtomicBool = AtomicBool::new(false);

/// Lets the command go on, and exit with what has become of it, when the reader of standard output is gone: for commands that change
/// something. Others have nothing left to do then.
pub(crate) fn outlive_reader() {
    OUTLIVES_READER.store(true, Ordering::Relaxed);
}

/// The appearance of diagnostics.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terminal {
    color: bool,
}

impl Terminal {
    pub(crate) fn new(color: Color, is_quiet: bool) -> Self {
        IS_QUIET.store(is_quiet, Ordering::Relaxed);
        let color = match color {
            Color::Always => true,
            Color::Never => false,
            // https://no-color.org
            Color::Auto => {
                env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()) && io::stderr().is_terminal()
            }
        };
        Self { color }
    }

    /// Prints what libraries log from now on: warnings and what is done, with `--quiet` errors only.
    pub(crate) fn log(self) {
        let level = if is_quiet() { LevelFilter::ERROR } else { LevelFilter::INFO };
        let lines =
            tracing_subscriber::fmt().with_max_level(level).with_writer(io::stderr).with_target(false);
        // A second subscriber is not installed.
        let _ = lines.with_ansi(self.color).try_init();
    }

    /// Prints what was found; with `--quiet` the errors of it.
    pub(crate) fn diagnostics(self, found: &Diagnostics) {
        if !is_quiet() {
            if !found.is_empty() {
                rendered(&found.render(self.color));
            }
        } else if found.error_count() > 0 {
            let is_error = |diagnostic: &&Diagnostic| diagnostic.severity == Severity::Error;
            let errors = found.iter().filter(is_error).cloned().collect();
            rendered(&Diagnostics::new(found.sources().clone(), errors).render(self.color));
        }
    }

    pub(crate) fn failure(self, failure: &Failure) {
        match failure {
            Failure::Contract(diagnostics) => self.diagnostics(diagnostics),
            Failure::OldVersion(diagnostics) => {
                self.diagnostics(diagnostics);
                error(OLD_VERSION);
            }
            // `eventgen check | head` is no failure.
            Failure::Output(error) if error.kind() == ErrorKind::BrokenPipe => {}
            failure => error(&printable(&format!("error: {failure}"))),
        }
    }
}

/// Whether only errors are printed.
pub(crate) fn is_quiet() -> bool {
    IS_QUIET.load(Ordering::Relaxed)
}

/// Prints what was asked for and flushes it, so that it passes a pipe at once.
///
/// # Errors
/// The reader is gone, or the disk is full.
pub(crate) fn output(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe && OUTLIVES_READER.load(Ordering::Relaxed) => {
            Ok(())
        }
        printed => Ok(printed?),
    }
}

/// Prints a line of a report for people.
///
/// # Errors
/// Those of [`output`].
pub(crate) fn line(text: &str) -> Result<(), Failure> {
    if is_quiet() { Ok(()) } else { output(text) }
}

/// Prints a line of a report in its format.
///
/// # Errors
/// Those of [`output`].
pub(crate) fn formatted(text: &str, format: Format) -> Result<(), Failure> {
    match format {
        Format::Human => line(text),
        Format::Json => output(text),
    }
}

/// Prints a document for programs.
///
/// # Errors
/// Those of [`output`].
pub(crate) fn document(value: &impl Serialize) -> Result<(), Failure> {
    output(&serde_json::to_string_pretty(value)?)
}

/// Prints the summary, or a warning.
pub(crate) fn summary(text: &str) {
    if !is_quiet() {
        error(text);
    }
}

/// Prints an error. What it quotes controls no terminal.
pub(crate) fn error(text: &str) {
    rendered(&lines(text));
}

/// Prints text that has colors of its own.
fn rendered(text: &str) {
    // There is no other channel to report this error on.
    let _ = writeln!(io::stderr(), "{text}");
}
