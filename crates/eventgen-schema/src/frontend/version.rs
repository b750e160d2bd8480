//! Parsed versions of schemas in any language.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::front_end::Version;
use super::list::front_ends;
use crate::compatibility::{Incompatibility, IncompatibilityKind};
use crate::diagnostics::Diagnostics;

/// A parsed version of a schema, as a registry keeps it.
#[derive(Debug, Clone)]
pub struct SchemaVersion(Arc<dyn Version>);

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

impl SchemaVersion {
    /// Parses a schema. `schema_type` is the registry's name of its language, such as `AVRO`; `references` are the texts
    /// of the schemas that it refers to, and of those that they refer to, by name.
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
        Ok(Self(front_end.parse(text, references)?.into()))
    }

    /// Every reason why this version cannot read what `writer` wrote.
    pub fn incompatibilities(&self, writer: &Self) -> Vec<Incompatibility> {
        self.0.incompatibilities(&*writer.0).unwrap_or_else(|| {
            vec![Incompatibility {
                kind: IncompatibilityKind::FormatChanged,
                path: String::new(),
                message: "the schema language differs".to_owned(),
            }]
        })
    }
}
