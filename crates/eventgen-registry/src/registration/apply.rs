//! Applying a plan: levels and schemas, in its order.

use std::ops::ControlFlow;
use std::time::Duration;

use super::{LevelChange, Plan, SchemaChange, SubjectChange};
use crate::client::{Versions, is_absent};
use crate::{NewSchema, RegistryClient, RegistryError, SchemaId};

/// The pauses before a request that conflicts is repeated. A service that starts in several instances registers the same
/// schema and its level from each of them at once, and a registry that does not know the subject yet refuses all but one.
const PAUSES: [Duration; 3] =
    [Duration::from_millis(50), Duration::from_millis(200), Duration::from_millis(750)];

/// The reason of a registry that gives none.
const NO_REASON: &str = "the registry gives no reason";

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
    /// It was refused: the plan has found it incompatible, the registry has, or a schema that it refers to was refused.
    Refused {
        /// Every reason that is known. Some registries give none.
        reasons: Vec<String>,
    },
}

impl AppliedChange {
    /// The id of the schema.
    ///
    /// # Errors
    /// [`RegistryError::Incompatible`] if it was refused.
    pub fn id(&self) -> Result<SchemaId, RegistryError> {
        match &self.schema {
            AppliedSchema::Unchanged { id, .. } | AppliedSchema::Registered { id, .. } => Ok(*id),
            AppliedSchema::Refused { reasons } => Err(RegistryError::Incompatible {
                subject: self.subject.clone(),
                reason: if reasons.is_empty() { NO_REASON.to_owned() } else { reasons.join("; ") },
            }),
        }
    }
}

impl RegistryClient {
    /// Carries out a plan: sets levels, registers schemas. A subject whose schema the plan finds incompatible stays as it
    /// is; the others are registered all the same, unless `done` says [`ControlFlow::Break`]. It is called after each
    /// subject, so that a caller can report what was changed before an error. The result ends where it breaks.
    ///
    /// # Errors
    /// [`RegistryError::InvalidSchema`], or the registry is unreachable or responds with an error.
    pub async fn apply(
        &self,
        plan: &Plan,
        mut done: impl FnMut(&AppliedChange) -> ControlFlow<()> + Send,
    ) -> Result<Vec<AppliedChange>, RegistryError> {
        let mut versions = Versions::default();
        let mut applied = Vec::with_capacity(plan.changes.len());
        for change in &plan.changes {
            let result = self.apply_change(change, &mut versions).await?;
            let flow = done(&result);
            applied.push(result);
            if flow.is_break() {
                break;
            }
        }
        Ok(applied)
    }

    async fn apply_change(
        &self,
        change: &SubjectChange,
        versions: &mut Versions,
    ) -> Result<AppliedChange, RegistryError> {
        let (subject, name) = (&change.subject, change.subject.name.clone());
        let refused = |reasons| AppliedChange {
            subject: change.subject.name.clone(),
            schema: AppliedSchema::Refused { reasons },
            level: None,
        };
        if let SchemaChange::Incompatible { reasons } = &change.schema {
            return Ok(refused(reasons.clone()));
        }
        if let SchemaChange::WeakerLevel { from, to } = &change.schema {
            let reason =
                format!("its level {to} is weaker than {from}, by which the registry checks the subject");
            return Ok(refused(vec![reason]));
        }
        let Some(references) = versions.references(subject) else {
            let missing = subject.references.iter().filter(|name| !versions.has(name));
            let reason = |name| format!("it refers to `{name}`, which is not registered");
            return Ok(refused(missing.map(reason).collect()));
        };
        // The level first: the contract wants the schema to be checked by it.
        let deferred = match change.level {
            Some(level) => !self.set_level(&name, level).await?,
            None => false,
        };
        let schema = match change.schema {
            SchemaChange::Unchanged { id, version } => {
                versions.insert(&name, &name, version);
                AppliedSchema::Unchanged { id, version }
            }
            _ => self.register_version(&name, &subject.schema(&references), versions).await?,
        };
        // A refused schema may leave a subject that still does not exist.
        let is_refused = matches!(schema, AppliedSchema::Refused { .. });
        let level = change.level.filter(|_| !(deferred && is_refused));
        if let (Some(level), true) = (level, deferred) {
            self.set_level_despite_conflicts(&name, level).await?;
        }
        Ok(AppliedChange { subject: name, schema, level })
    }

    /// Sets a level; `false` if the registry has none for subjects that do not exist (Apicurio).
    async fn set_level(&self, subject: &str, level: LevelChange) -> Result<bool, RegistryError> {
        match self.set_level_despite_conflicts(subject, level).await {
            Ok(()) => Ok(true),
            Err(error) if is_absent(&error) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn set_level_despite_conflicts(
        &self,
        subject: &str,
        level: LevelChange,
    ) -> Result<(), RegistryError> {
        let mut pauses = PAUSES.iter();
        loop {
            match (self.set_compatibility_level(subject, level.to).await, pauses.next()) {
                // Another instance sets the first level of the subject at the same time.
                (Err(RegistryError::Rejected { status: 409, .. }), Some(pause)) => {
                    tokio::time::sleep(*pause).await;
                }
                (result, _) => return result,
            }
        }
    }

    async fn register_version(
        &self,
        subject: &str,
        schema: &NewSchema<'_>,
        versions: &mut Versions,
    ) -> Result<AppliedSchema, RegistryError> {
        let mut pauses = PAUSES.iter();
        let (id, version) = loop {
            match self.register_with_version(subject, schema).await {
                Ok(registered) => break registered,
                Err(RegistryError::Incompatible { reason, .. }) => match pauses.next() {
                    Some(pause) => tokio::time::sleep(*pause).await,
                    None => return Ok(AppliedSchema::Refused { reasons: vec![reason] }),
                },
                Err(error) => return Err(error),
            }
        };
        let version = match version {
            Some(version) => Some((subject.to_owned(), version)),
            // Older registries respond with the id only.
            None => self.look_up(subject, schema).await?.map(|found| (found.subject, found.version)),
        };
        if let Some((answered, version)) = &version {
            versions.insert(subject, answered, *version);
        }
        Ok(AppliedSchema::Registered { id, version: version.map(|(_, version)| version) })
    }
}
