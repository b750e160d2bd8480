//! The notations of Avro schemas.

use std::path::Path;

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
    /// By extension. A file that is named by itself may have any name; it is taken as a schema.
    pub(super) fn of(path: &Path) -> Self {
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("avpr") => Self::Protocol,
            Some("avdl") => Self::Idl,
            _ => Self::Schema,
        }
    }
}
