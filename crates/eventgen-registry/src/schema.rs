//! Schemas as generated code embeds them.

use crate::{ProtobufFile, SchemaType, Subject};

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
        let references = imports.iter().map(|import| import.reference());
        let event = Subject::new(subject, self.schema_type(), self.text).with_references(references);
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
