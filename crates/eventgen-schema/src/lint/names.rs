//! Rules about the names of topics, which are seen all together.

use std::collections::BTreeMap;

use regex_lite::Regex;

use crate::annotation::{MAX_TOPIC_NAME, check_topic_name_length};
use crate::contract::{DeadLetterName, derived_dead_letter};
use crate::diagnostics::{Diagnostic, code};
use crate::source::{Span, Spanned};

/// A topic's name, and its dead-letter topic's.
pub(crate) struct TopicName<'a> {
    pub(crate) topic: &'a str,
    /// Where an event names it.
    pub(crate) span: &'a Span,
    pub(crate) dead_letter: DeadLetterName<'a>,
    /// The names of its retry topics, at the names of their groups.
    pub(crate) retry_topics: Vec<Spanned<String>>,
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
        check_dead_letter(topic, topics, diagnostics);
    }
    check_retry_topics(topics, diagnostics);
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

fn check_dead_letter(topic: &TopicName<'_>, topics: &[TopicName<'_>], diagnostics: &mut Vec<Diagnostic>) {
    let (name, span) = match &topic.dead_letter {
        DeadLetterName::Off => return,
        DeadLetterName::Derived => (derived_dead_letter(topic.topic), topic.span),
        DeadLetterName::Given(name) => (name.value.clone(), &name.span),
    };
    if name == topic.topic {
        diagnostics.push(
            Diagnostic::error(
                code::DEAD_LETTER_LOOP,
                format!("topic `{}` is its own dead-letter topic", topic.topic),
            )
            .at(span, "a record that cannot be handled would come back for ever")
            .help(format!("name another topic, or leave it out: it is then `{}.dlq`", topic.topic)),
        );
    } else if let Some(carrier) = topics.iter().find(|carrier| carrier.topic == name) {
        let is_loop = returns(topic, topics);
        let message =
            format!("dead letters of topic `{}` go to topic `{name}`, which carries events", topic.topic);
        let remark = if is_loop {
            "a record that neither can handle would come back for ever"
        } else {
            "a consumer of that topic cannot read them"
        };
        let diagnostic = if is_loop {
            Diagnostic::error(code::DEAD_LETTER_LOOP, message)
        } else {
            Diagnostic::lint(code::DEAD_LETTERS_AMONG_EVENTS, message)
        };
        diagnostics.push(
            diagnostic
                .at(span, remark)
                .at(carrier.span, "an event is on that topic")
                .help("name a topic without events in `deadLetter`"),
        );
    }
    // What is wrong with the topic's own name is reported with that.
    if matches!(topic.dead_letter, DeadLetterName::Derived) && topic.topic.len() <= MAX_TOPIC_NAME {
        check_topic_name_length(&name, span, diagnostics);
    }
}

/// Whether dead letters of a topic come back to it, by the dead-letter topics of other topics.
fn returns(topic: &TopicName<'_>, topics: &[TopicName<'_>]) -> bool {
    let mut next = topic.dead_letter_name();
    // A loop that does not go through the topic has no end.
    for _ in topics {
        let carrier = topics.iter().find(|carrier| Some(carrier.topic) == next.as_deref());
        next = match carrier {
            Some(carrier) if carrier.topic == topic.topic => return true,
            Some(carrier) => carrier.dead_letter_name(),
            None => return false,
        };
    }
    false
}

impl TopicName<'_> {
    fn dead_letter_span(&self) -> &Span {
        match &self.dead_letter {
            DeadLetterName::Given(name) => &name.span,
            DeadLetterName::Off | DeadLetterName::Derived => self.span,
        }
    }

    fn dead_letter_name(&self) -> Option<String> {
        match &self.dead_letter {
            DeadLetterName::Off => None,
            DeadLetterName::Derived => Some(derived_dead_letter(self.topic)),
            DeadLetterName::Given(name) => Some(name.value.clone()),
        }
    }
}

/// Retry topics are made for one group of one topic. The names are not unique by themselves: `orders` with the group `eu.mail`
/// and `orders.eu` with the group `mail` have the same.
fn check_retry_topics(topics: &[TopicName<'_>], diagnostics: &mut Vec<Diagnostic>) {
    let own = topics.iter().map(|topic| (topic.topic.to_owned(), (topic.span, "an event is on that topic")));
    let dead_letters = topics.iter().filter_map(|topic| {
        Some((topic.dead_letter_name()?, (topic.dead_letter_span(), "dead letters go to that topic")))
    });
    let mut taken: BTreeMap<String, (&Span, &str)> = own.chain(dead_letters).collect();
    for topic in topics {
        // The retry topics of a group are taken together.
        let mut reported: Option<&Span> = None;
        for Spanned { value: name, span } in &topic.retry_topics {
            let Some((other, what)) = taken.get(name) else {
                taken.insert(name.clone(), (span, "another group's retry topic"));
                continue;
            };
            if reported == Some(span) {
                continue;
            }
            reported = Some(span);
            diagnostics.push(
                Diagnostic::error(
                    code::RETRY_TOPIC_TAKEN,
                    format!(
                        "the retry topic `{name}` of topic `{}` is another topic of the contract",
                        topic.topic
                    ),
                )
                .at(span, "the retry topic of this group")
                .at(other, *what)
                .help("rename the group or one of the topics: retry topics are `<topic>.<group>.retry.<n>`"),
            );
        }
    }
}

/// Kafka's metrics write `.` as `_`, so brokers refuse a topic whose name becomes another's by that.
fn check_collisions(topics: &[TopicName<'_>], diagnostics: &mut Vec<Diagnostic>) {
    let dead_letters = topics.iter().filter_map(|topic| match &topic.dead_letter {
        DeadLetterName::Off => None,
        DeadLetterName::Derived => {
            Some((derived_dead_letter(topic.topic), topic.span, "this topic's dead-letter topic", topic.span))
        }
        DeadLetterName::Given(name) => Some((name.value.clone(), &name.span, "this topic", &name.span)),
    });
    let own = topics.iter().map(|topic| (topic.topic.to_owned(), topic.span, "this topic", topic.span));
    let retries = topics.iter().flat_map(|topic| {
        let names = topic.retry_topics.iter();
        names.map(|name| (name.value.clone(), &name.span, "this group's retry topic", topic.span))
    });
    let mut seen: BTreeMap<String, (String, &Span)> = BTreeMap::new();
    let mut reported: Vec<&Span> = Vec::new();
    for (name, span, what, topic) in own.chain(dead_letters).chain(retries) {
        let (other, first) = seen.entry(name.replace('.', "_")).or_insert_with(|| (name.clone(), span));
        // Two topics that collide have dead-letter topics and retry topics that collide: one rename mends all.
        if *other != name && !reported.contains(&span) && !reported.contains(&topic) {
            reported.push(span);
            diagnostics.push(
                Diagnostic::lint(
                    code::TOPIC_COLLISION,
                    format!("topics `{name}` and `{other}` are one in the names of Kafka's metrics"),
                )
                .at(span, format!("{what} is refused by a broker that has the other"))
                .at(first, "the other topic")
                .help("part names by `.` or by `_`, never by both"),
            );
        }
    }
}
