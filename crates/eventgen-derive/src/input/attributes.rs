//! The attributes of a type, a field or a variant: `#[avro(…)]`, and those of serde that affect a schema.

use eventgen_schema::did_you_mean;
use proc_macro2::Span;
use syn::Attribute;

use super::casing::Casing;
use super::properties::{Property, Value, properties, unknown};
use super::serde;
use crate::errors::Errors;

/// A text and its span.
pub(crate) type Text = (String, Span);

/// The attributes of a type.
#[derive(Debug, Default)]
pub(crate) struct TypeAttributes {
    pub(crate) name: Option<Text>,
    pub(crate) namespace: Option<Text>,
    pub(crate) aliases: Vec<Text>,
    /// The path of a schema file.
    pub(crate) schema: Option<Text>,
    pub(crate) rename_all: Option<Casing>,
    pub(crate) rename_all_fields: Option<Casing>,
}

/// The attributes of a field or a variant.
#[derive(Debug, Default)]
pub(crate) struct FieldAttributes {
    pub(crate) name: Option<Text>,
    pub(crate) aliases: Vec<Text>,
    pub(crate) default: Option<Default>,
    pub(crate) skip: bool,
    /// The name of a logical type.
    pub(crate) logical: Option<Text>,
    pub(crate) decimal: Option<Decimal>,
    pub(crate) rename_all: Option<Casing>,
}

/// The default of a field.
#[derive(Debug)]
pub(crate) enum Default {
    /// The default of the Rust type.
    OfType(Span),
    /// A value.
    Value(Value, Span),
}

/// The digits of a decimal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Decimal {
    pub(crate) precision: u32,
    pub(crate) scale: u32,
    pub(crate) span: Span,
}

const TYPE_PROPERTIES: [&str; 4] = ["name", "namespace", "aliases", "schema"];
const FIELD_PROPERTIES: [&str; 5] = ["name", "aliases", "default", "logical", "decimal"];

impl TypeAttributes {
    pub(crate) fn read(attributes: &[Attribute], errors: &mut Errors) -> Self {
        let mut read = Self::default();
        for property in properties(attributes, "avro", errors) {
            match property.name.as_str() {
                "name" => read.name = text(&property, "\"OrderEvent\"", errors),
                "namespace" => read.namespace = text(&property, "\"com.example.orders\"", errors),
                "schema" => read.schema = text(&property, "\"schemas/order_event.avsc\"", errors),
                "aliases" => read.aliases.extend(texts(&property, errors)),
                _ => unknown(&property, "avro", &TYPE_PROPERTIES, errors),
            }
        }
        for property in properties(attributes, "serde", errors) {
            match property.name.as_str() {
                "rename" => read.name = read.name.take().or_else(|| renamed(&property, errors)),
                "alias" => read.aliases.extend(text(&property, "\"…\"", errors)),
                "rename_all" => read.rename_all = casing(&property, errors),
                "rename_all_fields" => read.rename_all_fields = casing(&property, errors),
                _ => serde::check_type(&property, errors),
            }
        }
        read
    }
}

impl FieldAttributes {
    pub(crate) fn read(attributes: &[Attribute], errors: &mut Errors) -> Self {
        let mut read = Self::default();
        for property in properties(attributes, "avro", errors) {
            match property.name.as_str() {
                "name" => read.name = text(&property, "\"orderId\"", errors),
                "aliases" => read.aliases.extend(texts(&property, errors)),
                "default" => {
                    read.default = Some(match property.value {
                        Value::None => Default::OfType(property.span),
                        value => {
                            let span = value.span().unwrap_or(property.span);
                            Default::Value(value, span)
                        }
                    });
                }
                "logical" => read.logical = text(&property, "\"timestamp-millis\"", errors),
                "decimal" => read.decimal = decimal(&property, errors),
                _ => unknown(&property, "avro", &FIELD_PROPERTIES, errors),
            }
        }
        let (mut not_written, mut not_read) = (None, None);
        for property in properties(attributes, "serde", errors) {
            match property.name.as_str() {
                "rename" => read.name = read.name.take().or_else(|| renamed(&property, errors)),
                "rename_all" => read.rename_all = casing(&property, errors),
                "alias" => read.aliases.extend(text(&property, "\"…\"", errors)),
                "skip" => read.skip = true,
                "skip_serializing" => not_written = Some(property.span),
                "skip_deserializing" => not_read = Some(property.span),
                "default" if matches!(property.value, Value::None) => {
                    read.default = read.default.take().or(Some(Default::OfType(property.span)));
                }
                // The value is in `#[avro(default = …)]`.
                "default" if read.default.is_some() => {}
                _ => serde::check_field(&property, errors),
            }
        }
        match (not_written, not_read) {
            (Some(_), Some(_)) => read.skip = true,
            (Some(span), None) | (None, Some(span)) => errors.add(
                span,
                "a field of an Avro record is both written and read: write #[serde(skip)] for neither, or remove this \
                 attribute",
            ),
            (None, None) => {}
        }
        read
    }
}

/// The value of a property that is a string, which is not empty.
pub(crate) fn text(property: &Property, example: &str, errors: &mut Errors) -> Option<Text> {
    match &property.value {
        Value::Text(text, span) if !text.is_empty() => Some((text.clone(), *span)),
        _ => {
            let name = &property.name;
            errors.add(property.span, format!("`{name}` needs a string: write {name} = {example}"));
            None
        }
    }
}

fn texts(property: &Property, errors: &mut Errors) -> Vec<Text> {
    let text = |value: &Value| match value {
        Value::Text(text, span) => Some((text.clone(), *span)),
        _ => None,
    };
    let texts: Option<Vec<Text>> = match &property.value {
        Value::List(values, _) => values.iter().map(text).collect(),
        _ => None,
    };
    texts.filter(|texts| !texts.is_empty()).unwrap_or_else(|| {
        let name = &property.name;
        errors.add(property.span, format!("`{name}` needs a list of strings: write {name} = [\"…\"]"));
        Vec::new()
    })
}

/// The name after `rename`. serde allows one for serializing and another for deserializing; a schema has one name.
fn renamed(property: &Property, errors: &mut Errors) -> Option<Text> {
    let Value::Properties(both, _) = &property.value else { return text(property, "\"…\"", errors) };
    let names: Vec<Option<Text>> = both.iter().map(|name| text(name, "\"…\"", errors)).collect();
    match &names[..] {
        [Some(one), Some(other)] if one.0 == other.0 => Some(one.clone()),
        _ => {
            errors.add(
                property.span,
                "a field has one name in a schema: write rename = \"…\", and alias = \"…\" for previous names",
            );
            None
        }
    }
}

fn casing(property: &Property, errors: &mut Errors) -> Option<Casing> {
    let (name, span) = text(property, "\"camelCase\"", errors)?;
    let known = Casing::ALL.iter().find(|(known, _)| *known == name);
    if known.is_none() {
        let near = did_you_mean(&name, Casing::ALL.iter().map(|(known, _)| *known));
        let hint = near.map_or_else(String::new, |near| format!(": did you mean \"{near}\"?"));
        errors.add(span, format!("serde has no casing `{name}`{hint}"));
    }
    known.map(|(_, casing)| *casing)
}

fn decimal(property: &Property, errors: &mut Errors) -> Option<Decimal> {
    let Value::Properties(digits, _) = &property.value else {
        errors.add(property.span, "a decimal needs its digits: write decimal(precision = 12, scale = 2)");
        return None;
    };
    let mut number = |name: &str| match &digits.iter().find(|property| property.name == name)?.value {
        Value::Number(text, _) => text.parse::<u32>().ok(),
        value => {
            errors.add(value.span().unwrap_or(property.span), format!("`{name}` needs a whole number"));
            None
        }
    };
    let (precision, scale) = (number("precision"), number("scale"));
    for other in digits.iter().filter(|property| !matches!(property.name.as_str(), "precision" | "scale")) {
        unknown(other, "avro", &["precision", "scale"], errors);
    }
    let Some(precision) = precision else {
        errors.add(property.span, "a decimal needs a precision: write decimal(precision = 12, scale = 2)");
        return None;
    };
    Some(Decimal { precision, scale: scale.unwrap_or_default(), span: property.span })
}
