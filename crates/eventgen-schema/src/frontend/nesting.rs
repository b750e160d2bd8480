//! Reports types that are nested more deeply than the Rust compiler accepts.

use eventgen_avro::model::{MAX_LEVELS, deepest_record};

use crate::diagnostics::Diagnostic;
use crate::diagnostics::code;
use crate::source::Span;
use crate::types::{TypeGraph, TypeId};

/// The compiler's default `recursion_limit`.
const COMPILER: usize = 128;

/// Reports the record with the deepest nesting if it is over the limit. `place` finds the name of a type in a file.
pub(crate) fn check_nesting(
    types: &TypeGraph,
    place: impl FnOnce(TypeId) -> Option<Span>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let deepest = deepest_record(types).filter(|&(.., levels)| levels > COMPILER);
    let Some((id, name, levels)) = deepest else { return };
    let (diagnostic, remark) = if levels > MAX_LEVELS {
        let message = format!("in `{name}`, types are nested more than {MAX_LEVELS} levels deep");
        let error = Diagnostic::error(code::TOO_DEEP, message)
            .help("let the types refer to each other in shorter chains");
        (error, "a record counts as up to 2 levels, a union as 2, a list or a map as 3".to_owned())
    } else {
        let message = format!("in `{name}`, types are nested up to {levels} levels deep");
        let lint = Diagnostic::lint(code::DEEP_TYPES, message).help(format!(
            "let the types refer to each other in shorter chains, or put `#![recursion_limit = \"{}\"]` at the head of \
             the crate that has the generated code",
            levels.next_power_of_two()
        ));
        (lint, format!("the Rust compiler stops at {COMPILER} levels by default"))
    };
    diagnostics.push(match place(id) {
        Some(span) => diagnostic.at(&span, remark),
        None => diagnostic,
    });
}
