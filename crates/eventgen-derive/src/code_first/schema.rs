//! The schema of an item as JSON, with spans.

use std::ops::Range;

use proc_macro2::Span;

use super::default::{default_of, is_null, json};
use super::names::{HERE, WRAPPER, foreign_name};
use super::scalar_schema::{Used, scalar_schema};
use crate::errors::Errors;
use crate::input::attributes::{Default as FieldDefault, FieldAttributes, Text};
use crate::input::casing::Casing;
use crate::input::item::{Content, Field, Item, Variant, VariantData};
use crate::input::properties::Property;
use crate::input::rust_type::RustType;
use crate::model::annotation;
use crate::model::document::{Document, quoted};
use crate::model::foreign::ForeignTypes;

/// The schema of an item.
#[derive(Default)]
pub(super) struct Schema {
    pub(super) document: Document,
    /// Where the document has the annotation, with the comma in front of it.
    annotation: Option<Range<usize>>,
    pub(super) foreign: ForeignTypes,
    /// The types of the fields of the item or of its variants, in order, without skipped fields.
    pub(super) types: Vec<RustType>,
    /// The texts of what has no name: the only field of a newtype, or each branch of a union.
    pub(super) parts: Vec<String>,
}

impl Schema {
    /// The full names of the foreign types.
    pub(super) fn foreign_names(&self) -> Vec<String> {
        (0..self.foreign.len()).map(foreign_name).collect()
    }

    /// Names of the document with what the user wrote in their place. Names that start with another come first.
    pub(super) fn placeholders(&self) -> Vec<(String, &str)> {
        let foreign: Vec<&str> = self.foreign.iter().map(|ty| ty.path.as_str()).collect();
        let foreign = foreign.into_iter().enumerate().rev();
        let foreign = foreign.map(|(index, path)| (foreign_name(index), path));
        [(format!("{HERE}."), "")].into_iter().chain(foreign).collect()
    }

    /// The text of the document without the annotation.
    pub(super) fn without_annotation(&self) -> String {
        let mut text = self.document.text().to_owned();
        if let Some(range) = &self.annotation {
            text.replace_range(range.clone(), "");
        }
        text
    }
}

/// Writes the schema of an item. `namespace` is that of its names, `kafka` the annotation of an event.
pub(super) fn schema(
    item: &Item,
    namespace: Option<&str>,
    kafka: Option<(&[Property], Span)>,
    errors: &mut Errors,
) -> Schema {
    let mut writer = Writer { schema: Schema::default(), owner: item.name().0, errors };
    writer.item(item, namespace, kafka);
    writer.schema
}

struct Writer<'m> {
    schema: Schema,
    /// The record whose fields are being written. Fixed types are named after it.
    owner: String,
    errors: &'m mut Errors,
}

impl Writer<'_> {
    fn item(&mut self, item: &Item, namespace: Option<&str>, kafka: Option<(&[Property], Span)>) {
        let span = item.attributes.namespace.as_ref().map_or_else(|| item.ident.span(), |(_, span)| *span);
        let namespace = namespace.map(|text| (text, span));
        match &item.content {
            Content::Struct(fields) => {
                self.head("record", &item.name(), namespace, item.doc.as_deref(), &item.attributes.aliases);
                if let Some((properties, span)) = kafka {
                    let start = self.schema.document.text().len();
                    self.raw(",\"kafka\":");
                    annotation::write(properties, fields, &mut self.schema.document, span);
                    self.schema.annotation = Some(start..self.schema.document.text().len());
                }
                self.fields(fields);
                self.raw("}");
            }
            Content::Symbols(variants) => {
                self.head("enum", &item.name(), namespace, item.doc.as_deref(), &item.attributes.aliases);
                self.raw(",\"symbols\":[");
                self.schema.document.list(variants, |document, variant| {
                    document.string(&variant.name, variant.name_span);
                });
                self.raw("]");
                self.symbol_default(variants);
                self.raw("}");
            }
            Content::Newtype(field) => {
                self.wrapped(namespace, |writer| writer.part(|writer| writer.schema_of(field)));
            }
            Content::Branches(variants) => self.wrapped(namespace, |writer| {
                writer.raw("[");
                for (index, variant) in variants.iter().enumerate() {
                    if index > 0 {
                        writer.raw(",");
                    }
                    writer.part(|writer| writer.variant(variant));
                }
                writer.raw("]");
            }),
        }
    }

    fn raw(&mut self, text: &str) {
        self.schema.document.raw(text);
    }

    /// Keeps the text that `write` appends.
    fn part(&mut self, write: impl FnOnce(&mut Self)) {
        let start = self.schema.document.text().len();
        write(self);
        self.schema.parts.push(self.schema.document.text()[start..].to_owned());
    }

    /// Writes a record around a type without a name.
    fn wrapped(&mut self, namespace: Option<(&str, Span)>, write: impl FnOnce(&mut Self)) {
        let namespace = namespace.map_or(HERE, |(text, _)| text);
        self.raw(&format!(
            "{{\"type\":\"record\",\"name\":\"{WRAPPER}\",\"namespace\":{},\"fields\":[{{\"name\":\"value\",\"type\":",
            quoted(namespace)
        ));
        write(self);
        self.raw("}]}");
    }

    fn head(
        &mut self,
        kind: &str,
        (name, span): &Text,
        namespace: Option<(&str, Span)>,
        doc: Option<&str>,
        aliases: &[Text],
    ) {
        let document = &mut self.schema.document;
        document.raw(&format!("{{\"type\":\"{kind}\",\"name\":"));
        document.string(name, *span);
        if let Some((namespace, span)) = namespace {
            document.raw(",\"namespace\":");
            document.string(namespace, span);
        }
        self.doc_and_aliases(doc, aliases);
    }

    fn doc_and_aliases(&mut self, doc: Option<&str>, aliases: &[Text]) {
        let document = &mut self.schema.document;
        if let Some(doc) = doc {
            document.raw(&format!(",\"doc\":{}", quoted(doc)));
        }
        if !aliases.is_empty() {
            document.raw(",\"aliases\":[");
            document.list(aliases, |document, (name, span)| document.string(name, *span));
            document.raw("]");
        }
    }

    fn fields(&mut self, fields: &[Field]) {
        self.raw(",\"fields\":[");
        for (index, field) in fields.iter().filter(|field| !field.attributes.skip).enumerate() {
            if index > 0 {
                self.raw(",");
            }
            self.raw("{\"name\":");
            self.schema.document.string(&field.name, field.name_span);
            self.doc_and_aliases(field.doc.as_deref(), &field.attributes.aliases);
            self.raw(",\"type\":");
            self.type_and_default(field);
            self.raw("}");
        }
        self.raw("]");
    }

    fn type_and_default(&mut self, field: &Field) {
        let Some(ty) = RustType::read(&field.ty, self.errors) else { return self.raw("\"null\"") };
        let hint = self.owner.clone() + &Casing::Pascal.of_field(&field.name);
        let attributes = &field.attributes;
        let mut used = Used::default();
        // The default of a union is a value of its first branch.
        let null_last = matches!(&attributes.default, Some(FieldDefault::Value(value, _)) if !is_null(value));
        match &ty {
            RustType::Option(inner, span) if null_last => {
                if let RustType::Foreign { .. } = **inner {
                    self.errors
                        .add(*span, "the default of an Option of a derived type is null: remove `default`");
                }
                self.raw("[");
                self.write(inner, attributes, &hint, &mut used);
                self.raw(",\"null\"]");
            }
            ty => self.write(ty, attributes, &hint, &mut used),
        }
        used.check(attributes, self.errors);
        self.default(&ty, field);
        self.schema.types.push(ty);
    }

    /// Writes a type. A fixed type is named `hint`.
    fn write(&mut self, ty: &RustType, attributes: &FieldAttributes, hint: &str, used: &mut Used) {
        match ty {
            RustType::Scalar(scalar, span) => {
                let text = scalar_schema(scalar, *span, attributes, used, self.errors);
                self.schema.document.at(*span, |document| document.raw(&text));
            }
            RustType::Fixed { size, span, .. } => self.schema.document.at(*span, |document| {
                document.raw(&format!("{{\"type\":\"fixed\",\"name\":{},\"size\":{size}}}", quoted(hint)));
            }),
            RustType::List(inner, _) => {
                self.raw("{\"type\":\"array\",\"items\":");
                self.write(inner, attributes, &format!("{hint}Item"), used);
                self.raw("}");
            }
            RustType::Map { values, .. } => {
                self.raw("{\"type\":\"map\",\"values\":");
                self.write(values, attributes, &format!("{hint}Value"), used);
                self.raw("}");
            }
            RustType::Option(inner, _) => {
                self.raw("[\"null\",");
                self.write(inner, attributes, hint, used);
                self.raw("]");
            }
            RustType::Foreign { ty, .. } => {
                let index = self.schema.foreign.index(ty);
                self.schema.document.string(&foreign_name(index), ty.span);
            }
        }
    }

    /// Writes a variant of an enum with data as a branch.
    fn variant(&mut self, variant: &Variant) {
        let name = (format!("{}{}", self.owner, variant.name), variant.name_span);
        let name = variant.attributes.name.clone().unwrap_or(name);
        match &variant.data {
            VariantData::One(field) => self.schema_of(field),
            VariantData::Nothing => {
                self.head("record", &name, None, variant.doc.as_deref(), &variant.attributes.aliases);
                self.raw(",\"fields\":[]}");
            }
            VariantData::Fields(fields) => {
                self.head("record", &name, None, variant.doc.as_deref(), &variant.attributes.aliases);
                let owner = std::mem::replace(&mut self.owner, name.0);
                self.fields(fields);
                self.owner = owner;
                self.raw("}");
            }
        }
    }

    /// Writes the type of an unnamed field, which has no default.
    fn schema_of(&mut self, field: &Field) {
        if let Some(FieldDefault::OfType(span) | FieldDefault::Value(_, span)) = &field.attributes.default {
            self.errors.add(*span, "an unnamed field has no default: remove `default`");
        }
        let Some(ty) = RustType::read(&field.ty, self.errors) else { return self.raw("\"null\"") };
        if let RustType::Option(_, span) = &ty {
            self.errors.add(
                *span,
                "a type without a name cannot be null: write Option around the type where it is used",
            );
            return self.raw("\"null\"");
        }
        let mut used = Used::default();
        let hint = self.owner.clone();
        self.write(&ty, &field.attributes, &hint, &mut used);
        used.check(&field.attributes, self.errors);
        self.schema.types.push(ty);
    }

    fn default(&mut self, ty: &RustType, field: &Field) {
        let (value, span) = match &field.attributes.default {
            // A missing field is None, as for serde.
            None if matches!(ty, RustType::Option(..)) => ("null".to_owned(), ty.span()),
            None => return,
            Some(FieldDefault::Value(value, span)) => match json(value) {
                Some(json) => (json, *span),
                None => {
                    let span = value.span().unwrap_or(field.name_span);
                    return self.errors.add(
                        span,
                        "a default is a value: write a string, a number, true, false, null or a list of them",
                    );
                }
            },
            Some(FieldDefault::OfType(span)) => match default_of(ty) {
                Some(json) => (json.to_owned(), *span),
                None => {
                    return self.errors.add(
                        *span,
                        "the default of this type is unknown when its schema is made: write it as in JSON, for example \
                         #[avro(default = \"…\")]",
                    );
                }
            },
        };
        self.raw(",\"default\":");
        self.schema.document.at(span, |document| document.raw(&value));
    }

    /// Writes the symbol that readers use for symbols that they do not know.
    fn symbol_default(&mut self, variants: &[Variant]) {
        let mut chosen = variants.iter().filter(|variant| variant.attributes.default.is_some());
        if let Some(variant) = chosen.next() {
            self.raw(",\"default\":");
            self.schema.document.string(&variant.name, variant.name_span);
        }
        if let Some(second) = chosen.next() {
            self.errors
                .add(second.name_span, "an enum has one default: write #[avro(default)] on one variant");
        }
    }
}
