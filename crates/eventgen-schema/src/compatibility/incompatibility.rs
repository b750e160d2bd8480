//! One difference between two versions.

use super::{IncompatibilityKind, RuleSet};

/// A difference that a rule set forbids.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Incompatibility {
    /// Its kind.
    pub kind: IncompatibilityKind,
    /// The weakest rule set that forbids it. All stronger ones do, too.
    pub rules: RuleSet,
    /// Where in the schema, such as `payload.lines[]`; empty for the schema itself.
    pub path: String,
    /// What differs.
    pub message: String,
}

impl Incompatibility {
    pub(crate) fn new(kind: IncompatibilityKind, rules: RuleSet, path: String, message: String) -> Self {
        Self { kind, rules, path, message }
    }
}

impl std::fmt::Display for Incompatibility {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let path = if self.path.is_empty() { "the schema" } else { &self.path };
        write!(f, "{} at {path}: {}", self.kind.as_str(), self.message)
    }
}
