//! A schema that is imported.

use eventgen_schema::SchemaFile;

/// A schema of a registry.
#[derive(Debug, Clone)]
pub(super) struct Schema {
    pub(super) subject: String,
    pub(super) version: u32,
    /// The file; the language of a schema that eventgen does not read.
    pub(super) file: Result<SchemaFile, String>,
    /// What other schemas call it: an Avro full name or a Protobuf import path.
    pub(super) names: Vec<String>,
}

impl Schema {
    /// The subject without its suffix for values and its context.
    pub(super) fn topic(&self) -> &str {
        let subject = self.subject.rsplit(':').next().unwrap_or_default();
        subject.strip_suffix("-value").unwrap_or(subject)
    }
}
