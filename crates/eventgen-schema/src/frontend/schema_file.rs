//! Schemas of registries as files.

/// A schema of a registry as a file that its author could have written.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SchemaFile {
    /// The text. It stays the same schema.
    pub text: String,
    /// The extension of the file, without the dot.
    pub extension: &'static str,
    /// The full name by which other files refer to the schema; `None` in languages in which they refer to a path.
    pub name: Option<String>,
}

impl SchemaFile {
    pub(super) fn new(text: String, extension: &'static str, name: Option<String>) -> Self {
        Self { text, extension, name }
    }
}
