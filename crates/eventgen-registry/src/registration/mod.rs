//! Registration of subjects: [`plan`](crate::RegistryClient::plan) compares what a contract wants with what a registry
//! has, [`apply`](crate::RegistryClient::apply) makes the difference. The command and the runtime both register this way.

mod apply;
mod order;
mod plan;

use std::collections::BTreeMap;

pub use apply::{AppliedChange, AppliedSchema};

use crate::{Compatibility, SchemaId, SchemaType, Subject};

/// What registering subjects would change. Subjects that others refer to come first.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "`RegistryClient::apply` carries the plan out"]
pub struct Plan {
    changes: Vec<SubjectChange>,
}

impl Plan {
    /// The changes, in the order in which they are applied.
    pub fn changes(&self) -> &[SubjectChange] {
        &self.changes
    }
}

/// What registering one subject would change.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SubjectChange {
    /// The subject as the contract wants it.
    pub subject: Subject,
    /// The change of its schema.
    pub schema: SchemaChange,
    /// The change of its compatibility level; `None` if the level is as wanted.
    pub level: Option<LevelChange>,
}

/// The change of a subject's schema.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SchemaChange {
    /// The subject does not exist.
    Create,
    /// The subject has other schemas only.
    NewVersion,
    /// The subject has the schema already.
    Unchanged {
        /// The id of the schema.
        id: SchemaId,
        /// Its version in the subject.
        version: u32,
    },
    /// The contract's compatibility level is weaker than that of the registry, and may not be set
    /// ([`WeakerLevels::Refuse`]). Nothing of the subject changes.
    WeakerLevel {
        /// The level that the registry checks the subject by.
        from: Compatibility,
        /// The level of the contract.
        to: Compatibility,
    },
    /// The compatibility level forbids the schema.
    Incompatible {
        /// Every reason that is known. Some registries give none.
        reasons: Vec<String>,
    },
}

/// What becomes of a compatibility level of the contract that is weaker than that of the registry. A schema that breaks its
/// readers may come with the level that allows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum WeakerLevels {
    /// It is set.
    #[default]
    Set,
    /// The subject is refused.
    Refuse,
}

/// The change of a subject's compatibility level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct LevelChange {
    /// The level now; `None` where the global level of the registry applies.
    pub from: Option<Compatibility>,
    /// The level of the contract.
    pub to: Compatibility,
}

/// A schema with the texts of all schemas that it refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResolvedSchema {
    /// The schema language.
    pub schema_type: SchemaType,
    /// The text.
    pub text: String,
    /// The texts of the schemas that it refers to, directly or through others, by name.
    pub references: BTreeMap<String, String>,
}

/// Checks compatibility where the registry cannot be asked: it checks by the level that a subject has now, and it checks
/// no schema whose references are not registered.
pub trait CompatibilityChecker: Sync {
    /// Every reason why `level` forbids `new` after `existing`: the versions that the level compares, oldest first.
    /// Empty if it does not. It is not asked about the level `NONE`.
    ///
    /// # Errors
    /// Why a schema cannot be read.
    fn check(
        &self,
        level: Compatibility,
        new: &ResolvedSchema,
        existing: &[ResolvedSchema],
    ) -> Result<Vec<String>, String>;
}
