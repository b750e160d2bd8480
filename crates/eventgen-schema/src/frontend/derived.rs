//! The schema that a derive macro makes of a Rust type. It is loaded like a file.

use std::path::{Path, PathBuf};

/// A schema that is derived from a Rust type. Each language has its own constructor.
#[derive(Debug, Clone)]
pub struct DerivedSchema {
    schema_type: &'static str,
    path: PathBuf,
    text: String,
    foreign: Vec<String>,
    event: Option<(String, String)>,
}

impl DerivedSchema {
    /// `foreign` are the full names of types that the text refers to and that are defined elsewhere.
    pub(super) fn new(schema_type: &'static str, path: PathBuf, text: String, foreign: Vec<String>) -> Self {
        Self { schema_type, path, text, foreign, event: None }
    }

    /// Makes an event of the type with this name, the first of the text. `annotation` is JSON with the properties of
    /// `#[kafka(…)]`. Only languages whose derived schemas do not contain the annotation need this.
    #[must_use]
    pub fn event(mut self, full_name: String, annotation: String) -> Self {
        self.event = Some((full_name, annotation));
        self
    }

    /// The path of the annotation that [`event`](Self::event) adds, in the sources of diagnostics. It differs from
    /// that of the text.
    #[must_use]
    pub fn annotation_path(&self) -> PathBuf {
        self.path.with_extension("kafka")
    }

    /// The language of the text.
    pub fn schema_type(&self) -> &'static str {
        self.schema_type
    }

    /// The path of the text in diagnostics, and its name as a file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Full names of types that are defined elsewhere.
    pub fn foreign(&self) -> &[String] {
        &self.foreign
    }

    /// The full name of the event and its annotation.
    pub fn annotated(&self) -> Option<(&str, &str)> {
        self.event.as_ref().map(|(name, annotation)| (name.as_str(), annotation.as_str()))
    }
}
