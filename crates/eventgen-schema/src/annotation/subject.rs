//! Subjects that an annotation names.

use crate::diagnostics::{Diagnostic, code};
use crate::reader::Casing;
use crate::source::Spanned;

/// What the name of a subject in a context begins with.
const CONTEXT: &str = ":.";

/// Reports a name that registries refuse or take for something else.
pub(super) fn check_subject(subject: &Spanned<String>, casing: Casing, diagnostics: &mut Vec<Diagnostic>) {
    let name = &subject.value;
    let problem = if name.starts_with(CONTEXT) {
        ("a subject is in the context of its registry", "this begins with a context")
    } else if name.chars().any(char::is_control) {
        ("a subject has no control characters", "this has one")
    } else {
        return;
    };
    let help = if name.starts_with(CONTEXT) {
        "name the subject alone; `schema-registry-context` of an environment names the context".to_owned()
    } else {
        format!("write {}", casing.example("subject", "\"orders-value\""))
    };
    diagnostics.push(Diagnostic::error(code::WRONG_VALUE, problem.0).at(&subject.span, problem.1).help(help));
}
