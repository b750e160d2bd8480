//! Derived schemas in Protobuf.

use std::path::PathBuf;
use std::sync::Arc;

use super::super::context::Context;
use super::super::derived::DerivedSchema;
use super::super::schemas::{Annotated, EventSchema, Schemas};
use super::event::{EventMessage, SCHEMA_TYPE};
use crate::reader::{Casing, parse_json};
use crate::source::Span;

impl DerivedSchema {
    /// The text of a `.proto` file without an annotation. `foreign` are the full names of messages in it that stand for
    /// messages which are defined elsewhere.
    pub fn protobuf(path: impl Into<PathBuf>, text: String, foreign: Vec<String>) -> Self {
        Self::new(SCHEMA_TYPE, path.into(), text, foreign)
    }
}

/// The message of a derived schema that is an event: the first one of its file.
pub(super) fn annotated(
    schema: &DerivedSchema,
    schemas: &Schemas,
    context: &mut Context<'_>,
) -> Option<Annotated> {
    let (full_name, annotation) = schema.annotated()?;
    let source = context.sources.add(schema.annotation_path(), annotation.to_owned());
    let parsed = parse_json(context.sources, source);
    let annotation = parsed.map_err(|found| context.diagnostics.extend(found)).ok()?;
    let name = schema.path().display().to_string();
    let file = schemas.referenced.get(&name);
    Some(Annotated {
        full_name: full_name.to_owned(),
        span: Span { source, range: annotation.span.range.clone() },
        annotation,
        casing: Casing::Rust,
        schema: schemas.types.find(full_name).map(|type_id| EventSchema {
            type_id,
            text: file.map(|file| file.text.clone()).unwrap_or_default(),
            references: file.map(|file| file.references.clone()).unwrap_or_default(),
            data: Arc::new(EventMessage::new(name, vec![0])),
        }),
    })
}
