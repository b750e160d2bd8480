//! How long names may be: each part before the last becomes a Rust module in the one before, and every name of a
//! namespace repeats all of it.

use crate::code;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// The most parts of a full name, so also the deepest that generated modules lie in each other.
const MOST_PARTS: usize = 64;
/// The most bytes of a full name.
const MOST_BYTES: usize = 1024;

/// What is wrong with a dotted name that is too long, written at `span`.
pub(crate) fn too_long(full_name: &str, span: &Span) -> Option<Diagnostic> {
    let parts = full_name.split('.').count();
    let (message, help) = if parts > MOST_PARTS {
        (
            format!("this name has {parts} parts, more than {MOST_PARTS}"),
            "take parts away: each is a module in the module before it",
        )
    } else if full_name.len() > MOST_BYTES {
        (
            format!("this name has {} bytes, more than {MOST_BYTES}", full_name.len()),
            "choose a shorter name: whatever is inside of it repeats it",
        )
    } else {
        return None;
    };
    Some(Diagnostic::error(code::LONG_NAME, message).at(span, "this name, with those around it").help(help))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    #[test]
    fn a_name_has_so_many_parts_and_bytes() {
        let span = Span { source: Sources::default().add("a", String::new()), range: 0..0 };
        let is_too_long = |name: &str| too_long(name, &span).is_some();
        assert!(!is_too_long(&["p"; MOST_PARTS].join(".")));
        assert!(is_too_long(&["p"; MOST_PARTS + 1].join(".")));
        assert!(!is_too_long(&"p".repeat(MOST_BYTES)));
        assert!(is_too_long(&"p".repeat(MOST_BYTES + 1)));
    }
}
