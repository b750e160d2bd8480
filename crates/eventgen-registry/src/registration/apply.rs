//! Applying a plan: schemas and levels, in its order.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::stream::{self, StreamExt as _};
use thiserror::Error;

use super::level::PAUSES;
use super::{LevelChange, PARALLEL, Plan, SchemaChange, SubjectChange};
use crate::client::Versions;
use crate::{NewSchema, RegistryClient, RegistryError, SchemaId};

/// What became of one subject.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AppliedChange {
    /// The name of the subject.
    pub subject: String,
    /// What became of its schema.
    pub schema: AppliedSchema,
    /// The change of its compatibility level that was made.
    pub level: Option<LevelChange>,
    /// What is known besides, such as a level that there is no right to set.
    pub notes: Vec<String>,
}

/// What became of a subject's schema.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AppliedSchema {
    /// The subject had it already.
    Unchanged {
        /// The id of the schema.
        id: SchemaId,
        /// Its version in the subject.
        version: u32,
    },
    /// It is registered now.
    Registered {
        /// The id of the schema.
        id: SchemaId,
        /// Its version in the subject, unless the registry withholds it.
        version: Option<u32>,
    },
}

impl AppliedChange {
    /// The id of the schema.
    pub fn id(&self) -> SchemaId {
        match self.schema {
            AppliedSchema::Unchanged { id, .. } | AppliedSchema::Registered { id, .. } => id,
        }
    }
}

/// A plan that was not carried out, or not to its end. What was changed stays; a new plan has the rest.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("subject `{subject}`: {error}")]
#[non_exhaustive]
pub struct ApplyError {
    /// The subject at which it ended.
    pub subject: String,
    /// Why.
    #[source]
    pub error: Box<RegistryError>,
    /// How many changes were made before, or at the same time.
    pub applied: usize,
    /// The subjects that are not as the plan wants them, with that of the error.
    pub left: Vec<String>,
}

impl From<ApplyError> for RegistryError {
    fn from(error: ApplyError) -> Self {
        *error.error
    }
}

impl RegistryClient {
    /// Carries out a plan: registers schemas and sets levels, several subjects at the same time. It changes nothing if the
    /// plan has a change that [is refused](SchemaChange::is_refused). `done` is called after each subject, so that a
    /// caller can report what was changed before an error.
    ///
    /// After an error no further change begins. Every change may be repeated: a new plan of the same subjects has what is
    /// left.
    ///
    /// # Errors
    /// The plan has a refused change, or the registry refuses one that it has found compatible before, is unreachable or
    /// responds with an error.
    pub async fn apply(
        &self,
        plan: &Plan,
        mut done: impl FnMut(&AppliedChange) + Send,
    ) -> Result<Vec<AppliedChange>, ApplyError> {
        let names =
            |changes: &[SubjectChange]| changes.iter().map(|change| change.subject.name.clone()).collect();
        for change in plan.refused() {
            if let Some(error) = change.schema.error(&change.subject.name) {
                let (subject, left) = (change.subject.name.clone(), names(&plan.changes));
                return Err(ApplyError { subject, error: Box::new(error), applied: 0, left });
            }
        }
        let mut versions = Versions::default();
        let mut applied = Vec::with_capacity(plan.changes.len());
        let mut left: Vec<String> = Vec::new();
        let mut failure = None;
        for wave in &plan.waves {
            if failure.is_some() {
                left.extend(wave.iter().flat_map(|range| names(&plan.changes[range.clone()])));
                continue;
            }
            let stop = AtomicBool::new(false);
            let groups: Vec<_> = {
                let (versions, stop) = (&versions, &stop);
                wave.iter().map(|range| self.apply_group(plan, range.clone(), versions, stop)).collect()
            };
            let mut groups = stream::iter(groups).buffered(PARALLEL);
            let mut registered = Vec::new();
            while let Some((changes, error)) = groups.next().await {
                changes.iter().for_each(&mut done);
                registered.extend(changes);
                if let Some((range, error)) = error {
                    left.extend(names(&plan.changes[range.clone()]));
                    failure = failure.or_else(|| error.map(|error| (range.start, error)));
                }
            }
            drop(groups);
            for change in &registered {
                versions.insert_applied(change);
            }
            applied.extend(registered);
        }
        match failure {
            Some((place, error)) => {
                let subject = plan.changes[place].subject.name.clone();
                let error = Box::new(error);
                Err(ApplyError { subject, error, applied: applied.len(), left })
            }
            None => Ok(applied),
        }
    }

    /// Applies the changes of one subject; with those that are left, and why if that is an error of this subject.
    async fn apply_group(
        &self,
        plan: &Plan,
        range: Range<usize>,
        versions: &Versions,
        stop: &AtomicBool,
    ) -> (Vec<AppliedChange>, Option<(Range<usize>, Option<RegistryError>)>) {
        let mut applied = Vec::with_capacity(range.len());
        for place in range.clone() {
            let left = place..range.end;
            if stop.load(Ordering::Relaxed) {
                return (applied, Some((left, None)));
            }
            match self.apply_change(&plan.changes[place], versions).await {
                Ok(change) => applied.push(change),
                Err(error) => {
                    stop.store(true, Ordering::Relaxed);
                    return (applied, Some((left, Some(error))));
                }
            }
        }
        (applied, None)
    }

    async fn apply_change(
        &self,
        change: &SubjectChange,
        versions: &Versions,
    ) -> Result<AppliedChange, RegistryError> {
        let (subject, name) = (&change.subject, change.subject.name.clone());
        let mut notes = change.notes.clone();
        let (mut set, mut schema) = (None, None);
        match change.schema {
            SchemaChange::Unchanged { id, version } => {
                schema = Some(AppliedSchema::Unchanged { id, version });
            }
            // Not every registry has levels of subjects that do not exist, and the first version breaks none.
            SchemaChange::Create => schema = Some(self.register_version(change, versions).await?),
            // The level first: the contract wants the schema to be checked by it.
            _ => {}
        }
        if let Some(level) = change.level {
            match self.set_level(&name, level).await? {
                None => set = Some(level),
                Some(note) => notes.push(note),
            }
        }
        let schema = match schema {
            Some(schema) => schema,
            None => match self.register_version(change, versions).await {
                Ok(schema) => schema,
                Err(error) => return Err(self.with_level_restored(&subject.name, set, error).await),
            },
        };
        Ok(AppliedChange { subject: name, schema, level: set, notes })
    }

    /// A refused schema leaves the level as it was.
    async fn with_level_restored(
        &self,
        subject: &str,
        set: Option<LevelChange>,
        error: RegistryError,
    ) -> RegistryError {
        match (set, error) {
            (Some(level), RegistryError::Incompatible { subject: name, reason }) => {
                let reason = match self.restore_level(subject, level).await {
                    Some(stays) => format!("{reason}; {stays}"),
                    None => reason,
                };
                RegistryError::Incompatible { subject: name, reason }
            }
            (_, error) => error,
        }
    }

    async fn register_version(
        &self,
        change: &SubjectChange,
        versions: &Versions,
    ) -> Result<AppliedSchema, RegistryError> {
        let subject = &change.subject;
        let Some(references) = versions.references(subject) else {
            let reason = "the registry withholds the version of a schema that it refers to".to_owned();
            return Err(RegistryError::Blocked { subject: subject.name.clone(), reason });
        };
        let schema = subject.schema(&references);
        let (id, version) = self.register_despite_conflicts(&subject.name, &schema).await?;
        let version = match version {
            Some(version) => Some(version),
            // Older registries respond with the id only.
            None => self.look_up(&subject.name, &schema).await?.map(|found| found.version),
        };
        Ok(AppliedSchema::Registered { id, version })
    }

    async fn register_despite_conflicts(
        &self,
        subject: &str,
        schema: &NewSchema<'_>,
    ) -> Result<(SchemaId, Option<u32>), RegistryError> {
        let mut pauses = PAUSES.iter();
        loop {
            match (self.register_with_version(subject, schema).await, pauses.next()) {
                (Err(RegistryError::Incompatible { .. }), Some(pause)) => tokio::time::sleep(*pause).await,
                (registered, _) => return registered,
            }
        }
    }
}

impl Versions {
    /// Adds what was registered, for the schemas that refer to it.
    fn insert_applied(&mut self, change: &AppliedChange) {
        let version = match change.schema {
            AppliedSchema::Unchanged { version, .. } => Some(version),
            AppliedSchema::Registered { version, .. } => version,
        };
        if let Some(version) = version {
            self.insert(&change.subject, &change.subject, version);
        }
    }
}
