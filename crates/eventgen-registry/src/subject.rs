//! Subjects as a contract wants them.

use std::borrow::Cow;

use crate::{Compatibility, SchemaType};

/// A subject as a contract wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Subject {
    /// Its name.
    pub name: String,
    /// The schema language.
    pub schema_type: SchemaType,
    /// The text to register.
    pub text: Cow<'static, str>,
    /// The names by which the text refers to other schemas. Each is registered under a subject of this name, which is
    /// Confluent's default.
    pub references: Vec<String>,
    /// The compatibility level; without one the level of the subject stays as it is.
    pub compatibility: Option<Compatibility>,
}

impl Subject {
    /// A subject whose schema refers to no other, without a compatibility level.
    pub fn new(name: impl Into<String>, schema_type: SchemaType, text: impl Into<Cow<'static, str>>) -> Self {
        let (name, text) = (name.into(), text.into());
        Self { name, schema_type, text, references: Vec::new(), compatibility: None }
    }

    /// With the names by which the text refers to other schemas.
    #[must_use]
    pub fn with_references<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.references = names.into_iter().map(Into::into).collect();
        self
    }

    /// With a compatibility level.
    #[must_use]
    pub fn with_compatibility(mut self, level: Compatibility) -> Self {
        self.compatibility = Some(level);
        self
    }
}
