//! Code first: the schema is made from the item, and the front end checks it.

mod default;
mod definition;
mod existing;
mod fragments;
mod layout;
mod names;
mod scalar_schema;
mod schema;

use eventgen_schema::types::{Type, TypeId};
use eventgen_schema::{DerivedSchema, Loaded, Loader, Manifest};
use proc_macro2::{Span, TokenStream};

use self::names::{HERE, WRAPPER};
use self::schema::Schema;
use crate::emit::{self, Derived};
use crate::errors::Errors;
use crate::input::item::{Content, Item};
use crate::input::properties::Property;
use crate::manifest::manifest;
use crate::report::{Source, report};

/// Expands an item; an event with the properties of its annotation and their span.
pub(crate) fn expand(
    item: &Item,
    kafka: Option<(&[Property], Span)>,
    errors: &mut Errors,
) -> Option<TokenStream> {
    let namespace = item.attributes.namespace.as_ref().map(|(text, _)| text.as_str());
    // An event is registered under its own name. Other types may have the namespace of the type that contains them.
    let namespace = if kafka.is_some() { namespace } else { namespace.or(Some(HERE)) };
    let schema = schema::schema(item, namespace, kafka, errors);
    let manifest = manifest(item.ident.span(), errors);
    let loaded = load(item, &schema, manifest.clone(), errors)?;
    if !errors.is_empty() {
        return None;
    }
    let types = &loaded.contract.types;
    let id = type_id(item, namespace, &loaded)?;
    let properties = kafka.map(|(properties, _)| properties);
    let derived = Derived {
        item,
        existing: existing::existing(item, id, &schema, types)?,
        definition: definition::definition(item, id, &schema, types, properties),
        symbols: match &item.content {
            Content::Symbols(variants) => variants.iter().map(|variant| variant.name.clone()).collect(),
            _ => Vec::new(),
        },
        layout: layout::layout(item, id, &schema, types),
        foreign: schema.foreign,
        checks: TokenStream::new(),
        annotation: properties.unwrap_or_default(),
        tracked: manifest.iter().map(|manifest| manifest.path().to_owned()).collect(),
    };
    emit::emit(&loaded.contract, &derived, errors)
}

/// Gives the schema to the front end, and reports its diagnostics.
fn load(item: &Item, schema: &Schema, manifest: Option<Manifest>, errors: &mut Errors) -> Option<Loaded> {
    let name = item.rust_name();
    let text = schema.document.text().to_owned();
    let derived = DerivedSchema::avro(&name, text, schema.foreign_names());
    let loaded = Loader::new().manifest(manifest).derived(derived).load();
    loaded
        .map_err(|diagnostics| {
            let source = Source { path: name.into(), document: &schema.document };
            report(&diagnostics, &[source], &schema.placeholders(), item.ident.span(), errors);
        })
        .ok()
}

/// The type of an item in the contract. A type without a name is in the record around it.
fn type_id(item: &Item, namespace: Option<&str>, loaded: &Loaded) -> Option<TypeId> {
    let types = &loaded.contract.types;
    match item.content {
        Content::Struct(_) | Content::Symbols(_) => types.find(&full_name(&item.name().0, namespace)),
        Content::Newtype(_) | Content::Branches(_) => {
            match types.get(types.find(&full_name(WRAPPER, namespace))?) {
                Type::Record(record) => record.fields.first().map(|field| field.type_id),
                _ => None,
            }
        }
    }
}

fn full_name(name: &str, namespace: Option<&str>) -> String {
    match namespace {
        Some(namespace) if !name.contains('.') && !namespace.is_empty() => format!("{namespace}.{name}"),
        _ => name.to_owned(),
    }
}
