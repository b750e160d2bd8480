//! The properties of an event: its topic, its key and its headers, resolved against its fields.

use std::collections::BTreeSet;

use super::subject::check_subject;
use super::topic_name::check_topic_name;
use crate::contract::{FieldPath, HeaderValue, Ordering};
use crate::diagnostics::{Diagnostic, code, did_you_mean};
use crate::node::{Member, Node, Value};
use crate::reader::{Casing, Properties, wrong_kind};
use crate::source::{Span, Spanned};
use crate::types::{Logical, Type, TypeGraph, TypeId};
use crate::vocabulary::{EVENT, LITERAL, names};

/// The properties, in camel case.
pub(crate) const EVENT_PROPERTIES: [&str; EVENT.len()] = names(&EVENT);

/// The properties that an annotation sets for its event.
#[derive(Debug, Clone)]
pub(crate) struct EventProperties {
    pub(crate) topic: Spanned<String>,
    /// `None` if the annotation does not set it.
    key: Option<Vec<Spanned<String>>>,
    headers: Vec<(String, HeaderSource)>,
    /// `None` if the strategy of the topic names it.
    pub(crate) subject: Option<String>,
    /// The location of the annotation's name.
    pub(crate) annotation: Span,
    casing: Casing,
}

/// The types that paths are resolved against.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Checked<'a> {
    pub(crate) types: &'a TypeGraph,
    /// Types with errors, which have been reported.
    pub(crate) unbuilt: &'a BTreeSet<TypeId>,
    /// Types that are defined elsewhere: their fields are not known.
    pub(crate) foreign: &'a BTreeSet<TypeId>,
}

#[derive(Debug, Clone)]
enum HeaderSource {
    Literal(String),
    Path(Spanned<String>),
}

impl EventProperties {
    /// Reads the properties; `None` without a topic.
    pub(crate) fn read(properties: &mut Properties<'_, '_>, annotation: &Span) -> Option<Self> {
        let topic = properties.string("topic");
        let casing = properties.casing;
        let key = properties.get("key").map(|node| paths(node, casing, properties.diagnostics));
        let headers = properties
            .get("headers")
            .map(|node| headers(node, casing, properties.diagnostics))
            .unwrap_or_default();
        let subject = properties.string("subject");
        if let Some(subject) = &subject {
            check_subject(subject, casing, properties.diagnostics);
        }
        let subject = subject.map(|subject| subject.value);
        let Some(topic) = topic else {
            if properties.get("topic").is_none() {
                properties.diagnostics.push(
                    Diagnostic::error(code::MISSING_PROPERTY, "an event needs a topic")
                        .at(annotation, "this annotation names none")
                        .help(format!(
                            "add {}: the topic that carries the event",
                            properties.casing.example("topic", "\"…\"")
                        )),
                );
            }
            return None;
        };
        check_topic_name(&topic.value, &topic.span, properties.diagnostics);
        Some(Self { topic, key, headers, subject, annotation: annotation.clone(), casing })
    }

    /// The paths of the key as they are written; none without a key.
    pub(crate) fn key_paths(&self) -> &[Spanned<String>] {
        self.key.as_deref().unwrap_or_default()
    }

    /// Whether the annotation does not set a key.
    pub(crate) fn has_no_key(&self) -> bool {
        self.key.is_none()
    }

    /// The fields of the key.
    pub(crate) fn key(
        &self,
        record: TypeId,
        ordering: Ordering,
        types: Checked<'_>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Vec<FieldPath> {
        if self.has_no_key() && ordering == Ordering::Key {
            diagnostics.push(
                Diagnostic::error(
                    code::MISSING_KEY,
                    "an event needs a key: records without a key have no order",
                )
                .at(&self.annotation, "this annotation names none")
                .help(format!(
                    "add {}, or {} if the order does not matter",
                    self.casing.word("key", &self.casing.of("someField")),
                    self.casing.word("ordering", "none"),
                )),
            );
        }
        let paths = self.key.iter().flatten().filter_map(|written| {
            let path = resolve(written, record, types, (self.casing, None), diagnostics)?;
            // If the order does not matter, a record may lack its key.
            if path.nullable.contains(&true) && ordering != Ordering::None {
                diagnostics.push(
                    Diagnostic::error(
                        code::NULLABLE_KEY,
                        format!("`{}` may be null and is part of the key", written.value),
                    )
                    .at(&written.span, "records without it would have no key and no order")
                    .help("choose a field that is never null, or set `ordering` to none if the order does not matter"),
                );
                return None;
            }
            Some(path)
        });
        paths.collect()
    }

    /// The headers; `event-type` is the event's full name unless the annotation sets it.
    pub(crate) fn headers(
        &self,
        full_name: &str,
        record: TypeId,
        types: Checked<'_>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Vec<(String, HeaderValue)> {
        let mut headers = Vec::new();
        if !self.headers.iter().any(|(name, _)| name == "event-type") {
            headers.push(("event-type".to_owned(), HeaderValue::Literal(full_name.to_owned())));
        }
        for (name, source) in &self.headers {
            let value = match source {
                HeaderSource::Literal(text) => Some(HeaderValue::Literal(text.clone())),
                HeaderSource::Path(written) => {
                    let literal = written_literal(self.casing, name, &written.value);
                    resolve(written, record, types, (self.casing, Some(&literal)), diagnostics)
                        .map(HeaderValue::Field)
                }
            };
            headers.extend(value.map(|value| (name.clone(), value)));
        }
        headers
    }
}

/// One path or a list of them.
fn paths(node: &Node, casing: Casing, diagnostics: &mut Vec<Diagnostic>) -> Vec<Spanned<String>> {
    let nodes = match &node.value {
        // An empty list is reported like any other value that is not a path.
        Value::Array(items) if !items.is_empty() => items.as_slice(),
        _ => std::slice::from_ref(node),
    };
    let path = |node: &Node| match node.as_str() {
        Some(text) => Some(Spanned { value: text.to_owned(), span: node.span.clone() }),
        None => {
            let one = casing.word("key", &casing.of("customerId"));
            let several = match casing {
                Casing::Snake => {
                    format!("{} {}", casing.word("key", "tenant"), casing.word("key", "customer.id"))
                }
                Casing::Rust => casing.example("key", "[tenant, customer.id]"),
                Casing::Camel | Casing::Kebab => casing.example("key", "[\"tenant\", \"customer.id\"]"),
            };
            let example = format!("{one}, or {several}");
            diagnostics.push(wrong_kind("`key`", "a field path or a list of them", &example, node));
            None
        }
    };
    nodes.iter().filter_map(path).collect()
}

/// A header with a text that is the same for every event, as it is written in an annotation.
fn written_literal(casing: Casing, name: &str, text: &str) -> String {
    match casing {
        Casing::Rust => format!("\"{name}\" = \"{text}\""),
        Casing::Snake => format!("headers: {{ key: \"{name}\" literal: \"{text}\" }}"),
        Casing::Camel | Casing::Kebab => format!("\"{name}\": {{ \"literal\": \"{text}\" }}"),
    }
}

fn headers(node: &Node, casing: Casing, diagnostics: &mut Vec<Diagnostic>) -> Vec<(String, HeaderSource)> {
    let Value::Object(members) = &node.value else {
        let example = match casing {
            Casing::Rust => "headers(\"correlation-id\" = order_id)",
            Casing::Snake => "headers: { key: \"correlation-id\" value: \"order_id\" }",
            Casing::Camel | Casing::Kebab => "\"headers\": { \"correlation-id\": \"orderId\" }",
        };
        diagnostics.push(wrong_kind("`headers`", "an object of header names", example, node));
        return Vec::new();
    };
    let mut headers = Vec::with_capacity(members.len());
    for member in members {
        check_header_name(member, diagnostics);
        let literal = member.value.get("literal").and_then(Node::as_str);
        let source = match (&member.value.value, literal) {
            (Value::String(path), _) => {
                HeaderSource::Path(Spanned { value: path.clone(), span: member.value.span.clone() })
            }
            (Value::Object(members), Some(text)) if members.len() == 1 => {
                HeaderSource::Literal(text.to_owned())
            }
            (Value::Object(members), None) if members.iter().any(|member| member.name != "literal") => {
                // Reports the properties that are not `literal`.
                let what = format!("header `{}`", member.name);
                Properties::read(&member.value, &what, &names(&LITERAL), casing, diagnostics);
                continue;
            }
            _ => {
                diagnostics.push(wrong_kind(
                    &format!("header `{}`", member.name),
                    "a field path or a literal",
                    &format!("the name of a field, or {}", written_literal(casing, &member.name, "text")),
                    &member.value,
                ));
                continue;
            }
        };
        headers.push((member.name.clone(), source));
    }
    headers
}

/// Reports a name that librdkafka truncates: the consumers of the record do not find the header.
fn check_header_name(member: &Member, diagnostics: &mut Vec<Diagnostic>) {
    if member.name.contains('\0') {
        let message = format!("header {:?} has a zero byte in its name", member.name);
        diagnostics.push(
            Diagnostic::error(code::WRONG_VALUE, message)
                .at(&member.name_span, "a producer ends the name at the zero byte")
                .help("take the zero byte out of the name"),
        );
    }
}

/// Follows a path through nested records. `casing` is that of the annotation, `literal` is how the path is written if it is
/// meant as a text.
fn resolve(
    written: &Spanned<String>,
    record: TypeId,
    Checked { types, unbuilt, foreign }: Checked<'_>,
    (casing, literal): (Casing, Option<&str>),
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<FieldPath> {
    let mut path = FieldPath { fields: Vec::new(), type_id: record, nullable: Vec::new() };
    for step in written.value.split('.') {
        if path.type_id != record && unbuilt.contains(&path.type_id) {
            return None;
        }
        if foreign.contains(&path.type_id) {
            path.fields.push(step.to_owned());
            path.nullable.push(false);
            continue;
        }
        let Type::Record(current) = types.get(path.type_id) else {
            let parent = path.fields.join(".");
            diagnostics.push(
                Diagnostic::error(
                    code::UNKNOWN_FIELD,
                    format!("`{parent}` is not a record: it has no field `{step}`"),
                )
                .at(&written.span, "a path may go through records and nullable records only")
                .help(format!("end the path at `{parent}`, or choose another field")),
            );
            return None;
        };
        let Some(field) = current.fields.iter().find(|field| field.name == step) else {
            let near = did_you_mean(step, current.fields.iter().map(|field| field.name.as_str()));
            let fields: Vec<&str> = current.fields.iter().map(|field| field.name.as_str()).collect();
            diagnostics.push(
                Diagnostic::error(code::UNKNOWN_FIELD, format!("`{}` has no field `{step}`", current.name))
                    .at(
                        &written.span,
                        near.map_or_else(
                            || "no field of this name".to_owned(),
                            |near| format!("did you mean `{near}`?"),
                        ),
                    )
                    .help(match (fields.is_empty(), literal) {
                        (true, None) => "it has no fields".to_owned(),
                        (false, None) => format!("its fields are {}", fields.join(", ")),
                        (true, Some(literal)) => {
                            format!("it has no fields; a text is written {literal}")
                        }
                        (false, Some(literal)) => {
                            format!("its fields are {}; a text is written {literal}", fields.join(", "))
                        }
                    }),
            );
            return None;
        };
        let (type_id, nullable) = without_null(field.type_id, types);
        path.fields.push(step.to_owned());
        path.nullable.push(nullable);
        path.type_id = type_id;
    }
    if unbuilt.contains(&path.type_id) {
        return None;
    }
    if foreign.contains(&path.type_id) {
        return Some(path);
    }
    if let Some(why) = no_text_form(types.get(path.type_id)) {
        let float = matches!(types.get(path.type_id), Type::Float | Type::Double);
        diagnostics.push(
            Diagnostic::error(
                if float { code::FLOAT_KEY } else { code::KEY_TYPE },
                format!("`{}` cannot be part of a key or a header", written.value),
            )
            .at(&written.span, why)
            .help(match casing {
                Casing::Snake => {
                    "choose a string, an integer, a bool or an enum; in headers a google.protobuf.Timestamp, too"
                }
                Casing::Camel | Casing::Kebab | Casing::Rust => {
                    "choose a string, int, long, boolean, enum, uuid, date or timestamp"
                }
            }),
        );
        return None;
    }
    Some(path)
}

/// The other type of a union of two types, one of which is null.
fn without_null(id: TypeId, types: &TypeGraph) -> (TypeId, bool) {
    if let Type::Union(branches) = types.get(id)
        && let [first, second] = branches[..]
    {
        match (types.get(first), types.get(second)) {
            (Type::Null, _) => return (second, true),
            (_, Type::Null) => return (first, true),
            _ => {}
        }
    }
    (id, false)
}

/// Why a type has no text form for keys and headers. `None` if it has one.
fn no_text_form(ty: &Type) -> Option<&'static str> {
    match ty {
        Type::String | Type::Int | Type::Long | Type::Boolean | Type::Enum(_) => None,
        Type::Logical { logical, .. } => match logical {
            Logical::Uuid
            | Logical::Date
            | Logical::TimestampMillis
            | Logical::TimestampMicros
            | Logical::TimestampNanos => None,
            Logical::Decimal { .. } | Logical::BigDecimal => {
                Some("equal decimals may have different text forms")
            }
            _ => Some("this logical type has no text form"),
        },
        Type::Float | Type::Double => Some("equal floating-point numbers may have different text forms"),
        Type::Bytes | Type::Fixed(_) => Some("bytes have no text form"),
        Type::Null => Some("it is always null"),
        Type::Array(_) | Type::Map(_) => Some("a list or map has no text form"),
        Type::Union(_) => Some("a union has no text form"),
        Type::Record(_) => Some("name a field of the record"),
    }
}
