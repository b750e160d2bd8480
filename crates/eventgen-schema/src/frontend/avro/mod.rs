//! The Avro front end: schemas and protocols in JSON and in Avro IDL.

mod changes;
mod compatibility;
mod content;
mod derived;
mod element;
mod event;
mod format;
mod governance;
mod idl;
mod included;
mod key;
mod locations;
mod outline;
mod parse;
mod pretty;
mod protocol;
mod read;
mod references;
mod spelling;
mod suggestion;

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use eventgen_avro::parse::{Declarations, FormError, MAX_NESTING, Root};

pub use derived::foreign_definition;
pub use eventgen_avro::model::{canonical_form, layout_hash, union_layout_hash};
pub use eventgen_avro::parse::ParsedSchema;
pub use locations::Place;
pub use outline::Outline;
pub use parse::{fingerprint, parse_schema};

use self::event::{Definitions, Fingerprint};
use self::format::SCHEMA_TYPE;
use self::parse::{annotated_form, build, declare, parse_with_references, registered_form};
use super::context::Context;
use super::derived::DerivedSchema;
use super::description::of_graph;
use super::front_end::{FrontEnd, Input, Version};
use super::key::{KeyDefinition, KeyField, KeyProblem, KeyText};
use super::schema_file::SchemaFile;
use super::schemas::{Annotated, EventSchema, Schemas};
use crate::compatibility::{Element, Incompatibility, RuleSet};
use crate::contract::{Contract, Description, Event, ReferencedSchema};
use crate::diagnostics::{Diagnostic, Diagnostics, code};
use crate::reader::Casing;
use crate::source::{SourceId, Sources, Span};
use crate::types::Type;

/// The front end.
#[derive(Debug)]
pub(crate) struct Avro;

impl FrontEnd for Avro {
    fn schema_type(&self) -> &'static str {
        SCHEMA_TYPE
    }

    fn extensions(&self) -> &'static [&'static str] {
        format::EXTENSIONS
    }

    fn read(&self, input: &Input<'_>, context: &mut Context<'_>) -> Schemas {
        let read::Files { mut roots, included, broken } = read::read(input.files, input.includes, context);
        spelling::check_spelling(&roots, context.diagnostics);
        let sources: BTreeSet<SourceId> = included.iter().map(|root| root.node.span.source).collect();
        roots.extend(included::used(&roots, included));
        roots.extend(input.derived.into_iter().flat_map(|schema| derived::read(schema, context)));
        let casing = if input.derived.is_some() { Casing::Rust } else { Casing::Camel };
        let foreign = input.derived.map(DerivedSchema::foreign).unwrap_or_default();
        let form = if input.keeps_annotations { annotated_form } else { registered_form };
        let mut schemas = schemas(&roots, casing, foreign, form, context.diagnostics);
        // Events of a file that is only imported belong to another contract.
        schemas.annotated.retain(|annotated| !sources.contains(&annotated.span.source));
        Schemas { broken, data: Some(Arc::new(Definitions { roots })), ..schemas }
    }

    fn parse(
        &self,
        text: &str,
        references: &BTreeMap<String, String>,
    ) -> Result<Box<dyn Version>, Diagnostics> {
        Ok(Box::new(parse_with_references(text, references)?))
    }

    fn places(&self, sources: &Sources, file: SourceId) -> BTreeMap<Element, Span> {
        element::places(&read::roots_of(sources, file))
    }

    fn schemas(&self, contract: &Contract) -> Vec<ReferencedSchema> {
        parse::top_level(event::roots(contract))
    }

    fn key_schema(&self, key: &KeyDefinition<'_>) -> Option<Result<KeyText, KeyProblem>> {
        Some(key::key_schema(key))
    }

    fn describe(&self, contract: &Contract, event: &Event) -> Description {
        let mut description = of_graph(contract.types_of(event), event.type_id);
        governance::add(&mut description, event);
        description
    }

    fn normalize(&self, text: &str) -> String {
        format::parsed(text).map_or_else(|| text.trim().to_owned(), |schema| schema.to_string())
    }

    fn file(&self, text: &str) -> SchemaFile {
        SchemaFile::new(pretty::json(text), "avsc", content::name(text))
    }
}

impl Version for ParsedSchema {
    fn content(&self, text: &str) -> Vec<u8> {
        content::content(text)
    }

    fn key_fields(&self) -> Vec<KeyField> {
        key::key_fields(self)
    }

    fn incompatibilities(&self, writer: &dyn Version, rules: RuleSet) -> Option<Vec<Incompatibility>> {
        let writer: &dyn Any = writer;
        writer.downcast_ref().map(|writer| compatibility::check(self, writer, rules))
    }

    fn changes_since(&self, old: &dyn Version) -> Option<Vec<Incompatibility>> {
        let old: &dyn Any = old;
        old.downcast_ref().map(|old| changes::changes(self, old))
    }
}

/// The text of a definition as it is registered.
type Form = fn(&str, &Declarations<'_>) -> Result<String, FormError>;

/// Builds the types of all roots, and the events among them.
fn schemas(
    roots: &[Root],
    casing: Casing,
    foreign: &[String],
    form: Form,
    diagnostics: &mut Vec<Diagnostic>,
) -> Schemas {
    let declarations = declare(roots, diagnostics);
    let built = build(roots, &declarations, diagnostics);
    let annotated = built.annotated.iter().map(|annotated| {
        let span = annotated.annotation.name_span.clone();
        let is_built = matches!(built.types.get(annotated.type_id), Type::Record(_));
        let schema = is_built.then(|| EventSchema {
            type_id: annotated.type_id,
            text: registered(&annotated.full_name, &span, form, &declarations, diagnostics),
            references: Vec::new(),
            data: Arc::new(Fingerprint(fingerprint(&canonical_form(&built.types, annotated.type_id)))),
        });
        let annotation = annotated.annotation.value.clone();
        Annotated { full_name: annotated.full_name.clone(), span, annotation, casing, schema }
    });
    let annotated = annotated.collect();
    let foreign: BTreeSet<_> =
        foreign.iter().filter_map(|name| declarations.get(name)).map(|found| found.id).collect();
    let (types, unbuilt) = (built.types, built.unbuilt);
    Schemas { types, is_generated: true, unbuilt, foreign, annotated, ..Schemas::default() }
}

/// The schema of an event as it is registered.
fn registered(
    full_name: &str,
    annotation: &Span,
    form: Form,
    declarations: &Declarations<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> String {
    let error = match form(full_name, declarations) {
        Ok(form) => return form,
        Err(error) => error,
    };
    let diagnostic = match error {
        FormError::Unreferable { name } => {
            let message = format!(
                "`{full_name}` uses `{name}` inside of a namespace, where readers take it for another type"
            );
            Diagnostic::error(code::UNKNOWN_TYPE, message).help(format!("give `{name}` a namespace"))
        }
        _ => {
            let message = format!(
                "`{full_name}` and the types it uses, written as one schema, are nested more than {MAX_NESTING} levels deep"
            );
            Diagnostic::error(code::TOO_DEEP, message)
                .help("let the types refer to each other in shorter chains")
        }
    };
    diagnostics.push(diagnostic.at(annotation, "readers of Avro would refuse the schema of this event"));
    String::new()
}
