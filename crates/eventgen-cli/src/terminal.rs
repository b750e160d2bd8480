//! What is printed where: what was asked for on standard output, everything else on standard error.

use std::env;
use std::io::{self, ErrorKind, IsTerminal as _, Write as _};

use eventgen_schema::Diagnostics;

use crate::arguments::Color;
use crate::failure::Failure;

/// How diagnostics look.
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
            summary(&warnings.render(self.color));
        }
    }

    pub(crate) fn failure(self, failure: &Failure) {
        match failure {
            Failure::Contract(diagnostics) => summary(&diagnostics.render(self.color)),
            // `eventgen check | head`: nobody wants to read of it.
            Failure::Output(error) if error.kind() == ErrorKind::BrokenPipe => {}
            failure => summary(&format!("error: {failure}")),
        }
    }
}

/// A line of what was asked for, seen at once also through a pipe. Fails when nobody reads on or the disk is full.
pub(crate) fn line(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")?;
    Ok(out.flush()?)
}

/// The line that sums up.
pub(crate) fn summary(text: &str) {
    // Where this cannot be written there is nobody to tell.
    let _ = writeln!(io::stderr(), "{text}");
}

/// A count with its word, such as `2 events`.
pub(crate) fn count(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}
