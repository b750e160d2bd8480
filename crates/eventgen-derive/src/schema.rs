//! Code first: the schema of an item, as JSON with places.

use eventgen_schema::{did_you_mean, foreign_definition};
use proc_macro2::Span;

use crate::annotation;
use crate::attributes::{Decimal, Default, FieldAttributes, Name};
use crate::document::{Document, quoted};
use crate::item::{Content, Field, Item, Variant, VariantData};
use crate::mistakes::Mistakes;
use crate::rust_type::{RustType, Scalar};
use crate::words::{Value, Word};

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

/// Which attributes of a field a type has used.
#[derive(Default)]
struct Used {
    logical: bool,
    decimal: bool,
}

impl Used {
    fn check(&self, attributes: &FieldAttributes, mistakes: &mut Mistakes) {
        if let Some((name, span)) = &attributes.logical
            && !self.logical
        {
            mistakes.add(
                *span,
                format!("`{name}` means nothing for this type: take it away, or change the type"),
            );
        }
        if let Some(Decimal { span, .. }) = &attributes.decimal
            && !self.decimal
        {
            mistakes
                .add(*span, "only Decimal and BigDecimal are decimals: change the type, or take this away");
        }
    }
}

/// The logical types that a scalar may be, the first unless another is asked for.
fn logical_types(scalar: &Scalar) -> &'static [&'static str] {
    match scalar {
        Scalar::Date(_) => &["date"],
        Scalar::Time(_) => &["time-micros", "time-millis"],
        Scalar::Timestamp(_) => &["timestamp-micros", "timestamp-millis", "timestamp-nanos"],
        Scalar::LocalTimestamp(_) => {
            &["local-timestamp-micros", "local-timestamp-millis", "local-timestamp-nanos"]
        }
        Scalar::Integer(name) if name == "i32" => &["", "date", "time-millis"],
        Scalar::Integer(name) if name == "i64" => &[
            "",
            "time-micros",
            "timestamp-millis",
            "timestamp-micros",
            "timestamp-nanos",
            "local-timestamp-millis",
            "local-timestamp-micros",
            "local-timestamp-nanos",
        ],
        _ => &[],
    }
}

fn scalar_schema(
    scalar: &Scalar,
    span: Span,
    attributes: &FieldAttributes,
    used: &mut Used,
    mistakes: &mut Mistakes,
) -> String {
    let known = logical_types(scalar);
    if let (Some(first), Some((name, span))) = (known.first(), &attributes.logical) {
        used.logical = true;
        if !known.contains(&name.as_str()) {
            let choices = known.iter().filter(|known| !known.is_empty());
            let near = did_you_mean(name, choices.clone().copied());
            let hint = near.map_or_else(
                || format!("it is one of {}", choices.copied().collect::<Vec<_>>().join(", ")),
                |near| format!("did you mean \"{near}\"?"),
            );
            mistakes.add(*span, format!("this type cannot be `{name}`: {hint}"));
        } else if !name.is_empty() || !first.is_empty() {
            return logical(name);
        }
    }
    match scalar {
        Scalar::Boolean => "\"boolean\"".to_owned(),
        Scalar::Integer(name) => match name.as_str() {
            "i8" | "i16" | "i32" | "u8" | "u16" => "\"int\"".to_owned(),
            _ => "\"long\"".to_owned(),
        },
        Scalar::Float => "\"float\"".to_owned(),
        Scalar::Double => "\"double\"".to_owned(),
        Scalar::String | Scalar::Text(_) => "\"string\"".to_owned(),
        Scalar::Bytes => "\"bytes\"".to_owned(),
        Scalar::Uuid => "{\"type\":\"string\",\"logicalType\":\"uuid\"}".to_owned(),
        Scalar::Decimal | Scalar::BigDecimal => match (attributes.decimal, scalar) {
            (Some(decimal), _) => {
                used.decimal = true;
                decimal_schema(decimal, scalar, mistakes)
            }
            (None, Scalar::BigDecimal) => "{\"type\":\"bytes\",\"logicalType\":\"big-decimal\"}".to_owned(),
            (None, _) => {
                mistakes.add(
                    span,
                    "how many digits this has is part of its schema: write #[avro(decimal(precision = 12, scale = 2))]",
                );
                "\"bytes\"".to_owned()
            }
        },
        _ => logical(known.first().copied().unwrap_or_default()),
    }
}

fn logical(name: &str) -> String {
    let base = if matches!(name, "date" | "time-millis") { "int" } else { "long" };
    format!("{{\"type\":\"{base}\",\"logicalType\":{}}}", quoted(name))
}

fn decimal_schema(decimal: Decimal, scalar: &Scalar, mistakes: &mut Mistakes) -> String {
    let Decimal { precision, scale, span } = decimal;
    if precision == 0 || scale > precision {
        mistakes.add(span, format!("a decimal of {precision} digits with {scale} behind the point is none"));
        return "\"bytes\"".to_owned();
    }
    if *scalar == Scalar::Decimal && precision > 28 {
        mistakes.add(span, "rust_decimal has 28 digits: write BigDecimal as the type");
    }
    format!("{{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":{precision},\"scale\":{scale}}}")
}

fn is_null(value: &Value) -> bool {
    matches!(value, Value::Path(path, _) if path.len() == 1 && matches!(path[0].as_str(), "null" | "None"))
}

/// A default in JSON.
fn json(value: &Value) -> Option<String> {
    Some(match value {
        value if is_null(value) => "null".to_owned(),
        Value::Text(text, _) => quoted(text),
        Value::Number(text, _) => text.clone(),
        Value::Boolean(value, _) => value.to_string(),
        Value::List(values, _) => {
            format!("[{}]", values.iter().map(json).collect::<Option<Vec<_>>>()?.join(","))
        }
        Value::Words(words, _) => {
            let members =
                words.iter().map(|word| Some(format!("{}:{}", quoted(&word.name), json(&word.value)?)));
            format!("{{{}}}", members.collect::<Option<Vec<_>>>()?.join(","))
        }
        Value::Path(..) | Value::None => return None,
    })
}

/// What `Default::default()` is in JSON.
fn default_of(ty: &RustType) -> Option<&'static str> {
    Some(match ty {
        RustType::Option(..) => "null",
        RustType::List(..) => "[]",
        RustType::Map { .. } => "{}",
        RustType::Scalar(scalar, _) => match scalar {
            Scalar::Boolean => "false",
            Scalar::Integer(_) => "0",
            Scalar::Float | Scalar::Double => "0.0",
            Scalar::String | Scalar::Text(_) | Scalar::Bytes => "\"\"",
            _ => return None,
        },
        RustType::Fixed { .. } | RustType::Foreign { .. } => return None,
    })
}
