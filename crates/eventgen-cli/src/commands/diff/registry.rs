//! The versions that a registry has of each subject, read several subjects at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use eventgen_registry::blocking::RegistryClient;
use eventgen_registry::{RegistryError, SubjectVersion, VersionNumber};
use eventgen_schema::comparison::{Comparison, VersionText};
use eventgen_schema::contract::Compatibility;
use eventgen_schema::{Event, Loaded};

use crate::failure::Failure;

/// How many subjects are read at the same time.
const PARALLEL: usize = 16;

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
    keys(registry, loaded, comparison)?;
    Ok(left_out)
}

/// Compares typed keys with the newest versions of their subjects. One that is not registered has no keys yet.
fn keys(
    registry: &RegistryClient,
    loaded: &Loaded,
    comparison: &mut Comparison<'_>,
) -> Result<(), RegistryError> {
    let keys = loaded.contract.events.iter().filter_map(|event| event.typed_key.as_ref());
    let subjects: BTreeSet<&str> = keys.map(|key| key.subject.as_str()).collect();
    let subjects: Vec<&str> = subjects.into_iter().collect();
    let versions = in_parallel(&subjects, |&subject| {
        let Some(version) = registry.version(subject, VersionNumber::Latest)? else { return Ok(None) };
        let shown = format!("{subject} version {}", version.version);
        Ok(Some((shown, text(registry, subject, &version)?)))
    })?;
    for (subject, version) in subjects.iter().zip(versions) {
        if let Some((shown, version)) = version {
            comparison.with_key(subject, &shown, &version);
        }
    }
    Ok(())
}

/// Reads something for each item, several at a time. The results are in the order of the items.
fn in_parallel<T: Sync, R: Send>(
    items: &[T],
    read: impl Fn(&T) -> Result<R, RegistryError> + Sync,
) -> Result<Vec<R>, RegistryError> {
    let (next, results) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    let failed = Mutex::new(None);
    thread::scope(|scope| {
        for _ in 0..PARALLEL.min(items.len()) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(index) else { return };
                    match read(item) {
                        Ok(result) => {
                            results.lock().unwrap_or_else(PoisonError::into_inner).insert(index, result);
                        }
                        Err(error) => {
                            // Nothing more is asked of a registry that fails.
                            next.store(items.len(), Ordering::Relaxed);
                            *failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                        }
                    }
                }
            });
        }
    });
    if let Some(error) = failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(error);
    }
    Ok(results.into_inner().unwrap_or_else(PoisonError::into_inner).into_values().collect())
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
