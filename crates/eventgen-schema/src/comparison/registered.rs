//! A contract beside the versions that a registry has.

use super::{Comparison, Pair, VersionText};
use crate::contract::{Compatibility, Event};
use crate::diagnostics::{Diagnostic, code};
use crate::source::Span;

impl Comparison<'_> {
    /// Compares the schema of an event with registered versions of its subject, which are given oldest first with the
    /// names that are shown, such as `orders-value version 3`.
    pub fn with_versions(&mut self, event: &str, level: Compatibility, versions: &[(String, VersionText)]) {
        let Some(new_event) = self.new.contract.events.iter().find(|known| known.name == event) else {
            return;
        };
        let new_text = VersionText::of_event(&self.new.contract, new_event);
        let fallback = self.new.annotation_span(event).map(|span| self.files.span(span));
        self.versions(event, &new_text, fallback.as_ref(), level, versions);
    }

    /// Compares what is about to be registered under a subject, be it the schema of an event or one that others refer to,
    /// with registered versions, as [`with_versions`](Self::with_versions) does. Whether a difference was found that was not
    /// found before.
    pub fn with_subject(
        &mut self,
        subject: &str,
        new: &VersionText,
        level: Compatibility,
        versions: &[(String, VersionText)],
    ) -> bool {
        let before = self.found.len();
        let event = self.new.contract.events.iter().find(|event| event.subject == subject);
        let name = event.map_or(subject, |event| &event.name).to_owned();
        let fallback = self.subject_span(subject);
        self.versions(&name, new, fallback.as_ref(), level, versions);
        self.found.len() > before
    }

    /// Adds that a registry does not take the schema of a subject, why, and what to do.
    pub fn refused(&mut self, subject: &str, reason: &str, help: &str) {
        let message = format!("subject `{subject}` is refused: {reason}");
        let diagnostic =
            Diagnostic::error(code::SUBJECT_REFUSED, message).help(help).fact("subject", subject);
        self.found.push(match self.subject_span(subject) {
            Some(span) => diagnostic.at(&span, "the schema of this subject"),
            None => diagnostic,
        });
    }

    fn versions(
        &mut self,
        name: &str,
        new: &VersionText,
        new_fallback: Option<&Span>,
        level: Compatibility,
        versions: &[(String, VersionText)],
    ) {
        self.schemas += 1;
        let count = if level.is_transitive() { versions.len() } else { 1 };
        for (shown, old) in versions.iter().rev().take(count) {
            let old_files = self.places.add_text(shown, old);
            let pair = Pair {
                name,
                new,
                old,
                new_fallback: new_fallback.cloned(),
                old_fallback: old_files.first(),
                old_files: &old_files,
            };
            self.pair(&pair, level.directions());
        }
    }

    /// The annotation of the first event of a subject, or of keys of that subject.
    pub(super) fn subject_span(&self, subject: &str) -> Option<Span> {
        let has_it = |event: &&Event| {
            event.subject == subject || event.typed_key.as_ref().is_some_and(|key| key.subject == subject)
        };
        let event = self.new.contract.events.iter().find(has_it)?;
        self.new.annotation_span(&event.name).map(|span| self.files.span(span))
    }
}
