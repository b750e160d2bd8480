//! Schemas in their registered form: as generated code embeds them, and as a plan of subjects takes them.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Compatibility, ProtobufFile};

/// A schema language, by the registry's name for it (`schemaType`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SchemaType(Cow<'static, str>);

impl SchemaType {
    /// A language that the registry calls `name`.
    pub const fn new(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// The registry's name, such as `AVRO`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SchemaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An event's schema in its registered form, as generated code embeds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schema {
    /// The registry's name of the schema language.
    pub(crate) language: &'static str,
    pub(crate) text: &'static str,
    pub(crate) file: Option<&'static ProtobufFile>,
    pub(crate) fingerprint: Option<u64>,
    pub(crate) message_indexes: Option<&'static [u32]>,
}

impl Schema {
    /// The schema language.
    pub const fn schema_type(self) -> SchemaType {
        SchemaType::new(self.language)
    }

    /// The text that is registered.
    pub const fn text(self) -> &'static str {
        self.text
    }

    /// CRC-64-AVRO of the parsing canonical form (Avro specification 1.12, "Schema Fingerprints"), which equal schemas
    /// share. `None` where the schema is not Avro.
    pub const fn fingerprint(self) -> Option<u64> {
        self.fingerprint
    }

    /// The message of the file that the event is, by [`wire::message_indexes`](crate::wire::message_indexes). `None`
    /// where a schema is one type.
    pub const fn message_indexes(self) -> Option<&'static [u32]> {
        self.message_indexes
    }

    /// The subjects that registering this schema under `subject` needs: those of the files that it refers to, each
    /// after what it refers to itself, and `subject` last.
    pub fn subjects(self, subject: &str) -> Vec<Subject> {
        let imports = self.file.map_or(&[] as &[_], |file| file.imports);
        let names = imports.iter().map(|import| import.name);
        let event = Subject::new(subject, self.schema_type(), self.text).with_references(names);
        let files = ProtobufFile::in_order(imports);
        files.into_iter().map(ProtobufFile::subject).chain([event]).collect()
    }
}

/// The text that is registered, which a decoder parses to name the field of an error.
impl From<Schema> for &'static str {
    fn from(schema: Schema) -> Self {
        schema.text()
    }
}

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
