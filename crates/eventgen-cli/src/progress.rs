//! How far a command is, on a terminal.

use std::io::{self, IsTerminal as _, Write as _};

/// Fewer items are done before anybody can read a number.
const WORTH_SHOWING: usize = 50;

/// A line on standard error that is overwritten as items are done.
#[derive(Debug)]
pub(crate) struct Progress {
    /// What is done with an item, such as `checked`.
    verb: &'static str,
    /// `None` if nothing is shown.
    total: Option<usize>,
}

impl Progress {
    pub(crate) fn new(verb: &'static str, total: usize) -> Self {
        let is_shown = total >= WORTH_SHOWING && io::stderr().is_terminal();
        Self { verb, total: is_shown.then_some(total) }
    }

    /// Shows how many items are done.
    pub(crate) fn show(&self, done: usize) {
        if let Some(total) = self.total {
            // There is no other channel to report this error on.
            let _ = write!(io::stderr(), "\r{} {done} of {total}", self.verb);
        }
    }

    /// Removes the line.
    pub(crate) fn clear(&self) {
        if self.total.is_some() {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
