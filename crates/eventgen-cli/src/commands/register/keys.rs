//! The ids that keys had before a registration. An id is part of its keys, so that another one makes other keys.

use std::collections::BTreeMap;

use eventgen_registry::blocking::RegistryClient;
use eventgen_registry::registration::{AppliedChange, AppliedSchema, Plan, SchemaChange, SubjectChange};
use eventgen_registry::{RegistryError, SubjectVersion};
use eventgen_schema::contract::Topic;
use eventgen_schema::lock::Lock;
use eventgen_schema::{Contract, Event};

use crate::parallel::in_parallel;
use crate::registered_keys::{FoundKey, KeyReader, KeyVersion};

/// What is known of keys before a registration.
#[derive(Debug, Default)]
pub(super) struct Keys {
    /// By the subjects of their schemas.
    typed: BTreeMap<String, Before>,
    /// The subjects in the lock whose topics have keys of text now, with these topics.
    text: BTreeMap<String, String>,
}

#[derive(Debug)]
struct Before {
    /// The id that the lock has.
    locked: Option<u32>,
    found: FoundKey,
}

impl Keys {
    /// Reads what a registry has, and a lock of it.
    pub(super) fn read(
        registry: &RegistryClient,
        contract: &Contract,
        plan: &Plan,
        lock: Option<(&Lock, &str)>,
    ) -> Result<Self, RegistryError> {
        let wanted = contract.fingerprints();
        let locked = |topic: &Topic| {
            let (lock, name) = lock?;
            lock.keys_of(name, (contract, topic), &wanted)
        };
        let has_versions = |change: &SubjectChange| {
            matches!(change.schema, SchemaChange::Unchanged { .. } | SchemaChange::NewVersion)
        };
        let is_registered = |event: &Event| {
            let mut changes = plan.changes().iter();
            changes.any(|change| change.subject.name == event.subject && has_versions(change))
        };
        let reader = KeyReader::new(registry, contract);
        let (typed, text): (Vec<&Topic>, Vec<&Topic>) =
            contract.topics.values().partition(|topic| contract.key_of(topic).is_some());
        let found = in_parallel(&typed, |topic| reader.read(topic, is_registered))?;
        let mut keys = Self::default();
        for (topic, found) in typed.into_iter().zip(found) {
            let Some(key) = contract.key_of(topic) else { continue };
            let before = Before { locked: locked(topic).map(|(_, locked)| locked.id), found };
            keys.typed.entry(key.subject.clone()).or_insert(before);
        }
        for topic in text {
            if let Some((subject, _)) = locked(topic) {
                keys.text.insert(subject.to_owned(), topic.name.clone());
            }
        }
        Ok(keys)
    }

    /// The subjects in the lock whose topics have keys of text now, with these topics.
    pub(super) fn text(&self) -> &BTreeMap<String, String> {
        &self.text
    }

    /// What follows the line of a planned change.
    pub(super) fn planned(&self, change: &SubjectChange) -> Option<String> {
        match change.schema {
            SchemaChange::Unchanged { id, version } => {
                self.note(&change.subject.name, Some((id.0, Some(version))))
            }
            SchemaChange::Create | SchemaChange::NewVersion => self.note(&change.subject.name, None),
            _ => None,
        }
    }

    /// What follows the line of a change that was made.
    pub(super) fn applied(&self, change: &AppliedChange) -> Option<String> {
        let version = match change.schema {
            AppliedSchema::Unchanged { version, .. } => Some(version),
            AppliedSchema::Registered { version, .. } => version,
            _ => None,
        };
        self.note(&change.subject, Some((change.id().0, version)))
    }

    /// `now` is the id that keys will have, which a schema that is not registered yet has not got, with its version.
    fn note(&self, subject: &str, now: Option<(u32, Option<u32>)>) -> Option<String> {
        let Before { locked, found } = self.typed.get(subject)?;
        let (newest, own) = match found {
            FoundKey::Version(KeyVersion { version, own, .. }) => (Some(version), own.map(|id| id.0)),
            FoundKey::Deleted(version) => (Some(version), None),
            FoundKey::Text | FoundKey::Nothing => (None, None),
        };
        let before = locked.or(newest.map(|version| version.id.0));
        let text = match (before, now) {
            (Some(before), Some((id, _))) if before != id => {
                format!(
                    "keys had id {before}, which is part of them: equal values have other keys from now on"
                )
            }
            (Some(_), Some((id, version))) => {
                let is_newer = |newest: &&SubjectVersion| {
                    newest.id.0 != id && version.is_some_and(|version| newest.version > version)
                };
                let SubjectVersion { id, version, .. } = newest.filter(is_newer)?;
                format!("version {version} is newer, and with its id {id} equal values have other keys")
            }
            // The subject is another one, and the id is not.
            (Some(before), None) if own == Some(before) => return None,
            (Some(before), None) => {
                format!("keys had id {before}, and with another one equal values have other keys")
            }
            (None, _) if matches!(found, FoundKey::Text) => {
                "keys were text: equal values have other keys from now on".to_owned()
            }
            (None, _) => return None,
        };
        Some(format!(": {text} (EG0401)"))
    }
}
