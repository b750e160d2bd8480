//! Code first: the schema of an item, as JSON with places.

use eventgen_schema::foreign_definition;
use proc_macro2::Span;

use crate::annotation;
use crate::attributes::{Default, FieldAttributes, Name};
use crate::default::{default_of, is_null, json};
use crate::document::{Document, quoted};
use crate::item::{Content, Field, Item, Variant, VariantData};
use crate::mistakes::Mistakes;
use crate::rust_type::RustType;
use crate::scalar::{Used, scalar_schema};
use crate::words::Word;

/// The namespace of names that get one where they are used.
pub(crate) const HERE: &str = "eventgen_here";
/// The namespace of types that are not seen here.
const FOREIGN: &str = "eventgen_foreign";
/// The record around what has no name of its own.
pub(crate) const WRAPPER: &str = "eventgen_here.Wrapper";

/// What an item is in Avro.
pub(crate) struct Schema {
    pub(crate) document: Document,
    /// The types that are not seen here, as they are written.
    pub(crate) foreign: Vec<String>,
    /// The fields of the item, or of its variants one after another, as far as they have types.
    pub(crate) types: Vec<RustType>,
    /// The texts of what has no name: of the only field, or of each branch.
    pub(crate) parts: Vec<String>,
}

impl Schema {
    /// The full names of the types that are not seen here.
    pub(crate) fn foreign_names(&self) -> Vec<String> {
        (0..self.foreign.len()).map(foreign_name).collect()
    }

    /// Names that were made up for the front end, with those that they stand for; longer ones first.
    pub(crate) fn made_up(&self) -> Vec<(String, &str)> {
        let foreign = self.foreign.iter().enumerate().rev();
        let foreign = foreign.map(|(index, path)| (foreign_name(index), path.as_str()));
        [(format!("{HERE}."), "")].into_iter().chain(foreign).collect()
    }
}

/// The name that stands for a type that is not seen here.
pub(crate) fn foreign_name(index: usize) -> String {
    format!("{FOREIGN}.T{index}")
}

/// What stands for it where it is used first, in the registered form.
pub(crate) fn foreign_text(index: usize) -> String {
    foreign_definition(&foreign_name(index))
}

/// Makes the schema of an item. Names get `namespace`, or that of where they are used.
pub(crate) fn schema(
    item: &Item,
    namespace: Option<&str>,
    kafka: Option<(&[Word], Span)>,
    mistakes: &mut Mistakes,
) -> Schema {
    let (name, _) = item.name();
    let document = Document::default();
    let schema = Schema { document, foreign: Vec::new(), types: Vec::new(), parts: Vec::new() };
    let mut writer = Writer { schema, owner: name, mistakes };
    writer.item(item, namespace, kafka);
    writer.schema
}

struct Writer<'m> {
    schema: Schema,
    /// What fixed types are called after.
    owner: String,
    mistakes: &'m mut Mistakes,
}

impl Writer<'_> {
    fn item(&mut self, item: &Item, namespace: Option<&str>, kafka: Option<(&[Word], Span)>) {
        let span = item.ident.span();
        let namespace =
            namespace.map(|text| (text, item.attributes.namespace.as_ref().map_or(span, |name| name.1)));
        match &item.content {
            Content::Struct(fields) => {
                self.head("record", &item.name(), namespace, item.doc.as_deref(), &item.attributes.aliases);
                if let Some((words, span)) = kafka {
                    self.raw(",\"kafka\":");
                    annotation::write(words, fields, &mut self.schema.document, span);
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

    /// Keeps the text of what is written.
    fn part(&mut self, write: impl FnOnce(&mut Self)) {
        let start = self.schema.document.text().len();
        write(self);
        self.schema.parts.push(self.schema.document.text()[start..].to_owned());
    }

    /// What has no name, in a record.
    fn wrapped(&mut self, namespace: Option<(&str, Span)>, write: impl FnOnce(&mut Self)) {
        let namespace = namespace.map_or(HERE, |(text, _)| text);
        let short = WRAPPER.rsplit('.').next().unwrap_or_default();
        self.raw(&format!(
            "{{\"type\":\"record\",\"name\":\"{short}\",\"namespace\":{},\"fields\":[{{\"name\":\"value\",\"type\":",
            quoted(namespace)
        ));
        write(self);
        self.raw("}]}");
    }

    fn head(
        &mut self,
        kind: &str,
        (name, span): &Name,
        namespace: Option<(&str, Span)>,
        doc: Option<&str>,
        aliases: &[Name],
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

    fn doc_and_aliases(&mut self, doc: Option<&str>, aliases: &[Name]) {
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
            self.value(field);
            self.raw("}");
        }
        self.raw("]");
    }

    /// The type of a field, and the default behind it.
    fn value(&mut self, field: &Field) {
        let Some(ty) = RustType::read(&field.ty, self.mistakes) else { return self.raw("\"null\"") };
        let hint = self.owner.clone() + &crate::casing::Casing::Pascal.of_field(&field.name);
        let attributes = &field.attributes;
        let mut used = Used::default();
        // A default is of the first branch of its union.
        let null_last = matches!(&attributes.default, Some(Default::Value(value, _)) if !is_null(value));
        match &ty {
            RustType::Option(inner, span) if null_last => {
                if let RustType::Foreign { .. } = **inner {
                    self.mistakes.add(
                        *span,
                        "null comes first in an Option of a type of its own, so the default is null: take `default` away",
                    );
                }
                self.raw("[");
                self.write(inner, attributes, &hint, &mut used);
                self.raw(",\"null\"]");
            }
            ty => self.write(ty, attributes, &hint, &mut used),
        }
        used.check(attributes, self.mistakes);
        self.default(&ty, attributes, field);
        self.schema.types.push(ty);
    }

    fn write(&mut self, ty: &RustType, attributes: &FieldAttributes, hint: &str, used: &mut Used) {
        let span = ty.span();
        match ty {
            RustType::Scalar(scalar, span) => {
                let text = scalar_schema(scalar, *span, attributes, used, self.mistakes);
                self.schema.document.at(*span, |document| document.raw(&text));
            }
            RustType::Fixed { size, .. } => self.schema.document.at(span, |document| {
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
            RustType::Foreign { path, .. } => {
                let known = self.schema.foreign.iter().position(|known| known == path);
                let index = known.unwrap_or_else(|| {
                    self.schema.foreign.push(path.clone());
                    self.schema.foreign.len() - 1
                });
                self.schema.document.string(&foreign_name(index), span);
            }
        }
    }

    /// A variant with data as a branch.
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

    /// The type of a field without a name, which has no default.
    fn schema_of(&mut self, field: &Field) {
        if let Some(Default::OfType(span) | Default::Value(_, span)) = &field.attributes.default {
            self.mistakes.add(*span, "only fields have defaults: take this away");
        }
        let Some(ty) = RustType::read(&field.ty, self.mistakes) else { return self.raw("\"null\"") };
        if let RustType::Option(_, span) = &ty {
            self.mistakes
                .add(*span, "what has no name cannot be null: write Option around the type where it is used");
            return self.raw("\"null\"");
        }
        let mut used = Used::default();
        let hint = self.owner.clone();
        self.write(&ty, &field.attributes, &hint, &mut used);
        used.check(&field.attributes, self.mistakes);
        self.schema.types.push(ty);
    }

    fn default(&mut self, ty: &RustType, attributes: &FieldAttributes, field: &Field) {
        let value = match &attributes.default {
            // What is missing is None, as serde has it.
            None if matches!(ty, RustType::Option(..)) => "null".to_owned(),
            None => return,
            Some(Default::Value(value, _)) => match json(value) {
                Some(json) => json,
                None => {
                    let span = value.span().unwrap_or(field.name_span);
                    return self
                        .mistakes
                        .add(span, "a default is a text, a number, true, false, null or a list of them");
                }
            },
            Some(Default::OfType(span)) => match default_of(ty) {
                Some(json) => json.to_owned(),
                None => {
                    return self.mistakes.add(
                        *span,
                        "the default of this type is not known when its schema is made: write it as JSON has it, such as \
                         #[avro(default = \"…\")]",
                    );
                }
            },
        };
        let span = match &attributes.default {
            Some(Default::OfType(span) | Default::Value(_, span)) => *span,
            None => ty.span(),
        };
        self.raw(",\"default\":");
        self.schema.document.at(span, |document| document.raw(&value));
    }

    /// The symbol that stands for those that a reader does not know: serde's `#[serde(other)]` has no value to keep.
    fn symbol_default(&mut self, variants: &[Variant]) {
        let mut chosen = variants.iter().filter(|variant| variant.attributes.default.is_some());
        if let Some(variant) = chosen.next() {
            self.raw(",\"default\":");
            self.schema.document.string(&variant.name, variant.name_span);
        }
        if let Some(second) = chosen.next() {
            self.mistakes
                .add(second.name_span, "an enum has one default: write #[avro(default)] on one variant");
        }
    }
}
