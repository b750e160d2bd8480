//! Printing: results on standard output, everything else on standard error.

use std::env;
use std::io::{self, ErrorKind, IsTerminal as _, Write as _};

use eventgen_schema::Diagnostics;

use crate::arguments::Color;
use crate::failure::Failure;
use crate::printable::lines;

/// The appearance of diagnostics.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terminal {
    color: bool,
}

impl Terminal {
    pub(crate) fn new(color: Color) -> Self {
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

    pub(crate) fn warnings(self, warnings: &Diagnostics) {
        if !warnings.is_empty() {
            rendered(&warnings.render(self.color));
        }
    }

    pub(crate) fn failure(self, failure: &Failure) {
        match failure {
            Failure::Contract(diagnostics) => rendered(&diagnostics.render(self.color)),
            Failure::OldVersion(diagnostics) => {
                rendered(&diagnostics.render(self.color));
                summary(
                    "error: the old version has errors, and nothing was compared: compare with another one",
                );
            }
            // `eventgen check | head` is no failure.
            Failure::Output(error) if error.kind() == ErrorKind::BrokenPipe => {}
            failure => summary(&format!("error: {failure}")),
        }
    }
}

/// Prints a line of the result and flushes it, so that it passes a pipe at once.
///
/// # Errors
/// The reader is gone, or the disk is full.
pub(crate) fn line(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")?;
    Ok(out.flush()?)
}

/// Prints the summary. What it quotes controls no terminal.
pub(crate) fn summary(text: &str) {
    rendered(&lines(text));
}

/// Prints text that has colors of its own.
fn rendered(text: &str) {
    // There is no other channel to report this error on.
    let _ = writeln!(io::stderr(), "{text}");
}
