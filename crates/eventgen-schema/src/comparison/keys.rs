//! Keys beside the schemas that a registry, or `eventgen.lock`, has of them: another schema, none any more, or the first one.

use super::{Comparison, VersionText};
use crate::contract::Topic;
use crate::diagnostics::{Diagnostic, code};
use crate::lint::{KEY_SUBJECT, OTHER_KEYS};
use crate::source::Span;

/// A version that a registry has of the keys of a topic.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RegisteredKey {
    /// The subject.
    pub subject: String,
    /// The name of the version that is shown, such as `orders-key version 3`.
    pub shown: String,
    /// The schema.
    pub version: VersionText,
    /// Whether the registry takes the schema of the contract for this one, so that keys have its id.
    pub is_same: bool,
}

impl RegisteredKey {
    /// A version of a subject.
    pub fn new(subject: &str, shown: String, version: VersionText, is_same: bool) -> Self {
        Self { subject: subject.to_owned(), shown, version, is_same }
    }
}

impl Comparison<'_> {
    /// Compares the keys of a topic with a registered version. Another schema is an error whatever the level of the subject, and
    /// so is text: the id of the schema is part of the keys.
    pub fn with_key(&mut self, topic: &str, registered: &RegisteredKey) {
        let loaded = self.new;
        let contract = &loaded.contract;
        let Some(topic) = contract.topics.get(topic) else { return };
        let RegisteredKey { subject, shown, version, is_same } = registered;
        let diagnostic = match contract.key_of(topic) {
            None => Self::keys_are_text(topic, &format!("{shown} is registered for them")),
            Some(key) => {
                self.schemas += 1;
                if *is_same && key.subject == *subject {
                    return;
                }
                if *is_same {
                    Self::key_subject_is_other(topic, &key.subject, &format!("`{subject}`"))
                } else {
                    let message =
                        format!("the schema of keys is {}, and {shown} is {}", key.text, version.text);
                    Self::keys_changed(&message)
                }
            }
        };
        let diagnostic = diagnostic.fact("subject", subject);
        let old = self.places.add_text(shown, version).first();
        let diagnostic = match self.topic_span(&topic.name) {
            Some(span) => diagnostic.at(&span, "the key of this event"),
            None => diagnostic,
        };
        self.found.push(match old {
            Some(span) => diagnostic.at(&span, "what is registered"),
            None => diagnostic,
        });
    }

    /// Adds that the events of a topic are registered and the schema of their keys is not: the keys were text.
    pub fn with_keys_of_text(&mut self, topic: &str) {
        let loaded = self.new;
        let contract = &loaded.contract;
        let Some(topic) = contract.topics.get(topic) else { return };
        let Some(key) = contract.key_of(topic) else { return };
        self.schemas += 1;
        let diagnostic =
            Self::keys_were_text(topic, &key.subject, "the registry").fact("subject", &key.subject);
        self.found.push(match self.topic_span(&topic.name) {
            Some(span) => diagnostic.at(&span, "the key of this event"),
            None => diagnostic,
        });
    }

    pub(super) fn keys_changed(message: &str) -> Diagnostic {
        Diagnostic::lint(code::KEY_CHANGED, message).help(OTHER_KEYS)
    }

    /// `had` says which schema is registered.
    pub(super) fn keys_are_text(topic: &Topic, had: &str) -> Diagnostic {
        let message = format!("the keys of topic `{}` have no schema, and {had}", topic.name);
        Diagnostic::lint(code::KEY_CHANGED, message).help(
            "keys of text are other bytes: keep `keyFormat`, or move to a new topic; if no record has such a key, delete the \
             subject from the registry and run `eventgen register`",
        )
    }

    pub(super) fn keys_were_text(topic: &Topic, subject: &str, at: &str) -> Diagnostic {
        let message = format!(
            "the keys of topic `{}` have a schema: {at} has its events, and lacks `{subject}`, so that their keys were text",
            topic.name
        );
        Diagnostic::lint(code::KEY_CHANGED, message).help(
            "typed keys are other bytes: keep keys of text, or move to a new topic; if no record has such a key, run \
             `eventgen register`",
        )
    }

    pub(super) fn key_subject_is_other(topic: &Topic, subject: &str, was: &str) -> Diagnostic {
        let message =
            format!("the key of topic `{}` is registered under `{subject}`, and was under {was}", topic.name);
        Diagnostic::lint(code::SUBJECT_CHANGED, message).help(KEY_SUBJECT)
    }

    /// The annotation of the first event of a topic.
    pub(super) fn topic_span(&self, topic: &str) -> Option<Span> {
        let event = self.new.contract.events_on(topic).next()?;
        self.new.annotation_span(&event.name).map(|span| self.files.span(span))
    }
}
