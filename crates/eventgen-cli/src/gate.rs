//! The end of a comparison: its report and the exit code.

use eventgen_schema::{Diagnostic, Diagnostics, Severity, code};

use crate::arguments::Output;
use crate::count::count;
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::report::{Title, report};
use crate::terminal::{Terminal, output as print, summary};

/// Prints what was found about some schemas, and decides.
pub(crate) fn conclude(
    found: &Diagnostics,
    schemas: usize,
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
    let verdict = match (errors, found.warning_count()) {
        (0, 0) => "no incompatible change".to_owned(),
        (0, _) => "no incompatible change, warnings only".to_owned(),
        (errors, _) => format!("{} forbidden", count(errors, "change")),
    };
    summary(&format!("{} compared: {verdict}", count(schemas, "schema")));
    let is_error = |diagnostic: &&Diagnostic| diagnostic.severity == Severity::Error;
    let is_stale = found.iter().filter(is_error).all(|diagnostic| diagnostic.code == code::LOCK_OUTDATED);
    Ok(match errors {
        0 => Outcome::Fine,
        _ if is_stale => Outcome::Stale,
        _ => Outcome::Incompatible,
    })
}
