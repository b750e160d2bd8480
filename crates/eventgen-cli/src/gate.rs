//! The end of a comparison: its report and the exit code.

use std::fmt;

use eventgen_schema::{Diagnostic, Diagnostics, Severity, code};

use crate::arguments::Output;
use crate::count::count;
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::report::{Title, report};
use crate::terminal::{OLD_VERSION, Terminal, error, output as print, summary};

/// The events that were not compared, and why.
#[derive(Debug, Default)]
pub(crate) struct LeftOut {
    pub(crate) events: Vec<String>,
    /// A clause that the names of the events end.
    pub(crate) reason: String,
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// How many names are shown.
        const NAMED: usize = 5;
        if self.events.is_empty() {
            return Ok(());
        }
        let verb = if self.events.len() == 1 { "was" } else { "were" };
        write!(f, "; {} {verb} not compared: {} ", count(self.events.len(), "event"), self.reason)?;
        let names: Vec<String> = self.events.iter().take(NAMED).map(|name| format!("`{name}`")).collect();
        let more = if self.events.len() > NAMED { ", …" } else { "" };
        write!(f, "{}{more}", names.join(", "))
    }
}

/// Reports a version that has errors in the format that is asked for.
pub(crate) fn reported(failure: Failure, output: Output, title: Title) -> Result<Outcome, Failure> {
    let (Failure::Contract(found) | Failure::OldVersion(found)) = &failure else { return Err(failure) };
    if output == Output::Human {
        return Err(failure);
    }
    print(&report(found, output, title)?)?;
    summary(&found.summary());
    if matches!(failure, Failure::OldVersion(_)) {
        error(OLD_VERSION);
    }
    Ok(failure.outcome())
}

/// Prints what was found about some schemas, and decides.
pub(crate) fn conclude(
    found: &Diagnostics,
    (schemas, left_out): (usize, &LeftOut),
    title: Title,
    output: Output,
    terminal: Terminal,
) -> Result<Outcome, Failure> {
    if output == Output::Human {
        terminal.diagnostics(found);
    } else {
        let text = report(found, output, title)?;
        if !text.is_empty() {
            print(&text)?;
        }
        if !found.is_empty() {
            summary(&found.summary());
        }
    }
    let errors = found.error_count();
    let verdict = match (schemas, errors, found.warning_count()) {
        (_, 1.., _) => format!("{} forbidden", count(errors, "change")),
        (0, ..) => "no verdict".to_owned(),
        (_, 0, 0) => "no incompatible change".to_owned(),
        (_, 0, _) => "no incompatible change, warnings only".to_owned(),
    };
    let last = format!("{} compared: {verdict}{left_out}", count(schemas, "schema"));
    // With `--quiet`, silence means that everything is in order. That is not known here.
    if schemas == 0 {
        error(&last);
    } else {
        summary(&last);
    }
    let is_error = |diagnostic: &&Diagnostic| diagnostic.severity == Severity::Error;
    let is_stale = found.iter().filter(is_error).all(|diagnostic| diagnostic.code == code::LOCK_OUTDATED);
    Ok(match errors {
        0 => Outcome::Fine,
        _ if is_stale => Outcome::Stale,
        _ => Outcome::Incompatible,
    })
}
