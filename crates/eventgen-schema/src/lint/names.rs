//! Rules about the names of topics, which are seen all together.

use std::collections::BTreeMap;

use regex_lite::Regex;

use crate::annotation::{MAX_TOPIC_NAME, check_topic_name_length};
use crate::contract::{DeadLetterName, derived_dead_letter};
use crate::diagnostics::{Diagnostic, code};
use crate::source::Span;

/// A topic's name, and its dead-letter topic's.
pub(crate) struct TopicName<'a> {
    pub(crate) topic: &'a str,
    /// Where an event names it.
    pub(crate) span: &'a Span,
    pub(crate) dead_letter: DeadLetterName<'a>,
}

/// The form that names of topics must have.
#[derive(Debug, Clone)]
pub(crate) struct NamePattern {
    pub(crate) regex: Regex,
    pub(crate) span: Span,
}

/// Checks the names of all topics of a contract.
pub(crate) fn check_names(
    topics: &[TopicName<'_>],
    pattern: Option<&NamePattern>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    for topic in topics {
        check_pattern(topic, pattern, diagnostics);
        check_dead_letter(topic, diagnostics);
    }
    check_collisions(topics, diagnostics);
}

fn check_pattern(topic: &TopicName<'_>, pattern: Option<&NamePattern>, diagnostics: &mut Vec<Diagnostic>) {
    let Some(pattern) = pattern.filter(|pattern| !pattern.regex.is_match(topic.topic)) else { return };
    diagnostics.push(
        Diagnostic::lint(
            code::TOPIC_PATTERN,
            format!("the name `{}` is not of the form that [naming] wants", topic.topic),
        )
        .at(topic.span, "this name")
        .at(&pattern.span, "does not match this pattern")
        .help("rename the topic while nothing depends on it, or widen the pattern"),
    );
}

fn check_dead_letter(topic: &TopicName<'_>, diagnostics: &mut Vec<Diagnostic>) {
    match &topic.dead_letter {
        // What is wrong with the topic's own name is reported with that.
        DeadLetterName::Derived if topic.topic.len() <= MAX_TOPIC_NAME => {
            check_topic_name_length(&derived_dead_letter(topic.topic), topic.span, diagnostics);
        }
        DeadLetterName::Given(name) if name.value == topic.topic => diagnostics.push(
            Diagnostic::error(
                code::DEAD_LETTER_LOOP,
                format!("topic `{}` is its own dead-letter topic", topic.topic),
            )
            .at(&name.span, "a record that cannot be handled would come back for ever")
            .help(format!("name another topic, or leave it out: it is then `{}.dlq`", topic.topic)),
        ),
        DeadLetterName::Off | DeadLetterName::Derived | DeadLetterName::Given(_) => {}
    }
}

/// Kafka's metrics write `.` as `_`, so brokers refuse a topic whose name becomes another's by that.
fn check_collisions(topics: &[TopicName<'_>], diagnostics: &mut Vec<Diagnostic>) {
    let given = topics.iter().filter_map(|topic| match topic.dead_letter {
        DeadLetterName::Given(name) => Some((name.value.as_str(), &name.span)),
        _ => None,
    });
    let mut seen: BTreeMap<String, (&str, &Span)> = BTreeMap::new();
    for (name, span) in topics.iter().map(|topic| (topic.topic, topic.span)).chain(given) {
        let &mut (other, first) = seen.entry(name.replace('.', "_")).or_insert((name, span));
        if other != name {
            diagnostics.push(
                Diagnostic::lint(
                    code::TOPIC_COLLISION,
                    format!("topics `{name}` and `{other}` are one in the names of Kafka's metrics"),
                )
                .at(span, "a broker refuses the second of them")
                .at(first, "the other topic")
                .help("part names by `.` or by `_`, never by both"),
            );
        }
    }
}
