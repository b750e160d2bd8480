//! The line of a subject: what would become of it, and what became of it.

use eventgen_registry::registration::{
    AppliedChange, AppliedSchema, LevelChange, SchemaChange, SubjectChange,
};

use crate::report::SubjectState as State;

/// How a plan is told that is not carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tense {
    /// A dry run.
    Conditional,
    /// A run that changes nothing, because one of its changes is refused.
    Refused,
}

pub(super) fn applied(change: &AppliedChange) -> (State, String) {
    let level = change.level.map(level);
    let (state, text) = match &change.schema {
        AppliedSchema::Unchanged { id, version } => unchanged(&format!("id {id} version {version}"), level),
        AppliedSchema::Registered { id, version } => {
            let version = version.map(|version| format!(" version {version}")).unwrap_or_default();
            (State::Changed, join(format!("registered id {id}{version}"), level))
        }
        _ => (State::Changed, join("changed".to_owned(), level)),
    };
    (state, with_notes(text, &change.notes))
}

pub(super) fn planned(change: &SubjectChange, tense: Tense) -> (State, String) {
    let is_dry = tense == Tense::Conditional;
    let level = change.level.map(|change| {
        let verb = if is_dry { "would set" } else { "does not set" };
        format!("{verb} {}", level(change))
    });
    let refused_verb = if is_dry { "would be refused" } else { "refused" };
    let (state, text) = match &change.schema {
        SchemaChange::Unchanged { id, version } => {
            let (state, text) = unchanged(&format!("id {id} version {version}"), level);
            (if is_dry || state == State::Unchanged { state } else { State::HeldBack }, text)
        }
        SchemaChange::Incompatible { .. } | SchemaChange::WeakerLevel { .. } => {
            let reasons = change.schema.reasons();
            (State::Refused, refused(refused_verb, &reasons))
        }
        SchemaChange::Blocked { reason } => (State::Refused, format!("{refused_verb}: {reason}")),
        SchemaChange::Failed { error } => (State::Failed, format!("cannot be checked: {error}")),
        _ if is_dry => (State::Changed, join("would register".to_owned(), level)),
        _ => (State::HeldBack, "not registered: another subject is refused".to_owned()),
    };
    (state, with_notes(text, &change.notes))
}

/// The schema needs no change; its level may need one.
fn unchanged(version: &str, level: Option<String>) -> (State, String) {
    let state = if level.is_some() { State::Changed } else { State::Unchanged };
    (state, join(format!("unchanged {version}"), level))
}

fn refused(verb: &str, reasons: &[String]) -> String {
    if reasons.is_empty() {
        return format!("{verb}: the registry gives no reason");
    }
    format!("{verb}: {}; {}", reasons.join("; "), remedy(reasons))
}

/// What to do about a refusal. The registries agree on the names of the differences.
pub(super) fn remedy(reasons: &[String]) -> &'static str {
    let is = |name: &str| reasons.iter().any(|reason| reason.contains(name));
    if is("is weaker than") {
        "keep the registry's level, or pass --allow-weaker-level to set the contract's"
    } else if is("READER_FIELD_MISSING_DEFAULT_VALUE") {
        "records of one version would lack the field in the other: give the field a `default`, or move the event to a new topic"
    } else if is("MISSING_ENUM_SYMBOLS") {
        "a reader would not know the symbol: give the enum a `default` in a version before the symbol changes, or move the \
         event to a new topic"
    } else {
        "undo the change, add a field beside the old one, or move the event to a new topic"
    }
}

/// A change of level, such as `level NONE -> BACKWARD`.
fn level(LevelChange { from, to, .. }: LevelChange) -> String {
    match from {
        Some(from) => format!("level {from} -> {to}"),
        None => format!("level (none of its own) -> {to}"),
    }
}

fn join(text: String, level: Option<String>) -> String {
    [Some(text), level].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn with_notes(text: String, notes: &[String]) -> String {
    if notes.is_empty() { text } else { format!("{text} ({})", notes.join("; ")) }
}
