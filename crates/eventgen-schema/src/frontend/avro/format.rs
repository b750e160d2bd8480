//! The notations of Avro schemas.

use std::path::Path;

use crate::reader::parse_json;
use crate::source::Sources;

/// The name of the language in the API of a Schema Registry.
pub(super) const SCHEMA_TYPE: &str = "AVRO";

/// The notation of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// A schema in JSON.
    Schema,
    /// A protocol in JSON.
    Protocol,
    /// Avro IDL.
    Idl,
}

/// The extensions of the files.
pub(super) const EXTENSIONS: &[&str] = &["avsc", "avpr", "avdl"];

impl Format {
    /// Selects the notation by extension. A file that is named explicitly and has another extension is read as a
    /// schema.
    pub(super) fn of(path: &Path) -> Self {
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("avpr") => Self::Protocol,
            Some("avdl") => Self::Idl,
            _ => Self::Schema,
        }
    }
}

/// The JSON of a schema; `None` if it is none. Comments are skipped.
pub(super) fn parsed(text: &str) -> Option<serde_json::Value> {
    let mut sources = Sources::default();
    let id = sources.add("schema", text.to_owned());
    parse_json(&sources, id).ok().map(|node| node.to_json())
}
