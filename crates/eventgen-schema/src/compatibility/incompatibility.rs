//! One difference between two versions.

use super::{Element, IncompatibilityKind, RuleSet};

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
    /// The part of the reader's schema that it is about, or the nearest one around it. Where no version reads the other,
    /// as in [`changes_since`](crate::SchemaVersion::changes_since), of the new one.
    pub reader: Element,
    /// The same of the writer's schema, or of the old one.
    pub writer: Element,
}

impl Incompatibility {
    pub(crate) fn new(kind: IncompatibilityKind, rules: RuleSet, path: String, message: String) -> Self {
        Self { kind, rules, path, message, reader: Element::schema(), writer: Element::schema() }
    }

    /// Sets the parts of both schemas.
    #[must_use]
    pub(crate) fn between(self, (reader, writer): (Element, Element)) -> Self {
        Self { reader, writer, ..self }
    }
}

impl std::fmt::Display for Incompatibility {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let path = if self.path.is_empty() { "the schema" } else { &self.path };
        write!(f, "{} at {path}: {}", self.kind.as_str(), self.message)
    }
}
