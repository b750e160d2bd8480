//! Schema first: an item is held against a schema file, field by field, and all that differs is told.

use eventgen_codegen::{Existing, Kind, field_name};
use eventgen_schema::avro::{canonical_form, shape};
use eventgen_schema::types::{Enum, Record, Type, TypeId};
use eventgen_schema::{Event, Loaded, Loader, Manifest, Place, did_you_mean};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use crate::annotation::FilePiece;
use crate::attributes::{Default, Name};
use crate::code_first::{names, visibility};
use crate::emit::{Definition, Emitted, emit, parsed};
use crate::fits::{OwnType, fits, rust_name};
use crate::forms::{Forms, enter};
use crate::item::{Content, Field, Item, Variant};
use crate::mistakes::Mistakes;
use crate::pieces::Piece;
use crate::rust_type::RustType;
use crate::{package, said};

/// The code for an item that a schema file has.
pub(crate) fn expand(
    item: &Item,
    is_event: bool,
    (path, span): &Name,
    mistakes: &mut Mistakes,
) -> Option<TokenStream> {
    let file = package().join(path);
    let manifest = Manifest::discover(&package()).unwrap_or_else(|error| {
        said::report_files(&error, *span, mistakes);
        None
    });
    let read = Loader::new().path(&file).manifest(manifest).load();
    let loaded = read.map_err(|error| said::report_files(&error, *span, mistakes)).ok()?;
    let id = find(item, is_event, &loaded, mistakes)?;
    let full_name = loaded.contract.types.get(id).name()?.to_string();
    let mut comparison = Comparison { item, loaded: &loaded, mistakes, forms: Forms::new(), own: Vec::new() };
    let (kind, skipped) = comparison.item(id, &full_name)?;
    let Comparison { forms, own, .. } = comparison;
    if !mistakes.is_empty() {
        return None;
    }
    let existing = Existing {
        name: item.rust_name(),
        visibility: visibility(item),
        kind,
        forms,
        skipped,
        recursive: false,
    };
    let shape = shape(&loaded.contract.types, id);
    let emitted = Emitted {
        item,
        existing,
        definition: definition(id, &full_name, item, &loaded),
        foreign: Vec::new(),
        symbols: match loaded.contract.types.get(id) {
            Type::Enum(definition) => definition.symbols.clone(),
            _ => Vec::new(),
        },
        shape: quote!(::std::option::Option::Some(#shape)),
        checks: checks(&own, &full_name, path),
        tracked: loaded.files.clone(),
    };
    emit(&loaded.contract, emitted, mistakes)
}

/// The type of the file that the item is.
fn find(item: &Item, is_event: bool, loaded: &Loaded, mistakes: &mut Mistakes) -> Option<TypeId> {
    let contract = &loaded.contract;
    let (name, span) = item.name();
    let is_it = |full_name: &str| full_name == name || full_name.rsplit('.').next() == Some(&name);
    if is_event {
        let events: Vec<&Event> = contract.events.iter().collect();
        let found = match events[..] {
            [only] if item.attributes.name.is_none() => Some(only),
            _ => events.iter().copied().find(|event| is_it(&event.name)),
        };
        let Some(event) = found else {
            let names: Vec<&str> = events.iter().map(|event| event.name.as_str()).collect();
            let what = if names.is_empty() {
                "no record of the file has an annotation: add a property \"kafka\" to the record that is the event".to_owned()
            } else {
                format!(
                    "the file has no event `{name}`, but {}: write #[avro(name = \"…\")]",
                    names.join(", ")
                )
            };
            mistakes.add(span, what);
            return None;
        };
        let beside: Vec<&str> = contract.events_on(&event.topic).map(|event| event.name.as_str()).collect();
        if beside.len() > 1 {
            mistakes.add(
                span,
                format!(
                    "the topic {} carries {}; a derive sees one type only: let a build script generate them",
                    event.topic,
                    beside.join(" and ")
                ),
            );
            return None;
        }
        return Some(event.type_id);
    }
    let named = contract.types.iter().filter(|(_, ty)| matches!(ty, Type::Record(_) | Type::Enum(_)));
    let named: Vec<(TypeId, String)> =
        named.filter_map(|(id, ty)| Some((id, ty.name()?.to_string()))).collect();
    let found = named.iter().find(|(_, full_name)| is_it(full_name));
    if found.is_none() {
        let short = |name: &'_ str| name.rsplit('.').next().unwrap_or_default().to_owned();
        let shorts: Vec<String> = named.iter().map(|(_, name)| short(name)).collect();
        let near = did_you_mean(&name, shorts.iter().map(String::as_str));
        let hint = near.map_or_else(
            || format!("it has {}: write #[avro(name = \"…\")]", shorts.join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        mistakes.add(span, format!("the file has no type `{name}`: {hint}"));
    }
    found.map(|(id, _)| *id)
}

struct Comparison<'a> {
    item: &'a Item,
    loaded: &'a Loaded,
    mistakes: &'a mut Mistakes,
    forms: Forms,
    own: Vec<OwnType>,
}

impl Comparison<'_> {
    fn item(&mut self, id: TypeId, full_name: &str) -> Option<(Kind, Vec<String>)> {
        let place = shown(self.loaded.place(full_name));
        match (&self.item.content, self.loaded.contract.types.get(id)) {
            (Content::Struct(fields), Type::Record(record)) => {
                let order = self.record(fields, record, full_name);
                Some((Kind::Struct(id, order), names(fields, true)))
            }
            (Content::Symbols(variants), Type::Enum(definition)) => {
                let order = self.symbols(variants, definition, &place);
                Some((Kind::Symbols(id, order), Vec::new()))
            }
            (_, ty) => {
                let what = if matches!(ty, Type::Enum(_)) {
                    "an enum: write an enum without data"
                } else {
                    "a record: write a struct with named fields"
                };
                let span = self.item.ident.span();
                self.mistakes.add(span, format!("in the schema `{full_name}` is {what}{place}"));
                None
            }
        }
    }

    /// The fields in the order of the schema.
    fn record(&mut self, fields: &[Field], record: &Record, full_name: &str) -> Vec<String> {
        let types = &self.loaded.contract.types;
        let present: Vec<&Field> = fields.iter().filter(|field| !field.attributes.skip).collect();
        let schema_name = |field: &Field| -> Option<&str> {
            let is_it =
                |name: &str| name == field.name || (!field.renamed && field_name(name) == field.rust_name);
            record.fields.iter().map(|field| field.name.as_str()).find(|name| is_it(name))
        };
        let mut missing: Vec<&str> = record.fields.iter().map(|field| field.name.as_str()).collect();
        missing.retain(|name| !present.iter().any(|field| schema_name(field) == Some(name)));
        let mut order = Vec::with_capacity(record.fields.len());
        for field in &present {
            self.only_what_the_schema_leaves(field);
            if schema_name(field).is_some() {
                continue;
            }
            // Most likely one of those that are missing.
            let near = missing.iter().map(|name| (*name, field_name(name)));
            let near: Vec<(&str, String)> = near.collect();
            let meant = did_you_mean(&field.rust_name, near.iter().map(|(_, name)| name.as_str()));
            match near.iter().find(|(_, name)| Some(name.as_str()) == meant) {
                Some((name, rust_name)) => {
                    let place = shown(self.loaded.field_place(full_name, name));
                    self.mistakes.add(
                        field.name_span,
                        format!(
                            "the schema has no field `{}`: did you mean `{rust_name}`?{place}",
                            field.name
                        ),
                    );
                    missing.retain(|other| other != name);
                }
                None => {
                    let place = shown(self.loaded.place(full_name));
                    self.mistakes.add(
                        field.name_span,
                        format!(
                            "the schema has no field `{}`: add it there, or take it away or write #[serde(skip)] here{place}",
                            field.name
                        ),
                    );
                }
            }
        }
        for field in &record.fields {
            let place = || shown(self.loaded.field_place(full_name, &field.name));
            let found = present.iter().find(|own| schema_name(own) == Some(&field.name));
            let Some(own) = found else {
                if missing.contains(&field.name.as_str()) {
                    let name = crate::ident(&field_name(&field.name));
                    let ty = rust_name(field.type_id, types);
                    self.mistakes.add(
                        self.item.ident.span(),
                        format!(
                            "the field `{}` of the schema is missing: write {name}: {ty}{}",
                            field.name,
                            place()
                        ),
                    );
                }
                continue;
            };
            order.push(own.rust_name.clone());
            let Some(ty) = RustType::read(&own.ty, self.mistakes) else { continue };
            match fits(&ty, field.type_id, types, &mut self.own) {
                Ok(()) => enter(&ty, field.type_id, types, true, &mut self.forms),
                Err((span, what)) => self.mistakes.add(span, format!("{what}{}", place())),
            }
        }
        order
    }

    /// The variants in the order of the schema.
    fn symbols(&mut self, variants: &[Variant], definition: &Enum, place: &str) -> Vec<String> {
        let symbols = &definition.symbols;
        let known: Vec<String> = eventgen_codegen::variant_names(symbols);
        let symbol_of = |variant: &Variant| {
            symbols.iter().zip(&known).position(|(symbol, rust_name)| {
                *symbol == variant.name
                    || (variant.name == variant.rust_name && *rust_name == variant.rust_name)
            })
        };
        let mut found: Vec<Option<&Variant>> = vec![None; symbols.len()];
        for variant in variants {
            match symbol_of(variant) {
                Some(index) => found[index] = Some(variant),
                None => {
                    let near = did_you_mean(&variant.rust_name, known.iter().map(String::as_str));
                    let hint = near.map_or_else(
                        || format!("it has {}", symbols.join(", ")),
                        |near| format!("did you mean `{near}`?"),
                    );
                    self.mistakes.add(
                        variant.name_span,
                        format!("the schema has no symbol `{}`: {hint}{place}", variant.name),
                    );
                }
            }
        }
        for (index, _) in found.iter().enumerate().filter(|(_, variant)| variant.is_none()) {
            let (symbol, rust_name) = (&symbols[index], &known[index]);
            self.mistakes.add(
                self.item.ident.span(),
                format!("the symbol `{symbol}` of the schema is missing: write a variant {rust_name}{place}"),
            );
        }
        found.into_iter().flatten().map(|variant| variant.rust_name.clone()).collect()
    }

    /// What the schema says already is not said again.
    fn only_what_the_schema_leaves(&mut self, field: &Field) {
        let attributes = &field.attributes;
        let logical = attributes.logical.iter().map(|(_, span)| ("logical", *span));
        let decimal = attributes.decimal.iter().map(|decimal| ("decimal", decimal.span));
        let default = attributes.default.iter().filter_map(|default| match default {
            // serde's own is about serde's formats.
            Default::Value(_, span) => Some(("default", *span)),
            Default::OfType(_) => None,
        });
        for (word, span) in logical.chain(decimal).chain(default) {
            self.mistakes.add(span, format!("the schema file says `{word}`: take it away here"));
        }
    }
}

/// A place in the schema, behind a message.
fn shown(place: Option<Place>) -> String {
    let Some(place) = place else { return String::new() };
    let package = package();
    let path = place.path.strip_prefix(&package).unwrap_or(&place.path).display();
    format!("\n  {path}:{}:{}", place.position.line, place.position.column)
}

/// That the types of somebody's own are laid out as the schema has them.
fn checks(own: &[OwnType], full_name: &str, path: &str) -> TokenStream {
    let checks = own.iter().map(|(ty, span, shape)| {
        let message = format!(
            "`{ty}` is not what `{full_name}` has here: compare its fields and their order, or let its derive do it, with \
             #[avro(schema = \"{path}\")]"
        );
        let ty = parsed(ty);
        quote_spanned! {*span=>
            const _: () = ::std::assert!(
                ::std::matches!(<#ty as ::eventgen::AvroType>::SHAPE, ::std::option::Option::Some(#shape)),
                #message
            );
        }
    });
    checks.collect()
}

/// The schema in one piece: the file has it with all that is in it.
fn definition(id: TypeId, full_name: &str, item: &Item, loaded: &Loaded) -> Definition {
    let types = &loaded.contract.types;
    let mut text = vec![Piece::Text(loaded.schemas().remove(full_name).unwrap_or_default())];
    if let (Some(annotation), Some(Piece::Text(last))) = (loaded.annotation(full_name), text.last_mut()) {
        last.pop();
        text.push(Piece::Annotation(vec![FilePiece::Text(format!(",\"kafka\":{annotation}"))]));
        text.push(Piece::Text("}".to_owned()));
    }
    let fields = match (types.get(id), &item.content) {
        (Type::Record(record), Content::Struct(fields)) => {
            let own = |name: &str| {
                let is_it = |field: &&Field| field.name == name || field.rust_name == field_name(name);
                fields.iter().find(is_it).map(|field| field.rust_name.clone())
            };
            let fields = record.fields.iter();
            fields.filter_map(|field| Some((own(&field.name)?, field.name.clone(), None))).collect()
        }
        _ => Vec::new(),
    };
    let (namespace, name) = full_name.rsplit_once('.').unwrap_or(("", full_name));
    Definition {
        name: Some(name.to_owned()),
        namespace: Some(namespace.to_owned()),
        is_union: false,
        text,
        canonical: vec![Piece::Text(canonical_form(types, id))],
        fields,
    }
}
