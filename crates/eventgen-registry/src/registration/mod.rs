//! Registration of subjects: [`plan`](crate::RegistryClient::plan) reads what a registry has and checks everything that a
//! contract wants to change, [`apply`](crate::RegistryClient::apply) makes the changes. The command and the runtime both
//! register this way.
//!
//! ```text
//! subjects ─▶ order ─▶ plan: level, version, verdict, mode (reads only) ─▶ Plan ─▶ apply: schemas and levels (writes)
//! ```

mod apply;
mod change;
mod level;
mod order;
mod plan;
mod question;
mod reads;
mod verdict;

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

pub use apply::{AppliedChange, AppliedSchema, ApplyError};
pub use change::{LevelChange, SchemaChange, SubjectChange};
pub use level::WeakerLevels;

use crate::{Compatibility, SchemaType};

/// How many subjects are read or written at the same time.
const PARALLEL: usize = 16;

/// What registering subjects would change. Subjects that others refer to come first.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "`RegistryClient::apply` carries the plan out"]
pub struct Plan {
    changes: Vec<SubjectChange>,
    /// The places of the changes of one subject each, in waves that do not wait for each other.
    waves: Vec<Vec<Range<usize>>>,
}

impl Plan {
    /// The changes, in the order in which they are applied.
    pub fn changes(&self) -> &[SubjectChange] {
        &self.changes
    }

    /// The changes that would be refused. A plan with one of them is not applied.
    pub fn refused(&self) -> impl Iterator<Item = &SubjectChange> {
        self.changes.iter().filter(|change| change.schema.is_refused())
    }
}

/// How a plan is made.
#[derive(Clone, Copy, Default)]
pub struct PlanOptions<'a> {
    checker: Option<&'a dyn CompatibilityChecker>,
    progress: Option<&'a (dyn Fn(usize) + Sync)>,
    weaker: WeakerLevels,
}

impl<'a> PlanOptions<'a> {
    /// No checker: where the registry cannot be asked, [`apply`](crate::RegistryClient::apply) learns what it decides.
    pub fn new() -> Self {
        Self::default()
    }

    /// Checks compatibility where the registry cannot be asked, and finds reasons beside those of the registry.
    #[must_use]
    pub fn checker(mut self, checker: &'a dyn CompatibilityChecker) -> Self {
        self.checker = Some(checker);
        self
    }

    /// What becomes of levels that are weaker than those of the registry. Default: they are set.
    #[must_use]
    pub fn weaker_levels(mut self, weaker: WeakerLevels) -> Self {
        self.weaker = weaker;
        self
    }

    /// Is called with the number of subjects that have been checked so far.
    #[must_use]
    pub fn progress(mut self, progress: &'a (dyn Fn(usize) + Sync)) -> Self {
        self.progress = Some(progress);
        self
    }
}

impl fmt::Debug for PlanOptions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlanOptions").field("has_checker", &self.checker.is_some()).finish_non_exhaustive()
    }
}

/// A schema with the texts of all schemas that it refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResolvedSchema {
    /// The subject that has it, or will have it.
    pub subject: String,
    /// The schema language.
    pub schema_type: SchemaType,
    /// The text.
    pub text: String,
    /// The texts of the schemas that it refers to, directly or through others, by name.
    pub references: BTreeMap<String, String>,
    /// Its version in the subject; `None` if it is not registered yet.
    pub version: Option<u32>,
}

/// Checks compatibility by the rules of the registries, beside the registry and where it cannot be asked: it checks by
/// the level that a subject has now, and it checks no schema whose references are not registered.
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
