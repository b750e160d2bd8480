//! Asks before something is changed.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use crate::failure::Failure;

/// Asks whether to do something.
///
/// # Errors
/// There is nobody to ask.
pub(crate) fn confirm(what: &str) -> Result<bool, Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::NotConfirmed);
    }
    let mut err = io::stderr().lock();
    write!(err, "{what}? Only `yes` is accepted: ")?;
    err.flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(answer.trim() == "yes")
}
