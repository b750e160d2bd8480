//! Generated files.

use askama::Template;
use serde::Serialize;

use crate::error::Error;

/// A generated file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct File {
    /// Its path below the folder of the artefact, with `/` between the parts.
    pub path: String,
    /// Its text.
    pub text: String,
}

impl File {
    /// Fills in a template.
    pub(crate) fn render(path: String, template: &impl Template) -> Result<Self, Error> {
        match template.render() {
            // The engine drops the newline at the end of a template.
            Ok(text) => Ok(Self { path, text: text + "\n" }),
            Err(cause) => Err(Error::Template { file: path, cause: cause.to_string() }),
        }
    }

    /// Writes a value as JSON.
    pub(crate) fn json(path: String, value: &impl Serialize) -> Result<Self, Error> {
        match serde_json::to_string_pretty(value) {
            Ok(text) => Ok(Self { path, text: text + "\n" }),
            Err(cause) => Err(Error::Json { file: path, cause: cause.to_string() }),
        }
    }
}
