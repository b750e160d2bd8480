//! A contract beside `eventgen.lock`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::Comparison;
use super::places::Files;
use crate::contract::{Event, Topic};
use crate::diagnostics::{Diagnostic, code};
use crate::lock::{Lock, Locked};

const REGISTER: &str = "run `eventgen register` where the registry can be reached, and commit eventgen.lock";

/// What a lock says of one registry.
struct Registry<'l> {
    name: &'l str,
    subjects: &'l BTreeMap<String, Locked>,
    /// The lock among all files.
    files: &'l Files,
}

impl Comparison<'_> {
    /// Compares the subjects with what a lock says of a registry, or of all registries. The lock has fingerprints only: it
    /// tells what is not registered, not whether it is compatible. Keys are other ones with every other schema.
    pub fn with_lock(&mut self, lock: &Lock, registry: Option<&str>) {
        let files = self.places.add(lock.sources(), Path::to_owned);
        let wanted = self.new.contract.fingerprints();
        self.schemas += wanted.len();
        let registries =
            lock.registries().iter().filter(|(name, _)| registry.is_none_or(|only| only == **name));
        for (name, subjects) in registries {
            let registry = Registry { name, subjects, files: &files };
            let keys = self.locked_keys(lock, &registry, &wanted);
            for (subject, fingerprints) in wanted.iter().filter(|(subject, _)| !keys.contains(*subject)) {
                self.locked(&registry, subject, fingerprints);
            }
            let is_known = |subject: &String| wanted.contains_key(subject) || keys.contains(subject);
            for (subject, locked) in subjects.iter().filter(|(subject, _)| !is_known(subject)) {
                let message = format!("subject `{subject}` is registered at `{name}`, and no event has it");
                let diagnostic = Diagnostic::lint(code::SCHEMA_REMOVED, message)
                    .help("keep the event as long as there are records of it, or run `eventgen register`");
                self.found.push(match &locked.span {
                    Some(span) => diagnostic.at(&files.span(span), "registered before"),
                    None => diagnostic,
                });
            }
        }
    }

    /// Compares the keys of the topics. Returns the subjects that nothing more is to be said of.
    fn locked_keys(
        &mut self,
        lock: &Lock,
        registry: &Registry<'_>,
        wanted: &BTreeMap<String, Vec<String>>,
    ) -> BTreeSet<String> {
        let loaded = self.new;
        let contract = &loaded.contract;
        let mut known = BTreeSet::new();
        for topic in contract.topics.values() {
            let before = lock.keys_of(registry.name, (contract, topic), wanted);
            let Some(diagnostic) = self.locked_key(registry, topic, before, wanted) else { continue };
            known.extend(contract.key_of(topic).map(|key| key.subject.clone()));
            known.extend(before.map(|(subject, _)| subject.to_owned()));
            let diagnostic = match self.topic_span(&topic.name) {
                Some(span) => diagnostic.at(&span, "the key of this event"),
                None => diagnostic,
            };
            let span = before.and_then(|(_, locked)| locked.span.as_ref());
            self.found.push(match span {
                Some(span) => diagnostic.at(&registry.files.span(span), "what is registered"),
                None => diagnostic,
            });
        }
        known
    }

    /// What is to be said of the keys of a topic, which had a schema under a subject before, or none.
    fn locked_key(
        &self,
        registry: &Registry<'_>,
        topic: &Topic,
        before: Option<(&str, &Locked)>,
        wanted: &BTreeMap<String, Vec<String>>,
    ) -> Option<Diagnostic> {
        let (contract, at) = (&self.new.contract, registry.name);
        let version = |locked: &Locked| {
            locked.version.map_or_else(|| "a schema".to_owned(), |version| format!("version {version}"))
        };
        match (contract.key_of(topic), before) {
            (None, None) => None,
            (None, Some((subject, locked))) => {
                let had = format!("{} of `{subject}` is registered for them at `{at}`", version(locked));
                Some(Self::keys_are_text(topic, &had))
            }
            (Some(key), Some((subject, locked))) => {
                let is_same = wanted.get(&key.subject).is_some_and(|all| all.contains(&locked.fingerprint));
                let is_there = subject == key.subject;
                if is_same {
                    let was = format!("`{subject}` at `{at}`");
                    return (!is_there).then(|| Self::key_subject_is_other(topic, &key.subject, &was));
                }
                let of = if is_there { String::new() } else { format!(" of `{subject}`") };
                let (new, version) = (&key.subject, version(locked));
                let message =
                    format!("subject `{new}` differs from {version}{of}, which is registered at `{at}`");
                Some(Self::keys_changed(&message))
            }
            (Some(key), None) => {
                // A subject that has the name of the event may have been registered for another topic.
                let was_registered = |event: &Event| {
                    event.subject != event.name && registry.subjects.contains_key(&event.subject)
                };
                let was_text = contract.events_on(&topic.name).any(was_registered);
                was_text.then(|| Self::keys_were_text(topic, &key.subject, &format!("`{at}`")))
            }
        }
    }

    /// Compares a subject.
    fn locked(&mut self, registry: &Registry<'_>, subject: &str, fingerprints: &[String]) {
        let (locked, name) = (registry.subjects.get(subject), registry.name);
        if locked.is_some_and(|locked| fingerprints.contains(&locked.fingerprint)) {
            return;
        }
        let message = match locked.map(|locked| locked.version) {
            None => format!("subject `{subject}` is not registered at `{name}`"),
            Some(None) => format!("the schema of subject `{subject}` is not registered at `{name}`"),
            Some(Some(version)) => {
                format!("subject `{subject}` differs from version {version}, which is registered at `{name}`")
            }
        };
        let diagnostic = Diagnostic::lint(code::LOCK_OUTDATED, message).help(REGISTER);
        let diagnostic = match self.subject_span(subject) {
            Some(span) => diagnostic.at(&span, "the schema of this event"),
            None => diagnostic,
        };
        let span = locked.and_then(|locked| locked.span.as_ref());
        self.found.push(match span {
            Some(span) => diagnostic.at(&registry.files.span(span), "what is registered"),
            None => diagnostic,
        });
    }
}
