//! What a registry has of the keys of a topic. `diff` and `register` ask the same, so that they say the same.

use std::collections::BTreeSet;

use eventgen_registry::blocking::RegistryClient;
use eventgen_registry::{NewSchema, RegistryError, SchemaId, SchemaType, SubjectVersion, VersionNumber};
use eventgen_schema::contract::{KeySchema, Topic};
use eventgen_schema::{Contract, Event};

/// What a registry has of the keys of a topic.
#[derive(Debug, Clone)]
pub(crate) enum FoundKey {
    /// A schema.
    Version(KeyVersion),
    /// A schema that is deleted. Records may have its id.
    Deleted(SubjectVersion),
    /// No schema, though the events of the topic are registered: the keys were text.
    Text,
    /// Nothing that says what the keys were.
    Nothing,
}

/// The newest version of a subject of keys.
#[derive(Debug, Clone)]
pub(crate) struct KeyVersion {
    /// The subject, without a context.
    pub(crate) subject: String,
    pub(crate) version: SubjectVersion,
    /// The id that the schema of the contract has there.
    pub(crate) own: Option<SchemaId>,
}

impl KeyVersion {
    /// Whether keys of the contract have the id of this version.
    pub(crate) fn is_same(&self) -> bool {
        self.own == Some(self.version.id)
    }
}

/// Reads the keys of topics.
pub(crate) struct KeyReader<'a> {
    registry: &'a RegistryClient,
    contract: &'a Contract,
    /// The subjects of the contract.
    wanted: BTreeSet<String>,
}

impl<'a> KeyReader<'a> {
    pub(crate) fn new(registry: &'a RegistryClient, contract: &'a Contract) -> Self {
        Self { registry, contract, wanted: contract.fingerprints().into_keys().collect() }
    }

    /// Reads what the registry has of the keys of a topic. `is_registered` says whether an event has versions.
    pub(crate) fn read(
        &self,
        topic: &Topic,
        is_registered: impl Fn(&Event) -> bool,
    ) -> Result<FoundKey, RegistryError> {
        let usual = format!("{}-key", topic.subject_name);
        let Some(key) = self.contract.key_of(topic) else {
            let found = self.other(&usual)?;
            let version = |version| KeyVersion { subject: usual, version, own: None };
            return Ok(found.map_or(FoundKey::Nothing, |found| FoundKey::Version(version(found))));
        };
        if let Some(version) = self.registry.version(&key.subject, VersionNumber::Latest)? {
            let found = self.key_version(key, &key.subject, version)?;
            let other = if found.is_same() { self.other(&usual)? } else { None };
            // The keys were under the usual subject, and the present one may be that of other topics, too.
            return Ok(FoundKey::Version(match other.filter(|other| Some(other.id) != found.own) {
                Some(version) => KeyVersion { subject: usual, version, own: None },
                None => found,
            }));
        }
        let by_topic = key.name.as_ref().map(|name| format!("{}-{name}", topic.subject_name));
        for subject in [Some(&usual), by_topic.as_ref(), key.name.as_ref()].into_iter().flatten() {
            let Some(version) = self.other(subject)? else { continue };
            let found = self.key_version(key, subject, version)?;
            // Another schema under the name of the record alone may be that of another topic.
            if found.is_same() || Some(subject) != key.name.as_ref() {
                return Ok(FoundKey::Version(found));
            }
        }
        if let Some(version) = readable(self.registry.newest_with_deleted(&key.subject))? {
            return Ok(FoundKey::Deleted(version));
        }
        // A subject that has the name of the event may have its versions from another topic.
        let was_text = |event: &Event| event.subject != event.name && is_registered(event);
        let was_text = self.contract.events_on(&topic.name).any(was_text);
        Ok(if was_text { FoundKey::Text } else { FoundKey::Nothing })
    }

    /// The newest version of a subject that no schema of the contract has.
    fn other(&self, subject: &str) -> Result<Option<SubjectVersion>, RegistryError> {
        if self.wanted.contains(subject) {
            return Ok(None);
        }
        readable(self.registry.version(subject, VersionNumber::Latest))
    }

    fn key_version(
        &self,
        key: &KeySchema,
        subject: &str,
        version: SubjectVersion,
    ) -> Result<KeyVersion, RegistryError> {
        let schema = NewSchema::new(SchemaType::new(key.schema_type), &key.text);
        let own = self.registry.look_up(subject, &schema)?.map(|found| found.id);
        Ok(KeyVersion { subject: subject.to_owned(), version, own })
    }
}

/// Subjects that a registry does not show to this user say nothing.
fn readable(
    found: Result<Option<SubjectVersion>, RegistryError>,
) -> Result<Option<SubjectVersion>, RegistryError> {
    match found {
        Err(RegistryError::Unauthorized { status: 403, .. }) => Ok(None),
        found => found,
    }
}
