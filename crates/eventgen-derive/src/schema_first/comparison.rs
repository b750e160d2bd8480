//! Compares an item with a type of the schema.

use eventgen_codegen::{Kind, field_name, variant_names};
use eventgen_schema::types::{Enum, Record, Type, TypeId};
use eventgen_schema::{Loaded, did_you_mean};

use super::location::line;
use super::type_check::{ForeignLayout, check};
use super::type_names::rust_name;
use crate::emit::tokens::ident;
use crate::errors::Errors;
use crate::input::attributes::Default;
use crate::input::item::{Content, Field, Item, Variant};
use crate::input::rust_type::RustType;
use crate::model::existing::skipped_names;
use crate::model::representations::Representations;

pub(super) struct Comparison<'a> {
    item: &'a Item,
    loaded: &'a Loaded,
    errors: &'a mut Errors,
    pub(super) representations: Representations,
    pub(super) layouts: Vec<ForeignLayout>,
}

impl<'a> Comparison<'a> {
    pub(super) fn new(item: &'a Item, loaded: &'a Loaded, errors: &'a mut Errors) -> Self {
        Self { item, loaded, errors, representations: Representations::default(), layouts: Vec::new() }
    }

    /// What the item is for code generation, with the names of its skipped fields.
    pub(super) fn item(&mut self, id: TypeId, full_name: &str) -> Option<(Kind, Vec<String>)> {
        let location = line(self.loaded.place(full_name));
        match (&self.item.content, self.loaded.contract.types.get(id)) {
            (Content::Struct(fields), Type::Record(record)) => {
                let order = self.record(fields, record, full_name);
                Some((Kind::Struct(id, order), skipped_names(fields)))
            }
            (Content::Symbols(variants), Type::Enum(definition)) => {
                let order = self.symbols(variants, definition, &location);
                Some((Kind::Symbols(id, order), Vec::new()))
            }
            (_, ty) => {
                let expected = if matches!(ty, Type::Enum(_)) {
                    "an enum: write an enum without data"
                } else {
                    "a record: write a struct with named fields"
                };
                let span = self.item.ident.span();
                self.errors.add(span, format!("in the schema, `{full_name}` is {expected}{location}"));
                None
            }
        }
    }

    /// Compares fields. Returns their names in the order of the schema.
    fn record(&mut self, fields: &[Field], record: &Record, full_name: &str) -> Vec<String> {
        let types = &self.loaded.contract.types;
        let present: Vec<&Field> = fields.iter().filter(|field| !field.attributes.skip).collect();
        let is_of = |field: &Field, name: &str| {
            name == field.name || (!field.renamed && field_name(name) == field.rust_name)
        };
        let schema_name = |field: &Field| -> Option<&str> {
            record.fields.iter().map(|field| field.name.as_str()).find(|name| is_of(field, name))
        };
        let mut missing: Vec<&str> = record.fields.iter().map(|field| field.name.as_str()).collect();
        missing.retain(|name| !present.iter().any(|field| schema_name(field) == Some(name)));
        for field in &present {
            self.refuse_redundant(field);
            if schema_name(field).is_none() {
                self.unexpected_field(field, &mut missing, full_name);
            }
        }
        let mut order = Vec::with_capacity(record.fields.len());
        for field in &record.fields {
            let location = || line(self.loaded.field_place(full_name, &field.name));
            let Some(found) = present.iter().find(|found| schema_name(found) == Some(&field.name)) else {
                if missing.contains(&field.name.as_str()) {
                    let (name, ty) = (ident(&field_name(&field.name)), rust_name(field.type_id, types));
                    let message =
                        format!("the field `{}` of the schema is missing: write {name}: {ty}", field.name);
                    self.errors.add(self.item.ident.span(), message + &location());
                }
                continue;
            };
            order.push(found.rust_name.clone());
            let Some(ty) = RustType::read(&found.ty, self.errors) else { continue };
            match check(&ty, field.type_id, types, &mut self.layouts) {
                Ok(()) => self.representations.add(&ty, field.type_id, types, true),
                Err((span, message)) => self.errors.add(span, message + &location()),
            }
        }
        order
    }

    /// Reports a field that the schema does not have. If it is a missing one with a typing error, that one is not reported.
    fn unexpected_field(&mut self, field: &Field, missing: &mut Vec<&str>, full_name: &str) {
        let candidates: Vec<(&str, String)> = missing.iter().map(|name| (*name, field_name(name))).collect();
        let meant = did_you_mean(&field.rust_name, candidates.iter().map(|(_, name)| name.as_str()));
        let name = &field.name;
        let message = match candidates.iter().find(|(_, rust_name)| Some(rust_name.as_str()) == meant) {
            Some((meant, rust_name)) => {
                missing.retain(|other| other != meant);
                let location = line(self.loaded.field_place(full_name, meant));
                format!("the schema has no field `{name}`: did you mean `{rust_name}`?{location}")
            }
            None => {
                let location = line(self.loaded.place(full_name));
                format!(
                    "the schema has no field `{name}`: add it to the schema, remove it here, or write #[serde(skip)]{location}"
                )
            }
        };
        self.errors.add(field.name_span, message);
    }

    /// Compares variants. Returns their names in the order of the schema.
    fn symbols(&mut self, variants: &[Variant], definition: &Enum, location: &str) -> Vec<String> {
        let symbols = &definition.symbols;
        let rust_names: Vec<String> = variant_names(symbols);
        let symbol_of = |variant: &Variant| {
            symbols.iter().zip(&rust_names).position(|(symbol, rust_name)| {
                *symbol == variant.name
                    || (variant.name == variant.rust_name && *rust_name == variant.rust_name)
            })
        };
        let mut found: Vec<Option<&Variant>> = vec![None; symbols.len()];
        for variant in variants {
            match symbol_of(variant) {
                Some(index) => found[index] = Some(variant),
                None => {
                    let near = did_you_mean(&variant.rust_name, rust_names.iter().map(String::as_str));
                    let hint = near.map_or_else(
                        || format!("it has {}", symbols.join(", ")),
                        |near| format!("did you mean `{near}`?"),
                    );
                    self.errors.add(
                        variant.name_span,
                        format!("the schema has no symbol `{}`: {hint}{location}", variant.name),
                    );
                }
            }
        }
        for (index, _) in found.iter().enumerate().filter(|(_, variant)| variant.is_none()) {
            let (symbol, rust_name) = (&symbols[index], &rust_names[index]);
            self.errors.add(
                self.item.ident.span(),
                format!(
                    "the symbol `{symbol}` of the schema is missing: write a variant {rust_name}{location}"
                ),
            );
        }
        found.into_iter().flatten().map(|variant| variant.rust_name.clone()).collect()
    }

    /// Reports attributes that only the schema file may have.
    fn refuse_redundant(&mut self, field: &Field) {
        let attributes = &field.attributes;
        let logical = attributes.logical.iter().map(|(_, span)| ("logical", *span));
        let decimal = attributes.decimal.iter().map(|decimal| ("decimal", decimal.span));
        let default = attributes.default.iter().filter_map(|default| match default {
            Default::Value(_, span) => Some(("default", *span)),
            // That of serde applies to formats of serde.
            Default::OfType(_) => None,
        });
        for (name, span) in logical.chain(decimal).chain(default) {
            self.errors.add(span, format!("`{name}` belongs in the schema file: remove it here"));
        }
    }
}
