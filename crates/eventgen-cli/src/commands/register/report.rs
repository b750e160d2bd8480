//! What a registration was refused for, as diagnostics: those of `eventgen diff` where the schema is the reason.

use eventgen_registry::registration::{ApplyError, Plan, SchemaChange, SubjectChange};
use eventgen_schema::comparison::Comparison;
use eventgen_schema::compatibility::RuleSet;
use eventgen_schema::lint::Levels;
use eventgen_schema::{Diagnostics, Loaded};

use super::text::remedy;
use crate::compatibility::Checker;

/// The diagnostics of a plan that has refused changes, or of none.
pub(super) fn of_plan(loaded: &Loaded, plan: &Plan, checker: Checker) -> Diagnostics {
    let mut comparison = Comparison::new(loaded, RuleSet::Registry);
    let mut forbidden = checker.forbidden();
    for change in plan.refused() {
        let name = &change.subject.name;
        let mut is_shown = false;
        for found in forbidden.remove(name).unwrap_or_default() {
            is_shown |= comparison.with_subject(name, &found.new, found.level, &found.versions);
        }
        // Another subject may have the same difference, or only the registry knows the reason.
        if !(is_shown && matches!(change.schema, SchemaChange::Incompatible { .. })) {
            let (reason, help) = refusal(change);
            comparison.refused(name, &reason, help);
        }
    }
    comparison.finish(&Levels::default())
}

/// The diagnostic of a run that ended early.
pub(super) fn of_failure(loaded: &Loaded, error: &ApplyError) -> Diagnostics {
    let mut comparison = Comparison::new(loaded, RuleSet::Registry);
    let help = "what was registered before stays; run the command again, it continues with the rest";
    comparison.refused(&error.subject, &error.error.to_string(), help);
    comparison.finish(&Levels::default())
}

fn refusal(change: &SubjectChange) -> (String, &'static str) {
    let reasons = change.schema.reasons();
    match &change.schema {
        SchemaChange::Blocked { reason } => {
            (reason.clone(), "nothing is registered before this is solved; then run the command again")
        }
        SchemaChange::Failed { error } => (
            format!("it cannot be checked: {error}"),
            "correct what the message names, then run the command again",
        ),
        _ if reasons.is_empty() => ("the registry gives no reason".to_owned(), remedy(&reasons)),
        _ => (reasons.join("; "), remedy(&reasons)),
    }
}
