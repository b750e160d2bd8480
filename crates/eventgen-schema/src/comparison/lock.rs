//! A contract beside `eventgen.lock`.

use std::path::Path;

use super::Comparison;
use crate::contract::Event;
use crate::diagnostics::{Diagnostic, code};
use crate::lint::OTHER_KEYS;
use crate::lock::Lock;

const REGISTER: &str = "run `eventgen register` where the registry can be reached, and commit eventgen.lock";

impl Comparison<'_> {
    /// Compares the subjects with what a lock says of a registry, or of all registries. The lock has fingerprints only: it
    /// tells what is not registered, not whether it is compatible.
    pub fn with_lock(&mut self, lock: &Lock, registry: Option<&str>) {
        let files = self.places.add(lock.sources(), Path::to_owned);
        let wanted = self.new.contract.fingerprints();
        let annotation = |subject: &str| {
            let has_it = |event: &&Event| {
                event.subject == subject || event.typed_key.as_ref().is_some_and(|key| key.subject == subject)
            };
            let event = self.new.contract.events.iter().find(has_it)?;
            self.new.annotation_span(&event.name).map(|span| self.files.span(span))
        };
        self.schemas += wanted.len();
        let is_key = |subject: &str| {
            let mut keys = self.new.contract.events.iter().filter_map(|event| event.typed_key.as_ref());
            keys.any(|key| key.subject == subject)
        };
        let mut found = Vec::new();
        let registries =
            lock.registries().iter().filter(|(name, _)| registry.is_none_or(|only| only == **name));
        for (name, subjects) in registries {
            for (subject, fingerprints) in &wanted {
                let locked = subjects.get(subject);
                if locked.is_some_and(|locked| fingerprints.contains(&locked.fingerprint)) {
                    continue;
                }
                let message = match locked.map(|locked| locked.version) {
                    None => format!("subject `{subject}` is not registered at `{name}`"),
                    Some(None) => format!("the schema of subject `{subject}` is not registered at `{name}`"),
                    Some(Some(version)) => {
                        format!(
                            "subject `{subject}` differs from version {version}, which is registered at `{name}`"
                        )
                    }
                };
                let mut diagnostic = match locked {
                    Some(_) if is_key(subject) => {
                        Diagnostic::lint(code::KEY_CHANGED, message).help(OTHER_KEYS)
                    }
                    _ => Diagnostic::lint(code::LOCK_OUTDATED, message).help(REGISTER),
                };
                if let Some(span) = annotation(subject) {
                    diagnostic = diagnostic.at(&span, "the schema of this event");
                }
                if let Some(span) = locked.and_then(|locked| locked.span.as_ref()) {
                    diagnostic = diagnostic.at(&files.span(span), "what is registered");
                }
                found.push(diagnostic);
            }
            for (subject, locked) in subjects.iter().filter(|(subject, _)| !wanted.contains_key(*subject)) {
                let message = format!("subject `{subject}` is registered at `{name}`, and no event has it");
                let diagnostic = Diagnostic::lint(code::SCHEMA_REMOVED, message)
                    .help("keep the event as long as there are records of it, or run `eventgen register`");
                found.push(match &locked.span {
                    Some(span) => diagnostic.at(&files.span(span), "registered before"),
                    None => diagnostic,
                });
            }
        }
        self.found.extend(found);
    }
}
