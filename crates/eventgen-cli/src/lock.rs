//! `eventgen.lock` of a project: where it is, and what a registration writes to it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use eventgen_registry::registration::{AppliedChange, AppliedSchema};
use eventgen_schema::contract::Contract;
use eventgen_schema::lock::{LOCK_FILE_NAME, Lock, Locked};
use eventgen_schema::{Diagnostics, Manifest};

use crate::failure::Failure;

/// The lock is beside `eventgen.toml`, else in the current folder.
pub(crate) fn path(manifest: Option<&Manifest>) -> PathBuf {
    let folder = manifest.and_then(|manifest| manifest.path().parent()).unwrap_or(Path::new(""));
    folder.join(LOCK_FILE_NAME)
}

/// The lock of a project.
pub(crate) fn read(path: &Path) -> Result<Lock, Failure> {
    let missing = || Failure::NoLock { path: path.to_owned() };
    Lock::read(path)?.ok_or_else(missing)
}

/// The name of a registry in the lock: that of its environment, else its address.
pub(crate) fn name<'a>(environment: Option<&'a str>, given: Option<&'a str>, url: &'a str) -> &'a str {
    environment.filter(|_| given.is_none()).unwrap_or(url)
}

/// What a registration writes.
pub(crate) struct Writer {
    path: PathBuf,
    registry: String,
    /// The fingerprints of the subjects of the contract.
    fingerprints: BTreeMap<String, Vec<String>>,
    /// The topics by the subjects of their keys.
    keys: BTreeMap<String, String>,
    lock: Lock,
    before: String,
}

impl Writer {
    /// Reads the lock, which need not exist.
    pub(crate) fn new(path: PathBuf, registry: &str, contract: &Contract) -> Result<Self, Diagnostics> {
        let lock = Lock::read(&path)?.unwrap_or_default();
        let before = lock.to_string();
        let registry = registry.to_owned();
        let topics = contract.topics.values().rev();
        let keys = topics.filter_map(|topic| {
            contract.key_of(topic).map(|key| (key.subject.clone(), topic.subject_name.clone()))
        });
        let (fingerprints, keys) = (contract.fingerprints(), keys.collect());
        Ok(Self { path, registry, fingerprints, keys, lock, before })
    }

    /// The lock, and the name of the registry in it.
    pub(crate) fn before(&self) -> (&Lock, &str) {
        (&self.lock, &self.registry)
    }

    /// Notes what is registered.
    pub(crate) fn applied(&mut self, change: &AppliedChange) {
        match change.schema {
            AppliedSchema::Unchanged { id, version } => self.set(&change.subject, id.0, Some(version)),
            AppliedSchema::Registered { id, version } => self.set(&change.subject, id.0, version),
            _ => {}
        }
    }

    fn set(&mut self, subject: &str, id: u32, version: Option<u32>) {
        if let Some(fingerprint) = self.fingerprints.get(subject).and_then(|all| all.last()) {
            let locked = Locked::new(id, version, fingerprint.clone());
            let locked = match self.keys.get(subject) {
                Some(topic) => locked.with_keys_of(topic),
                None => locked,
            };
            self.lock.set(&self.registry, subject, locked);
        }
    }

    /// Writes the lock if it changed. `is_whole` says that all schemas of the project were registered: then subjects that no
    /// event has any more are removed, but those that are `kept`.
    pub(crate) fn save(mut self, is_whole: bool, kept: &BTreeSet<String>) -> Result<(), Failure> {
        if is_whole {
            let known = &self.fingerprints;
            self.lock.retain(&self.registry, |subject| known.contains_key(subject) || kept.contains(subject));
        }
        let text = self.lock.to_string();
        if text == self.before && self.path.exists() {
            return Ok(());
        }
        fs::write(&self.path, text).map_err(|source| Failure::Write { path: self.path, source })
    }
}
