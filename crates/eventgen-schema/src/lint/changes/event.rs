//! Changes of an event: where its records go.

use super::found::Changes;
use crate::contract::Event;
use crate::diagnostics::{Diagnostic, code};

/// The event is on another topic.
pub(super) fn event_moved(old: &Event, new: &Event, found: &mut Changes) {
    if old.topic != new.topic {
        let message = format!("event `{}` moves from topic `{}` to `{}`", new.name, old.topic, new.topic);
        let diagnostic = Diagnostic::lint(code::EVENT_MOVED, message).help(
            "consumers of the new contract do not read what is left on the old topic, and old producers still write there: \
             let consumers read both until the old one is empty",
        );
        found.event(&old.name, &new.name, "topic", diagnostic);
    }
}

/// The schema of the event goes to another subject. With another topic the subject changes, too: that is said of the topic.
pub(super) fn subject_changed(old: &Event, new: &Event, found: &mut Changes) {
    if old.topic == new.topic && old.subject != new.subject {
        let (was, help) = if old.name == new.name {
            (
                "was".to_owned(),
                "keep the subject with `subjectStrategy`; with a second event on a topic its default changes",
            )
        } else {
            (format!("was, as `{}`,", old.name), "keep the name of the event, or name the old `subject`")
        };
        let message = format!(
            "event `{}` is registered under `{}`, and {was} under `{}`",
            new.name, new.subject, old.subject
        );
        let help = format!("the new subject has no versions that the registry could compare with: {help}");
        let diagnostic = Diagnostic::lint(code::SUBJECT_CHANGED, message).help(help);
        found.event(&old.name, &new.name, "subjectStrategy", diagnostic);
    }
}

/// What to do about keys under another subject.
pub(crate) const KEY_SUBJECT: &str = "a registry may give the schema another id there, and the id is part of the key: keep the \
     subject with `keySubjectStrategy`";

/// The schema of the keys goes to another subject. That of a key with another schema is said of the key.
pub(super) fn key_subject_changed(old: &Event, new: &Event, found: &mut Changes) {
    let (Some(was), Some(is)) = (&old.typed_key, &new.typed_key) else { return };
    if old.topic == new.topic && was.subject != is.subject && was.text == is.text {
        let message = format!(
            "the key of event `{}` is registered under `{}`, and was under `{}`",
            new.name, is.subject, was.subject
        );
        let diagnostic = Diagnostic::lint(code::SUBJECT_CHANGED, message).help(KEY_SUBJECT);
        found.event(&old.name, &new.name, "keySubjectStrategy", diagnostic);
    }
}

/// The event is no longer in the contract.
pub(super) fn event_removed(old: &Event, found: &mut Changes) {
    let message = format!("event `{}` of topic `{}` is gone", old.name, old.topic);
    let diagnostic = Diagnostic::lint(code::SCHEMA_REMOVED, message).help(
        "consumers of the new contract do not know its records: keep it until none is left on the topic and in replays",
    );
    found.removed(&old.name, diagnostic);
}
