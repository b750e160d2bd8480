//! Durations of the annotation.

use std::time::Duration;

use super::quantity;
use crate::diagnostics::{Diagnostic, code};
use crate::reader::Properties;
use crate::source::{Span, Spanned};

/// The form of a duration, for error messages.
pub(super) const DURATION: &str = "a number with ms, s, m, h, d or w, such as \"200ms\" or \"5m\"";

/// The longest duration: ten years. A longer one is a slip of the pen, and sums of such durations overflow clocks.
const LONGEST_DAYS: u64 = 3_650;
const LONGEST: Duration = Duration::from_secs(LONGEST_DAYS * 24 * 60 * 60);

/// The duration that a property has; `form` says how it is written.
pub(super) fn read_duration(
    properties: &mut Properties<'_, '_>,
    property: &str,
    form: &str,
) -> Option<Spanned<Duration>> {
    let read = properties.quantity(property, quantity::saturating_duration, form)?;
    let what = format!("`{}`", properties.casing.of(property));
    match check_length(read.value, &read.span, &what) {
        Ok(()) => Some(read),
        Err(diagnostic) => {
            properties.diagnostics.push(*diagnostic);
            None
        }
    }
}

/// Whether a duration is one that makes sense. `what` has it.
pub(super) fn check_length(duration: Duration, span: &Span, what: &str) -> Result<(), Box<Diagnostic>> {
    if duration <= LONGEST {
        return Ok(());
    }
    let diagnostic =
        Diagnostic::error(code::WRONG_VALUE, format!("{what} is longer than {LONGEST_DAYS} days"))
            .at(span, "too long")
            .help(format!("write a duration of at most {LONGEST_DAYS}d"));
    Err(Box::new(diagnostic))
}
