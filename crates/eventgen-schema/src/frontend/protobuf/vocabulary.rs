//! The vocabulary in Protobuf, `eventgen/kafka.proto`. Converts the statements of an option to the form that the
//! annotation has in every language: lists, maps and objects.

use std::sync::OnceLock;

use prost_reflect::{DescriptorPool, FieldDescriptor, Kind, MessageDescriptor};
use protox::Compiler;
use protox::file::{ChainFileResolver, File, FileResolver, GoogleFileResolver};

use crate::diagnostics::{Diagnostic, code};
use crate::node::{Member, Node, Value};
use crate::reader::{Casing, Properties, wrong_kind};
use crate::source::Span;
use crate::vocabulary::KAFKA_PROTO;

/// The path under which schemas import the vocabulary.
pub(super) const FILE_NAME: &str = "eventgen/kafka.proto";

/// Finds the vocabulary.
pub(super) struct Vocabulary;

impl FileResolver for Vocabulary {
    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        if name == FILE_NAME {
            File::from_source(name, KAFKA_PROTO)
        } else {
            Err(protox::Error::file_not_found(name))
        }
    }
}

/// The message that declares the properties.
pub(super) fn properties() -> &'static MessageDescriptor {
    static WORDS: OnceLock<MessageDescriptor> = OnceLock::new();
    WORDS.get_or_init(|| {
        let mut resolver = ChainFileResolver::new();
        resolver.add(Vocabulary);
        resolver.add(GoogleFileResolver::new());
        let mut compiler = Compiler::with_file_resolver(resolver);
        let pool: DescriptorPool =
            compiler.open_file(FILE_NAME).expect("the vocabulary compiles").descriptor_pool();
        pool.get_message_by_name("eventgen.Kafka").expect("the vocabulary defines it")
    })
}

/// The annotation of a message from the statements of its option.
pub(super) fn annotation(
    statements: impl IntoIterator<Item = Vec<Member>>,
    span: &Span,
    diagnostics: &mut Vec<Diagnostic>,
) -> Node {
    let members = statements.into_iter().flatten().collect();
    Node { value: Value::Object(shaped(members, properties(), diagnostics)), span: span.clone() }
}

/// Merges repeated members, so that each name occurs once.
fn shaped(
    written: Vec<Member>,
    message: &MessageDescriptor,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Member> {
    let mut members: Vec<Member> = Vec::new();
    for member in written {
        let field = message.get_field_by_name(&member.name);
        let first = members.iter_mut().find(|first| first.name == member.name);
        match (first, &field) {
            (None, Some(field)) if field.is_list() || field.is_map() => {
                let value = Node { value: Value::Array(items(member.value.clone())), ..member.value };
                members.push(Member { value, ..member });
            }
            (None, _) => members.push(member),
            (Some(Member { value: Node { value: Value::Array(all), .. }, .. }), Some(field))
                if field.is_list() || field.is_map() =>
            {
                all.extend(items(member.value));
            }
            // The fields of a message may be set one by one.
            (Some(Member { value: Node { value: Value::Object(all), .. }, .. }), Some(field))
                if matches!(field.kind(), Kind::Message(_))
                    && matches!(member.value.value, Value::Object(_)) =>
            {
                if let Value::Object(more) = member.value.value {
                    all.extend(more);
                }
            }
            (Some(first), _) => diagnostics.push(twice(&member.name, &first.name_span, &member.name_span)),
        }
    }
    for member in &mut members {
        if let Some(field) = message.get_field_by_name(&member.name) {
            shape_value(member, &field, diagnostics);
        }
    }
    members
}

fn shape_value(member: &mut Member, field: &FieldDescriptor, diagnostics: &mut Vec<Diagnostic>) {
    let Kind::Message(inner) = field.kind() else { return };
    let shape = |node: &mut Node, diagnostics: &mut Vec<Diagnostic>| {
        if let Value::Object(members) = &mut node.value {
            *members = shaped(std::mem::take(members), &inner, diagnostics);
        }
    };
    match &mut member.value.value {
        Value::Array(entries) if inner.get_field_by_name("key").is_some() => {
            let entries = std::mem::take(entries);
            member.value.value = Value::Object(entries_of(&member.name, entries, &inner, diagnostics));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| shape(item, diagnostics)),
        _ => shape(&mut member.value, diagnostics),
    }
    if member.name == "dead_letter" {
        turned_off(&mut member.value, diagnostics);
    }
}

/// One value or a list of them.
fn items(node: Node) -> Vec<Node> {
    if let Value::Array(items) = node.value { items } else { vec![node] }
}

/// Converts the entries of a map to the members of an object. A header with a constant text is `{ literal: … }`.
fn entries_of(
    property: &str,
    entries: Vec<Node>,
    entry: &MessageDescriptor,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Member> {
    let vocabulary: Vec<String> = entry.fields().map(|field| field.name().to_owned()).collect();
    let vocabulary: Vec<&str> = vocabulary.iter().map(String::as_str).collect();
    let mut members: Vec<Member> = Vec::with_capacity(entries.len());
    for node in entries {
        let what = format!("an entry of `{property}`");
        let Some(mut properties) = Properties::read(&node, &what, &vocabulary, Casing::Snake, diagnostics)
        else {
            continue;
        };
        let Some(key) = properties.string("key") else {
            if node.get("key").is_none() {
                diagnostics.push(
                    Diagnostic::error(code::MISSING_PROPERTY, format!("{what} needs a `key`"))
                        .at(&node.span, "it is missing here")
                        .help("write { key: \"…\" value: \"…\" }"),
                );
            }
            continue;
        };
        let value = match (node.get("value"), node.get("literal")) {
            (Some(value), None) => value.clone(),
            (None, Some(_)) => {
                let literal = node.members().iter().filter(|member| member.name == "literal").cloned();
                Node { value: Value::Object(literal.collect()), span: node.span.clone() }
            }
            _ => {
                let expected = format!("a key with a {}", vocabulary[1..].join(" or a "));
                diagnostics.push(wrong_kind(&what, &expected, "{ key: \"…\" value: \"…\" }", &node));
                continue;
            }
        };
        if let Some(first) = members.iter().find(|member| member.name == key.value) {
            diagnostics.push(twice(&key.value, &first.name_span, &key.span));
        }
        members.push(Member { name: key.value, name_span: key.span, value });
    }
    members
}

/// `enabled: false` is the property `false` of the other languages.
fn turned_off(node: &mut Node, diagnostics: &mut Vec<Diagnostic>) {
    if let Value::Boolean(enabled) = node.value {
        let example = Casing::Snake.object("deadLetter", ("enabled", if enabled { "true" } else { "false" }));
        diagnostics.push(wrong_kind("`dead_letter`", "an object", &example, node));
        node.value = Value::Object(Vec::new());
    }
    let Value::Object(members) = &mut node.value else { return };
    let Some(index) = members.iter().position(|member| member.name == "enabled") else { return };
    match members[index].value.value {
        Value::Boolean(true) => drop(members.remove(index)),
        Value::Boolean(false) => {
            if let Some(other) = members.iter().find(|member| member.name != "enabled") {
                diagnostics.push(
                    Diagnostic::error(
                        code::WRONG_VALUE,
                        "dead letters are turned off and configured at the same time",
                    )
                    .at(&other.name_span, "this has no effect")
                    .at(&members[index].name_span, "turned off here")
                    .help("remove one of the two"),
                );
            }
            node.value = Value::Boolean(false);
        }
        _ => diagnostics.push(wrong_kind(
            "`enabled`",
            "true or false",
            "enabled: false",
            &members.remove(index).value,
        )),
    }
}

fn twice(name: &str, first: &Span, second: &Span) -> Diagnostic {
    Diagnostic::error(code::DUPLICATE_PROPERTY, format!("`{name}` is set twice"))
        .at(second, "again here")
        .at(first, "first here")
        .help("remove one of the two")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::annotation::{EVENT_PROPERTIES, TOPIC_PROPERTIES};

    #[test]
    fn the_vocabulary_has_the_same_properties_in_every_language() {
        let proto: BTreeSet<String> = properties().fields().map(|field| field.name().to_owned()).collect();
        let ours: BTreeSet<String> = EVENT_PROPERTIES
            .iter()
            .chain(&TOPIC_PROPERTIES)
            .map(|property| Casing::Snake.of(property))
            .collect();
        assert_eq!(proto, ours);
    }
}
