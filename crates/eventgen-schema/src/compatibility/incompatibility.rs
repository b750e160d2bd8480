//! One difference between two versions.

use std::ops::Range;

use super::{IncompatibilityKind, RuleSet};
use crate::source::Position;

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
    /// Where in the text of the reader, or of the new version; `None` if it has no such part.
    pub reader: Option<SchemaLocation>,
    /// Where in the text of the writer, or of the old version; `None` if it has no such part.
    pub writer: Option<SchemaLocation>,
}

/// A location in a version of a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SchemaLocation {
    /// The name of the schema that the version refers to and that the location is in; `None` for the version itself.
    pub reference: Option<String>,
    /// The range in bytes.
    pub range: Range<usize>,
    /// Line and column of its first character.
    pub position: Position,
}

impl Incompatibility {
    pub(crate) fn new(kind: IncompatibilityKind, rules: RuleSet, path: String, message: String) -> Self {
        Self { kind, rules, path, message, reader: None, writer: None }
    }
}

impl std::fmt::Display for Incompatibility {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let path = if self.path.is_empty() { "the schema" } else { &self.path };
        write!(f, "{} at {path}: {}", self.kind.as_str(), self.message)
    }
}
