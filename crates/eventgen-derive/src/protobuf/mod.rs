//! Messages of prost: a `.proto` file is made from their attributes, and the front end checks it. Their codec is prost's.

mod attribute;
mod definition;
pub(crate) mod emit;
mod field_type;
mod fields;
mod item;
mod names;
mod nested;
mod option;
mod text;

use std::collections::BTreeMap;

use eventgen_codegen::{Existing, Kind, implement};
use eventgen_schema::{DerivedSchema, Loaded, Loader, Manifest};
use proc_macro2::{Span, TokenStream};
use syn::DeriveInput;
use syn::spanned::Spanned as _;

use self::emit::EventCode;
use self::item::{Content, Field, Item};
use self::text::Text;
use crate::emit::spans::Paths;
use crate::errors::Errors;
use crate::input::properties::Property;
use crate::manifest::manifest;
use crate::model::annotation;
use crate::model::document::Document;
use crate::report::{Source, report};

/// Expands a type; an event with the properties of its annotation and their span.
pub(crate) fn expand(
    input: DeriveInput,
    kafka: Option<(&[Property], Span)>,
    errors: &mut Errors,
) -> Option<TokenStream> {
    for property in kafka.iter().flat_map(|(properties, _)| *properties) {
        if property.name == "schema" {
            let message = "the schema is made from the attributes of prost: remove `schema`, or generate the types of a \
                           .proto file in a build script";
            errors.add(property.span, message);
        }
    }
    for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("avro")) {
        let message =
            "a message of prost has a Protobuf schema: write #[protobuf(name = \"…\", package = \"…\")]";
        errors.add(attribute.path().span(), message);
    }
    let item = Item::read(input, errors)?;
    if kafka.is_some() && !matches!(item.content, Content::Message(_)) {
        let message = "an event is a message: write a struct with prost::Message; an enum can be the type of a field, with \
                       #[derive(ProtobufType)]";
        errors.add(item.ident.span(), message);
    }
    if let (Content::Message(fields), Some((properties, _))) = (&item.content, kafka) {
        refuse_paths_into_oneofs(properties, fields, errors);
    }
    if !errors.is_empty() {
        return None;
    }
    let text = Text::of(&item, kafka.is_some());
    let Some((properties, span)) = kafka else {
        load(&item, &text, None, None, errors)?;
        return Some(emit::emit(&item, &text, &EventCode::default()));
    };
    let manifest = manifest(item.ident.span(), errors);
    let mut document = Document::default();
    annotation::write(properties, &[], &mut document, span);
    let loaded = load(&item, &text, Some(&document), manifest.clone(), errors)?;
    let event = loaded.contract.events.first()?;
    let existing = Existing {
        name: item.rust_name(),
        visibility: item.visibility(),
        kind: Kind::Message(event.type_id),
        forms: BTreeMap::new(),
        skipped: Vec::new(),
        recursive: false,
    };
    let implementation = implement(&loaded.contract, &existing, cfg!(feature = "kafka"))
        .map_err(|error| errors.add(item.ident.span(), error))
        .ok()?;
    let code = EventCode {
        event: Paths::of_messages(properties).put(implementation.event, &item.ident),
        topic: implementation.topic,
        option: Some(option::text(properties)),
        tracked: manifest.map(|manifest| manifest.path().to_owned()),
    };
    Some(emit::emit(&item, &text, &code))
}

/// Reports paths of keys and headers that go through a oneof. The message does not see its members.
fn refuse_paths_into_oneofs(annotation: &[Property], fields: &[Field], errors: &mut Errors) {
    let has_paths = |property: &&Property| matches!(property.name.as_str(), "key" | "headers");
    for property in annotation.iter().filter(has_paths) {
        property.value.paths(&mut |path, span| {
            let is_oneof = |field: &&Field| {
                field.name == path[0] && matches!(field.attribute.kind, attribute::Kind::Oneof(..))
            };
            if let Some(oneof) = fields.iter().find(is_oneof) {
                let message = format!(
                    "`{}` is a oneof, and a path cannot go through one: choose another field",
                    oneof.name
                );
                errors.add(span, message);
            }
        });
    }
}

/// Gives the schema and the annotation of an event to the front end, and reports its diagnostics.
fn load(
    item: &Item,
    text: &Text,
    annotation: Option<&Document>,
    manifest: Option<Manifest>,
    errors: &mut Errors,
) -> Option<Loaded> {
    let file = format!("{}.proto", item.rust_name());
    let schema = DerivedSchema::protobuf(&file, text.document.text().to_owned(), text.stub_names());
    let schema = match annotation {
        Some(annotation) => schema.event(item.full_name(), annotation.text().to_owned()),
        None => schema,
    };
    let annotation_path = schema.annotation_path();
    let loaded = Loader::new().manifest(manifest).derived(schema).load();
    loaded
        .map_err(|diagnostics| {
            let annotation = annotation.map(|document| Source { path: annotation_path, document });
            let sources =
                [Source { path: file.into(), document: &text.document }].into_iter().chain(annotation);
            let sources: Vec<Source<'_>> = sources.collect();
            report(&diagnostics, &sources, &text.placeholders(), item.ident.span(), errors);
        })
        .ok()
}
