//! Limits on the length of names: each part before the last becomes a Rust module inside the one before, and every name
//! of a namespace repeats all of it.

use super::{Problem, ProblemKind, Span};

/// The maximum number of parts of a full name.
pub const MAX_NAME_PARTS: usize = 64;
/// The maximum length of a full name in bytes.
pub const MAX_NAME_BYTES: usize = 1024;

/// The problem of a dotted name that is too long, written at `span`.
pub fn too_long(full_name: &str, span: &Span) -> Option<Problem> {
    let parts = full_name.split('.').count();
    let (kind, help) = if parts > MAX_NAME_PARTS {
        (ProblemKind::TooManyNameParts { parts }, "remove parts: each is a module inside the one before it")
    } else if full_name.len() > MAX_NAME_BYTES {
        let kind = ProblemKind::NameTooLong { bytes: full_name.len() };
        (kind, "choose a shorter name: everything inside it repeats it")
    } else {
        return None;
    };
    Some(Problem::new(kind, span, "this name with its namespace").help(help))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::SourceId;

    #[test]
    fn names_longer_than_the_limits_are_problems() {
        let span = Span { source: SourceId::new(0), range: 0..0 };
        let is_too_long = |name: &str| too_long(name, &span).is_some();
        assert!(!is_too_long(&["p"; MAX_NAME_PARTS].join(".")));
        assert!(is_too_long(&["p"; MAX_NAME_PARTS + 1].join(".")));
        assert!(!is_too_long(&"p".repeat(MAX_NAME_BYTES)));
        assert!(is_too_long(&"p".repeat(MAX_NAME_BYTES + 1)));
    }
}
