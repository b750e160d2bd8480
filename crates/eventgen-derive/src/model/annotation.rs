//! `#[kafka(…)]` as the annotation of an Avro schema: with spans for the front end, and as fragments for the exported file.

use proc_macro2::Span;

use super::definition::AnnotationFragment;
use super::document::{Document, quoted};
use crate::input::casing::Casing;
use crate::input::item::Field;
use crate::input::properties::{Property, Value, combined};

/// Properties whose members have names of their own: those of headers and of Kafka's configuration.
const MAPS: [&str; 2] = ["headers", "config"];

/// How a value of a property is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Text and names are paths of fields.
    Path,
    /// Text is literal, names are paths of fields.
    Header,
    /// Names are keywords, such as `none`.
    Plain,
}

impl Kind {
    fn of(property: &str) -> Self {
        match property {
            "key" => Self::Path,
            "headers" => Self::Header,
            _ => Self::Plain,
        }
    }
}

/// Writes the annotation for the front end.
pub(crate) fn write(properties: &[Property], fields: &[Field], document: &mut Document, span: Span) {
    let properties = combined(properties);
    document.at(span, |document| {
        document.raw("{");
        document.list(&properties, |document, property| {
            let kind = Kind::of(&property.name);
            write_property(property, kind, fields, document);
        });
        document.raw("}");
    });
}

fn write_property(property: &Property, kind: Kind, fields: &[Field], document: &mut Document) {
    document.name(&property.name, property.span);
    // A value without a span has that of its property.
    document.at(property.span, |document| write_value(&property.value, kind, fields, document));
}

fn write_value(value: &Value, kind: Kind, fields: &[Field], document: &mut Document) {
    match (value, kind) {
        (Value::None, _) => document.raw("true"),
        (Value::Text(text, span), Kind::Header) => document.at(*span, |document| {
            document.raw(&format!("{{\"literal\":{}}}", quoted(text)));
        }),
        (Value::Text(text, span), Kind::Plain) => document.string(text, *span),
        (Value::Text(text, span), Kind::Path) => {
            let path: Vec<String> = text.split('.').map(str::to_owned).collect();
            document.string(&schema_path(&path, fields), *span);
        }
        (Value::Path(path, span), Kind::Plain) => document.string(&path.join("."), *span),
        (Value::Path(path, span), _) => document.string(&schema_path(path, fields), *span),
        (Value::Number(text, span), _) => document.at(*span, |document| document.raw(text)),
        (Value::Boolean(value, span), _) => document.at(*span, |document| document.raw(&value.to_string())),
        (Value::List(values, span), _) => document.at(*span, |document| {
            document.raw("[");
            document.list(values, |document, inner| write_value(inner, kind, fields, document));
            document.raw("]");
        }),
        (Value::Properties(properties, span), _) => document.at(*span, |document| {
            document.raw("{");
            document.list(properties, |document, inner| write_property(inner, kind, fields, document));
            document.raw("}");
        }),
    }
}

/// A path whose first step has its name in the schema. Later steps are in types that the derive does not see.
fn schema_path(path: &[String], fields: &[Field]) -> String {
    let mut path = path.to_vec();
    if let Some(field) = fields.iter().find(|field| field.rust_name == path[0]) {
        path[0].clone_from(&field.name);
    }
    path.join(".")
}

/// The annotation as fragments of the exported file.
pub(crate) fn fragments(properties: &[Property]) -> Vec<AnnotationFragment> {
    let mut writer = FragmentWriter(Vec::new());
    writer.text("{");
    for (index, property) in combined(properties).iter().enumerate() {
        if index > 0 {
            writer.text(",");
        }
        writer.text(&format!("{}:", quoted(&camel_case(&property.name))));
        let in_map = MAPS.contains(&&*property.name);
        writer.value(&property.value, Kind::of(&property.name), in_map);
    }
    writer.text("}");
    writer.0
}

struct FragmentWriter(Vec<AnnotationFragment>);

impl FragmentWriter {
    fn text(&mut self, text: &str) {
        match self.0.last_mut() {
            Some(AnnotationFragment::Text(last)) => last.push_str(text),
            _ => self.0.push(AnnotationFragment::Text(text.to_owned())),
        }
    }

    fn value(&mut self, value: &Value, kind: Kind, in_map: bool) {
        match (value, kind) {
            (Value::None, _) => self.text("true"),
            (Value::Text(text, _), Kind::Header) => self.text(&format!("{{\"literal\":{}}}", quoted(text))),
            (Value::Text(text, _), Kind::Plain) => self.text(&quoted(text)),
            (Value::Text(text, _), Kind::Path) => {
                self.0.push(AnnotationFragment::Path(text.split('.').map(str::to_owned).collect()));
            }
            (Value::Path(path, _), Kind::Plain) => self.text(&quoted(&path.join("."))),
            (Value::Path(path, _), _) => self.0.push(AnnotationFragment::Path(path.clone())),
            (Value::Number(text, _), _) => self.text(text),
            (Value::Boolean(value, _), _) => self.text(&value.to_string()),
            (Value::List(values, _), _) => {
                self.text("[");
                for (index, value) in values.iter().enumerate() {
                    if index > 0 {
                        self.text(",");
                    }
                    self.value(value, kind, in_map);
                }
                self.text("]");
            }
            (Value::Properties(properties, _), _) => {
                self.text("{");
                for (index, property) in properties.iter().enumerate() {
                    if index > 0 {
                        self.text(",");
                    }
                    let name = if in_map { property.name.clone() } else { camel_case(&property.name) };
                    self.text(&format!("{}:", quoted(&name)));
                    self.value(&property.value, kind, in_map || MAPS.contains(&&*property.name));
                }
                self.text("}");
            }
        }
    }
}

/// The name of a property in the annotation of an Avro schema.
fn camel_case(name: &str) -> String {
    Casing::Camel.of_field(name)
}
