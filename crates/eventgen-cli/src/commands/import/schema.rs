//! A schema that is imported.

use std::collections::BTreeMap;

use eventgen_schema::{SchemaFile, SchemaVersion};

/// A schema of a registry.
#[derive(Debug, Clone)]
pub(super) struct Schema {
    pub(super) subject: String,
    pub(super) version: u32,
    /// The registry's name of the language.
    pub(super) language: String,
    /// The file; the language of a schema that eventgen does not read.
    pub(super) file: Result<SchemaFile, String>,
    /// What other schemas call it: an Avro full name or a Protobuf import path.
    pub(super) names: Vec<String>,
}

impl Schema {
    /// The schema itself, with those of `all` that it may refer to. `None` if it does not parse.
    pub(super) fn parsed(&self, all: &[&Self]) -> Option<SchemaVersion> {
        let file = self.file.as_ref().ok()?;
        let others =
            all.iter().filter(|other| other.subject != self.subject && other.language == self.language);
        let named = others.filter_map(|other| Some((&other.names, &other.file.as_ref().ok()?.text)));
        let references: BTreeMap<String, String> =
            named.flat_map(|(names, text)| names.iter().map(|name| (name.clone(), text.clone()))).collect();
        SchemaVersion::parse(&self.language, &file.text, &references).ok()
    }

    /// The subject without its suffix for values and its context.
    pub(super) fn topic(&self) -> &str {
        let subject = self.subject.rsplit(':').next().unwrap_or_default();
        subject.strip_suffix("-value").unwrap_or(subject)
    }
}
