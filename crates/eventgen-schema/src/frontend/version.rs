//! Parsed versions of schemas in any language.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::front_end::Version;
use super::key::KeyField;
use super::list::front_ends;
use super::schema_file::SchemaFile;
use crate::compatibility::{Incompatibility, IncompatibilityKind, RuleSet};
use crate::diagnostics::Diagnostics;

/// A parsed version of a schema, as a registry stores it.
#[derive(Debug, Clone)]
pub struct SchemaVersion {
    version: Arc<dyn Version>,
    schema_type: &'static str,
    text: String,
    content: Vec<u8>,
}

/// Why a text is not a [`SchemaVersion`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ParseError {
    /// No front end reads this schema type.
    #[error("schemas of type {0} are not supported")]
    SchemaType(String),
    /// The text is not a schema.
    #[error(transparent)]
    Schema(#[from] Diagnostics),
}

/// A schema of a registry as a file; `None` if no front end reads its language. `schema_type` is the registry's name of it.
pub fn schema_file(schema_type: &str, text: &str) -> Option<SchemaFile> {
    let front_end = front_ends().into_iter().find(|front_end| front_end.schema_type() == schema_type);
    front_end.map(|front_end| front_end.file(text))
}

impl SchemaVersion {
    /// Parses a schema. `schema_type` is the registry's name of its language, such as `AVRO`; `references` are the
    /// texts of the schemas that it refers to, and of those that they refer to, by name. For Protobuf, a text is a `.proto`
    /// file or, as Confluent's clients in Python and Go register it, a `google.protobuf.FileDescriptorProto` in base64.
    ///
    /// # Errors
    /// The language is not known, or the text is not a schema.
    pub fn parse(
        schema_type: &str,
        text: &str,
        references: &BTreeMap<String, String>,
    ) -> Result<Self, ParseError> {
        let front_end = front_ends().into_iter().find(|front_end| front_end.schema_type() == schema_type);
        let front_end = front_end.ok_or_else(|| ParseError::SchemaType(schema_type.to_owned()))?;
        let references = references.iter().map(|(name, text)| {
            let text = front_end.source_of(text).into_owned();
            (name.clone(), text)
        });
        let text = front_end.source_of(text).into_owned();
        let version = front_end.parse(&text, &references.collect())?;
        let content = version.content(&text);
        Ok(Self { version: version.into(), schema_type: front_end.schema_type(), text, content })
    }

    /// The text of the schema; for Protobuf that of a `.proto` file, whatever was parsed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The form of the schema that a registry responds with for `format=serialized`: for Protobuf an encoded
    /// `google.protobuf.FileDescriptorProto` without comments. `None` for languages without such a form.
    pub fn serialized(&self) -> Option<Vec<u8>> {
        self.version.serialized()
    }

    /// What identifies the schema, given its references: equal for schemas that a registry treats as one.
    pub fn content(&self) -> &[u8] {
        &self.content
    }

    /// Whether a registry treats both as the same schema, given the same references. Space, comments of Protobuf, the order
    /// of JSON members, and how the names of Avro are qualified do not matter.
    pub fn has_content_of(&self, other: &Self) -> bool {
        (self.schema_type, &self.content) == (other.schema_type, &other.content)
    }

    /// The fields of the record or of the first message, and of those in it, that a key can be made of.
    pub fn key_fields(&self) -> Vec<KeyField> {
        self.version.key_fields()
    }

    /// The full name of the message, if a registry treats the schema as the one that `keyFormat` makes of its fields. `None` for
    /// languages without messages.
    ///
    /// # Errors
    /// Why `keyFormat` does not make the schema.
    pub fn key_message(&self) -> Option<Result<String, String>> {
        self.version.key_message()
    }

    /// Every reason for which `rules` forbid that this version reads what `writer` wrote.
    pub fn incompatibilities(&self, writer: &Self, rules: RuleSet) -> Vec<Incompatibility> {
        self.version.incompatibilities(&*writer.version, rules).unwrap_or_else(|| {
            let message = "the schema language differs".to_owned();
            let kind = IncompatibilityKind::FormatChanged;
            vec![Incompatibility::new(kind, RuleSet::Registry, String::new(), message)]
        })
    }

    /// What `rules` forbid of the changes since the version `old`, whoever reads: changes of JSON and of code.
    pub fn changes_since(&self, old: &Self, rules: RuleSet) -> Vec<Incompatibility> {
        let changes = self.version.changes_since(&*old.version).unwrap_or_default();
        changes.into_iter().filter(|change| change.rules <= rules).collect()
    }
}
