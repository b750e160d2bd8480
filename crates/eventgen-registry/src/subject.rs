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
    /// The schemas that the text refers to.
    pub references: Vec<SubjectReference>,
    /// The subjects that are registered first, besides those that the text refers to.
    pub after: Vec<String>,
    /// The compatibility level; without one the level of the subject stays as it is.
    pub compatibility: Option<Compatibility>,
}

impl Subject {
    /// A subject whose schema refers to no other, without a compatibility level.
    pub fn new(name: impl Into<String>, schema_type: SchemaType, text: impl Into<Cow<'static, str>>) -> Self {
        let (name, text) = (name.into(), text.into());
        Self { name, schema_type, text, references: Vec::new(), after: Vec::new(), compatibility: None }
    }

    /// With the schemas that the text refers to. A name alone is registered under the subject of that name.
    #[must_use]
    pub fn with_references<R: Into<SubjectReference>>(
        mut self,
        references: impl IntoIterator<Item = R>,
    ) -> Self {
        self.references = references.into_iter().map(Into::into).collect();
        self
    }

    /// Registered after another subject of the same plan, though its text does not refer to it: an event after its key.
    #[must_use]
    pub fn registered_after(mut self, subject: impl Into<String>) -> Self {
        self.after.push(subject.into());
        self
    }

    /// With a compatibility level.
    #[must_use]
    pub fn with_compatibility(mut self, level: Compatibility) -> Self {
        self.compatibility = Some(level);
        self
    }
}

/// A schema that another one refers to, whatever its version.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SubjectReference {
    /// The name by which the text refers to it: an Avro full name or a Protobuf import path.
    pub name: String,
    /// The subject under which it is registered.
    pub subject: String,
}

impl SubjectReference {
    /// A schema that is registered under a subject other than its name.
    pub fn new(name: impl Into<String>, subject: impl Into<String>) -> Self {
        Self { name: name.into(), subject: subject.into() }
    }
}

/// The subject has the name, as with Confluent's `DefaultReferenceSubjectNameStrategy`.
impl From<&str> for SubjectReference {
    fn from(name: &str) -> Self {
        Self::new(name, name)
    }
}
