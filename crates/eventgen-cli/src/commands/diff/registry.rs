//! The versions that a registry has of each subject, read several subjects at a time.

use std::collections::BTreeMap;

use eventgen_registry::blocking::RegistryClient;
use eventgen_registry::{RegistryError, SubjectVersion, VersionNumber};
use eventgen_schema::comparison::{Comparison, RegisteredKey, VersionText};
use eventgen_schema::contract::{Compatibility, Topic};
use eventgen_schema::{Event, Loaded};

use crate::failure::Failure;
use crate::parallel::in_parallel;
use crate::registered_keys::{FoundKey, KeyReader};

/// The versions of a subject that its level compares, oldest first.
struct History {
    level: Compatibility,
    versions: Vec<(String, VersionText)>,
}

/// Compares every event with the versions of its subject, by the level that the registry checks it by. Returns the events
/// whose subjects have none.
pub(super) fn compare(
    registry: &RegistryClient,
    loaded: &Loaded,
    comparison: &mut Comparison<'_>,
) -> Result<Vec<String>, Failure> {
    let events = &loaded.contract.events;
    let global = match registry.global_level() {
        Ok(level) => Some(level),
        // Without the right to read levels, those of the contract count.
        Err(RegistryError::Unauthorized { status: 403, .. }) => None,
        Err(error) => return Err(error.into()),
    };
    let histories = in_parallel(events, |event| history(registry, event, global))?;
    let mut left_out = Vec::new();
    for (event, history) in events.iter().zip(histories) {
        if history.versions.is_empty() {
            left_out.push(event.name.clone());
        } else {
            comparison.with_versions(&event.name, history.level, &history.versions);
        }
    }
    keys(registry, loaded, &left_out, comparison)?;
    Ok(left_out)
}

/// Compares the keys of every topic with what the registry has of them.
fn keys(
    registry: &RegistryClient,
    loaded: &Loaded,
    left_out: &[String],
    comparison: &mut Comparison<'_>,
) -> Result<(), RegistryError> {
    let contract = &loaded.contract;
    let is_registered = |event: &Event| !left_out.contains(&event.name);
    let reader = KeyReader::new(registry, contract);
    let topics: Vec<&Topic> = contract.topics.values().collect();
    let found = in_parallel(&topics, |topic| {
        Ok(match reader.read(topic, is_registered)? {
            FoundKey::Version(key) => {
                let shown = format!("{} version {}", key.subject, key.version.version);
                let text = text(registry, &key.subject, &key.version)?;
                Some(Some(RegisteredKey::new(&key.subject, shown, text, key.is_same())))
            }
            FoundKey::Text => Some(None),
            FoundKey::Deleted(_) | FoundKey::Nothing => None,
        })
    })?;
    for (topic, found) in topics.iter().zip(found) {
        match found {
            Some(Some(key)) => comparison.with_key(&topic.name, &key),
            Some(None) => comparison.with_keys_of_text(&topic.name),
            None => {}
        }
    }
    Ok(())
}

fn history(
    registry: &RegistryClient,
    event: &Event,
    global: Option<eventgen_registry::Compatibility>,
) -> Result<History, RegistryError> {
    let subject = &event.subject;
    let own = match registry.compatibility_level(subject) {
        Err(RegistryError::Unauthorized { status: 403, .. }) => None,
        own => own?,
    };
    let level = own.or(global).and_then(|level| level.as_str().parse().ok());
    let level = stricter(level.unwrap_or(event.compatibility), event);
    let numbers = if level.is_transitive() {
        registry.versions(subject)?.into_iter().map(VersionNumber::Number).collect()
    } else {
        vec![VersionNumber::Latest]
    };
    let mut versions = Vec::with_capacity(numbers.len());
    for number in numbers {
        // A version may be deleted meanwhile, and a subject may not exist yet.
        let Some(version) = registry.version(subject, number)? else { continue };
        let name = format!("{subject} version {}", version.version);
        versions.push((name, text(registry, subject, &version)?));
    }
    Ok(History { level, versions })
}

/// The level of the registry, or that of the contract where it is about to become the stricter one.
fn stricter(registry: Compatibility, event: &Event) -> Compatibility {
    let ((backward, forward), (more_backward, more_forward)) =
        (registry.directions(), event.compatibility.directions());
    let is_stricter = event.states_compatibility
        && (more_backward || !backward)
        && (more_forward || !forward)
        && (event.compatibility.is_transitive() || !registry.is_transitive());
    if is_stricter { event.compatibility } else { registry }
}

fn text(
    registry: &RegistryClient,
    subject: &str,
    version: &SubjectVersion,
) -> Result<VersionText, RegistryError> {
    let mut references = BTreeMap::new();
    if !version.references.is_empty()
        && let Some(schema) = registry.schema_by_id_of(subject, version.id)?
    {
        let referred = registry.referenced_schemas(&schema)?.unwrap_or_default();
        references.extend(referred.into_iter().map(|schema| (schema.name, schema.text)));
    }
    Ok(VersionText::new(version.schema_type.as_str(), version.text.clone(), references))
}
