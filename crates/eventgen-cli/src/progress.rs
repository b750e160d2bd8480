//! How far the checks are, on a terminal.

use std::io::{self, IsTerminal as _, Write as _};

/// Fewer subjects are checked before anybody can read a number.
const WORTH_SHOWING: usize = 50;

/// A line on standard error that is overwritten as subjects are checked.
#[derive(Debug)]
pub(super) struct Progress {
    /// `None` if nothing is shown.
    total: Option<usize>,
}

impl Progress {
    pub(super) fn new(total: usize) -> Self {
        let is_shown = total >= WORTH_SHOWING && io::stderr().is_terminal();
        Self { total: is_shown.then_some(total) }
    }

    /// Shows how many subjects are checked.
    pub(super) fn show(&self, done: usize) {
        if let Some(total) = self.total {
            // There is no other channel to report this error on.
            let _ = write!(io::stderr(), "\rchecked {done} of {total}");
        }
    }

    /// Removes the line.
    pub(super) fn clear(&self) {
        if self.total.is_some() {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
