//! Rules about the subjects of the events of one topic.

use crate::contract::{Compatibility, Event};
use crate::diagnostics::{Diagnostic, code};
use crate::source::Span;

/// Reports events with different schemas under one subject: a registry compares them with each other.
pub(crate) fn check_subjects(topic: &str, events: &[(&Event, &Span)], diagnostics: &mut Vec<Diagnostic>) {
    for (index, (event, span)) in events.iter().enumerate() {
        if event.compatibility == Compatibility::None {
            continue;
        }
        let is_other = |(other, _): &&(&Event, &Span)| {
            let forms = [event, other].map(|event| (event.schema_type, &event.schema));
            other.subject == event.subject && forms[0] != forms[1]
        };
        let Some((other, before)) = events[..index].iter().find(is_other) else { continue };
        let message = format!("two events of topic `{topic}` are registered under `{}`", event.subject);
        diagnostics.push(
            Diagnostic::lint(code::SHARED_SUBJECT, message)
                .at(span, format!("the schema of `{}`", event.name))
                .at(before, format!("and that of `{}`", other.name))
                .help(
                    "the registry compares the two schemas and refuses one: set `subjectStrategy` to `TopicRecordName`, or \
                     `compatibility` to `NONE`",
                ),
        );
    }
}
