//! Messages of prost: what their attributes say becomes a `.proto` file, which the front end checks; the codec is prost's.

mod attribute;
mod emit;
mod field_type;
mod item;
mod names;
mod option;
mod text;

use std::collections::BTreeMap;

use eventgen_codegen::{Existing, Kind, implement};
use eventgen_schema::{DerivedSchema, Loaded, Loader, Manifest};
use proc_macro2::{Span, TokenStream};
use syn::DeriveInput;
use syn::spanned::Spanned as _;

use crate::annotation;
use crate::document::Document;
use crate::mistakes::Mistakes;
use crate::places::Places;
use crate::words::{Value, Word};
use crate::{package, said};
use emit::Code;
use item::{Content, Field, Item};
use text::Text;

pub(crate) use emit::stubs;

/// The code for a type; for an event with its words.
pub(crate) fn expand(
    input: DeriveInput,
    kafka: Option<(&[Word], Span)>,
    mistakes: &mut Mistakes,
) -> Option<TokenStream> {
    for word in kafka.iter().flat_map(|(words, _)| *words).filter(|word| word.name == "schema") {
        let message = "what prost's attributes say is the schema: take this word away, or let a build script generate the \
                       types of a .proto file";
        mistakes.add(word.span, message);
    }
    for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("avro")) {
        let message =
            "a message of prost has a schema in Protobuf: write #[protobuf(name = \"…\", package = \"…\")]";
        mistakes.add(attribute.path().span(), message);
    }
    let item = Item::read(input, mistakes)?;
    if kafka.is_some() && !matches!(item.content, Content::Message(_)) {
        let message = "an event is a message: write a struct with prost::Message; an enum can be the type of one of its \
                       fields, with #[derive(ProtobufType)]";
        mistakes.add(item.ident.span(), message);
    }
    if let (Content::Message(fields), Some((words, _))) = (&item.content, kafka) {
        for word in words.iter().filter(|word| matches!(word.name.as_str(), "key" | "headers")) {
            no_oneof(&word.value, fields, mistakes);
        }
    }
    if !mistakes.is_empty() {
        return None;
    }
    let text = Text::of(&item, kafka.is_some());
    let Some((words, span)) = kafka else {
        load(&item, &text, None, None, mistakes)?;
        let places = Places::of_message(&item.types(), &[]);
        return Some(places.put(emit::emit(&item, &text, &Code::default())));
    };
    let manifest = Manifest::discover(&package()).unwrap_or_else(|error| {
        said::report_files(&error, item.ident.span(), mistakes);
        None
    });
    let mut document = Document::default();
    annotation::write(words, &[], &mut document, span);
    let loaded = load(&item, &text, Some(&document), manifest.clone(), mistakes)?;
    let event = loaded.contract.events.first()?;
    let existing = Existing {
        name: item.rust_name(),
        visibility: item.visibility(),
        kind: Kind::Message(event.type_id),
        forms: BTreeMap::new(),
        skipped: Vec::new(),
        recursive: false,
    };
    let implementation = match implement(&loaded.contract, &existing) {
        Ok(implementation) => implementation,
        Err(error) => {
            mistakes.add(item.ident.span(), error);
            return None;
        }
    };
    let code = Code {
        event: implementation.event,
        topic: implementation.topic,
        option: Some(option::text(words)),
        tracked: manifest.map(|manifest| manifest.path().to_owned()),
    };
    Some(Places::of_message(&item.types(), words).put(emit::emit(&item, &text, &code)))
}

/// A oneof is another type, whose members the message does not see.
fn no_oneof(value: &Value, fields: &[Field], mistakes: &mut Mistakes) {
    match value {
        Value::Path(path, span) => {
            let is_oneof = |field: &&Field| matches!(field.attribute.kind, attribute::Kind::Oneof(..));
            if let Some(oneof) = fields.iter().filter(is_oneof).find(|oneof| oneof.name == path[0]) {
                let message = format!(
                    "`{}` is a oneof, through which no path goes: choose a field beside it",
                    oneof.name
                );
                mistakes.add(*span, message);
            }
        }
        Value::List(values, _) => values.iter().for_each(|value| no_oneof(value, fields, mistakes)),
        Value::Words(words, _) => words.iter().for_each(|word| no_oneof(&word.value, fields, mistakes)),
        _ => {}
    }
}

/// Has the front end look at the text, and at the annotation of an event.
fn load(
    item: &Item,
    text: &Text,
    annotation: Option<&Document>,
    manifest: Option<Manifest>,
    mistakes: &mut Mistakes,
) -> Option<Loaded> {
    let file = format!("{}.proto", item.rust_name());
    let schema = DerivedSchema::protobuf(file, text.document.text().to_owned(), text.stub_names());
    let schema = match annotation {
        Some(annotation) => schema.event(item.full_name(), annotation.text().to_owned()),
        None => schema,
    };
    match Loader::new().manifest(manifest).derived(schema).load() {
        Ok(loaded) => Some(loaded),
        Err(error) => {
            let documents: Vec<&Document> = [&text.document].into_iter().chain(annotation).collect();
            said::report(&error, &documents, &text.made_up(), item.ident.span(), mistakes);
            None
        }
    }
}
