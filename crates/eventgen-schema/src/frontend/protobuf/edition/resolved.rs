//! Steps that need the types of fields, which are known when a file has been resolved: conversion to groups, and the
//! rules for enums and messages.

use std::collections::BTreeSet;

use prost_reflect::prost_types::field_descriptor_proto::{Label, Type};
use prost_reflect::prost_types::field_options::JsType;
use prost_reflect::prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FieldOptions, FileDescriptorProto,
};
use prost_reflect::{FieldDescriptor, FileDescriptor, Kind, MessageDescriptor};

use super::super::error::Violation;
use super::super::spans::{Spans, tag};
use super::super::syntax::Syntax;
use super::super::walk::{fields, joined, messages};
use super::lower::{Lowered, LoweredField, mark_optional};

/// Makes groups of delimited messages. `resolved` has the types of fields.
pub(in super::super) fn make_groups(
    file: &mut FileDescriptorProto,
    lowered: &Lowered,
    resolved: &FileDescriptorProto,
) {
    for lowered in lowered.fields.iter().filter(|lowered| lowered.is_delimited) {
        if field(resolved, &lowered.path).is_none_or(|field| field.r#type() != Type::Message) {
            continue;
        }
        let [path @ .., list, at] = &lowered.path[..] else { continue };
        let Ok(at) = usize::try_from(*at) else { continue };
        if path.is_empty() {
            set_group(file.extension.get_mut(at));
        } else if let Some(message) = message_mut(file, path) {
            if *list == tag::MESSAGE_EXTENSION {
                set_group(message.extension.get_mut(at));
            } else {
                set_group(message.field.get_mut(at));
                if lowered.is_implicit {
                    // A message has presence in any case, and a group only if it is marked.
                    mark_optional(message, at);
                }
            }
        }
    }
}

fn set_group(field: Option<&mut FieldDescriptorProto>) {
    if let Some(field) = field {
        field.r#type = Some(Type::Group.into());
    }
}

/// Checks the rules that depend on the types of fields. `closed` are the full names of closed enums.
pub(in super::super) fn check_resolved(
    resolved: &FileDescriptorProto,
    syntax: &Syntax,
    closed: &BTreeSet<String>,
    spans: &Spans,
) -> Vec<Violation> {
    let is_closed = |field: &FieldDescriptorProto| closed.contains(field.type_name().trim_start_matches('.'));
    let mut violations = Vec::new();
    let mut report = |path: &[i32], message: &str, help: &str| {
        let range = spans.get(&[path, &[tag::NAME]].concat()).unwrap_or_default();
        violations.push(Violation::invalid(message, range, "this field", help));
    };
    // In an edition, the option comes from a feature.
    let marked = if matches!(syntax, Syntax::Edition(_)) { Vec::new() } else { fields(resolved) };
    for (path, field) in marked {
        let is_packable = field.label() == Label::Repeated && is_primitive(field.r#type());
        if !is_packable && field.options.as_ref().is_some_and(FieldOptions::packed) {
            report(&path, "only repeated numbers, booleans and enums are packed", "remove `packed`");
        }
    }
    for (path, field) in fields(resolved) {
        if let Some((message, help)) = field.options.as_ref().and_then(|options| misplaced(field, options)) {
            report(&path, message, help);
        }
    }
    match syntax {
        Syntax::Proto2 => {}
        Syntax::Proto3 => {
            for (path, field) in fields(resolved).into_iter().filter(|(_, field)| is_closed(field)) {
                let message = format!("enum `{}` is closed", field.type_name().trim_start_matches('.'));
                report(&path, &message, "proto3 uses open enums: define the enum in a file of proto3");
            }
        }
        Syntax::Edition(lowered) => {
            for lowered in &lowered.fields {
                let Some(field) = field(resolved, &lowered.path) else { continue };
                if let Some(problem) = problem(lowered, field, is_closed(field)) {
                    report(&lowered.path, problem, "change its features");
                }
            }
        }
    }
    violations
}

/// What is wrong with the options of a field of its type, and what to do.
fn misplaced(field: &FieldDescriptorProto, options: &FieldOptions) -> Option<(&'static str, &'static str)> {
    let is_long =
        matches!(field.r#type(), Type::Int64 | Type::Uint64 | Type::Sint64 | Type::Fixed64 | Type::Sfixed64);
    if options.jstype() != JsType::JsNormal && !is_long {
        Some(("only integers of 64 bits have a type in JavaScript", "remove `jstype`"))
    } else if options.lazy() && field.r#type() != Type::Message {
        Some(("only a message is read lazily", "remove `lazy`"))
    } else {
        None
    }
}

fn is_primitive(ty: Type) -> bool {
    !matches!(ty, Type::String | Type::Bytes | Type::Message | Type::Group)
}

/// Checks that enums in maps have a default that every language has, and that no other field has the type of an entry.
pub(in super::super) fn check_maps(file: &FileDescriptor, spans: &Spans) -> Vec<Violation> {
    let (mut open, mut violations) = (file.messages().collect::<Vec<_>>(), Vec::new());
    while let Some(message) = open.pop() {
        open.extend(message.child_messages());
        if message.is_map_entry() {
            continue;
        }
        for field in message.fields() {
            let Kind::Message(entry) = field.kind() else { continue };
            if !entry.is_map_entry() {
                continue;
            }
            if !is_entry_of(&entry, &field) {
                let range = spans.get(&[field.path(), &[tag::NAME]].concat()).unwrap_or_default();
                let message =
                    format!("`{}` is the entry of a map and no type for other fields", entry.full_name());
                let help = "define a message for the field";
                violations.push(Violation::invalid(message, range, "this field", help));
                continue;
            }
            let Kind::Enum(definition) = entry.map_entry_value_field().kind() else { continue };
            if definition.enum_descriptor_proto().value.first().is_some_and(|first| first.number() != 0) {
                let range = spans.get(&[field.path(), &[tag::NAME]].concat()).unwrap_or_default();
                let message = "the first value of an enum in a map must be 0";
                let help = format!("start enum `{}` with a value 0", definition.full_name());
                violations.push(Violation::invalid(message, range, "this map", &help));
            }
        }
    }
    violations
}

/// Whether the parser made an entry for this field.
fn is_entry_of(entry: &MessageDescriptor, field: &FieldDescriptor) -> bool {
    let letters = |name: &str| name.replace('_', "").to_ascii_lowercase();
    field.is_map()
        && entry.parent_message().as_ref() == Some(field.parent_message())
        && letters(entry.name()) == letters(field.name()) + "entry"
}

fn problem(lowered: &LoweredField, field: &FieldDescriptorProto, is_closed: bool) -> Option<&'static str> {
    let is_set = |name: &str, value: &str| lowered.set.iter().any(|(n, v)| n == name && v == value);
    let is_message = matches!(field.r#type(), Type::Message | Type::Group);
    if is_message && is_set("field_presence", "IMPLICIT") {
        Some("a message has no implicit presence")
    } else if lowered.is_implicit && is_closed {
        Some("a closed enum has no implicit presence")
    } else if !is_primitive(field.r#type()) && is_set("repeated_field_encoding", "PACKED") {
        Some("only numbers, booleans and enums are packed")
    } else if !is_message && lowered.set.iter().any(|(name, _)| name == "message_encoding") {
        Some("only a message has a message encoding")
    } else {
        None
    }
}

/// The full names of the closed enums of a file.
pub(in super::super) fn closed_enums(file: &FileDescriptorProto, syntax: &Syntax) -> Vec<String> {
    let mut closed = Vec::new();
    let mut enter = |scope: &str, list: &[i32], enums: &[EnumDescriptorProto]| {
        for (index, definition) in (0..).zip(enums) {
            if syntax.is_closed(&[list, &[index]].concat()) {
                closed.push(joined(scope, definition.name()));
            }
        }
    };
    enter(file.package(), &[tag::FILE_ENUM], &file.enum_type);
    for (scope, path, message) in messages(file) {
        enter(&scope, &[&path[..], &[tag::MESSAGE_ENUM]].concat(), &message.enum_type);
    }
    closed
}

fn field<'a>(file: &'a FileDescriptorProto, path: &[i32]) -> Option<&'a FieldDescriptorProto> {
    let (mut message, mut path): (Option<&DescriptorProto>, _) = (None, path);
    loop {
        let [list, at, rest @ ..] = path else { return None };
        let at = usize::try_from(*at).ok()?;
        match (message, *list) {
            (None, tag::FILE_EXTENSION) => return file.extension.get(at),
            (None, _) => message = Some(file.message_type.get(at)?),
            (Some(outer), tag::MESSAGE_FIELD) => return outer.field.get(at),
            (Some(outer), tag::MESSAGE_EXTENSION) => return outer.extension.get(at),
            (Some(outer), _) => message = Some(outer.nested_type.get(at)?),
        }
        path = rest;
    }
}

fn message_mut<'a>(file: &'a mut FileDescriptorProto, path: &[i32]) -> Option<&'a mut DescriptorProto> {
    let mut indexes = path.chunks(2).map(|step| step.get(1).and_then(|at| usize::try_from(*at).ok()));
    let mut message = file.message_type.get_mut(indexes.next()??)?;
    for at in indexes {
        message = message.nested_type.get_mut(at?)?;
    }
    Some(message)
}
