//! What is asked about one schema, and the answer.

use super::{LevelChange, ResolvedSchema};
use crate::{Compatibility, CompatibilityOutcome, SchemaReference, Subject};

/// What is asked about one schema.
pub(super) struct Question<'a> {
    pub(super) subject: &'a Subject,
    /// The versions of its references; `None` if one of them is not registered yet.
    pub(super) references: Option<&'a [SchemaReference]>,
    /// The versions that the subject has.
    pub(super) existing: &'a [u32],
    /// The versions that the plan has added to the subject.
    pub(super) pending: &'a [ResolvedSchema],
    pub(super) change: Option<LevelChange>,
    /// The level that applies now; `None` if it is not known.
    pub(super) current: Option<Compatibility>,
}

/// The answer.
pub(super) enum Verdict {
    Compatible,
    Incompatible { found: Vec<String>, registry: Option<Vec<String>> },
}

impl Question<'_> {
    /// The level by which the registry will check the schema.
    pub(super) fn level(&self) -> Option<Compatibility> {
        self.change.map(|change| change.to).or(self.current)
    }

    /// What the registry's answer by its present level says about the level to come; `None` if nothing.
    pub(super) fn decided(&self, said: &CompatibilityOutcome) -> Option<bool> {
        let to = self.level();
        if said.is_compatible && said.latest_only && to.is_none_or(Compatibility::is_transitive) {
            return None;
        }
        let Some(change) = self.change else { return Some(said.is_compatible) };
        let current = self.current?;
        if said.is_compatible && current.covers(change.to) {
            return Some(true);
        }
        (!said.is_compatible && change.to.covers(current)).then_some(false)
    }
}
