//! The visibility of definitions, which edition 2024 introduces: a local definition is visible in its own file only.

use std::collections::BTreeSet;

use prost_reflect::prost_types::FileDescriptorProto;

use super::super::error::Violation;
use super::super::spans::{Spans, tag};
use super::super::walk::{enums, fields, joined, messages};
use super::rewrite::{Edition, Exported};

/// The feature that says what has no keyword.
const FEATURE: &str = "default_symbol_visibility";

/// The paths of the local definitions of a file. `set` are the features of the file, `exported` the definitions with a
/// keyword.
pub(super) fn local_definitions(
    file: &FileDescriptorProto,
    edition: Edition,
    set: &[(String, String)],
    exported: &Exported,
    spans: &Spans,
) -> BTreeSet<Vec<i32>> {
    let default = if edition >= Edition::E2024 { "EXPORT_TOP_LEVEL" } else { "EXPORT_ALL" };
    let default = set.iter().rfind(|(name, _)| name == FEATURE).map_or(default, |(_, value)| value);
    let is_local = |path: &[i32]| {
        let keyword = spans.get(path).and_then(|range| exported.get(&range.start));
        keyword.map_or_else(
            || match default {
                "EXPORT_ALL" => false,
                "EXPORT_TOP_LEVEL" => path.len() > 2,
                _ => true,
            },
            |is_exported| !is_exported,
        )
    };
    let messages = messages(file).into_iter().map(|(_, path, _)| path);
    let definitions = messages.chain(enums(file).into_iter().map(|(path, _)| path));
    definitions.filter(|path| is_local(path)).collect()
}

/// The last number that a message can reserve, after which the range ends.
const END_OF_NUMBERS: i32 = 1 << 29;

/// Reports definitions inside of messages that are exported where the file has `STRICT` visibility. An enum may be, inside
/// of a local message without fields, which reserves all numbers and is a namespace only.
pub(super) fn check_strict(
    file: &FileDescriptorProto,
    set: &[(String, String)],
    (exported, local): (&Exported, &BTreeSet<Vec<i32>>),
    spans: &Spans,
    violations: &mut Vec<Violation>,
) {
    if set.iter().rfind(|(name, _)| name == FEATURE).is_none_or(|(_, value)| value != "STRICT") {
        return;
    }
    let mut check = |path: &[i32], name: &str, is_allowed: bool| {
        let Some(range) = spans.get(path).filter(|range| exported.get(&range.start) == Some(&true)) else {
            return;
        };
        if path.len() > 2 && !is_allowed {
            let message = format!("`{name}` is inside of a message and cannot be exported");
            let help = "move it out of the message, or set another `default_symbol_visibility`";
            violations.push(Violation::invalid(message, range, "this definition", help));
        }
    };
    for (_, path, message) in messages(file) {
        check(&path, message.name(), false);
        let reserves_all =
            message.reserved_range.iter().any(|range| range.start() == 1 && range.end() == END_OF_NUMBERS);
        let is_namespace = path.len() == 2 && reserves_all && local.contains(&path);
        for (index, definition) in (0..).zip(&message.enum_type) {
            check(&[&path[..], &[tag::MESSAGE_ENUM, index]].concat(), definition.name(), is_namespace);
        }
    }
}

/// The full names of the local definitions of a file. `local` are their paths.
pub(in super::super) fn local_types(file: &FileDescriptorProto, local: &BTreeSet<Vec<i32>>) -> Vec<String> {
    if local.is_empty() {
        return Vec::new();
    }
    let all = messages(file);
    let inner = all.iter().flat_map(|(scope, path, message)| {
        let path = |index| [&path[..], &[tag::MESSAGE_ENUM, index]].concat();
        (0..).zip(&message.enum_type).map(move |(index, item)| (joined(scope, item.name()), path(index)))
    });
    let outer = (0..).zip(&file.enum_type);
    let outer = outer.map(|(index, item)| (joined(file.package(), item.name()), vec![tag::FILE_ENUM, index]));
    let messages = all.iter().map(|(name, path, _)| (name.clone(), path.clone()));
    let definitions = messages.chain(inner).chain(outer);
    definitions.filter(|(_, path)| local.contains(path)).map(|(name, _)| name).collect()
}

/// Reports uses of definitions that are local in other files, whose full names are `local`.
pub(in super::super) fn check_visibility(
    resolved: &FileDescriptorProto,
    local: &BTreeSet<String>,
    spans: &Spans,
) -> Vec<Violation> {
    let mut violations = Vec::new();
    let mut check = |name: &str, path: Vec<i32>| {
        let name = name.trim_start_matches('.');
        if local.contains(name) {
            let message = format!("`{name}` is local in another file");
            let range = spans.get(&path).unwrap_or_default();
            let help = "write `export` before its definition, or use another type";
            violations.push(Violation::invalid(message, range, "used here", help));
        }
    };
    for (path, field) in fields(resolved) {
        check(field.type_name(), [&path[..], &[tag::NAME]].concat());
    }
    for (index, extension) in (0..).zip(&resolved.extension) {
        for name in [extension.extendee(), extension.type_name()] {
            check(name, vec![tag::FILE_EXTENSION, index, tag::NAME]);
        }
    }
    for (service, definition) in (0..).zip(&resolved.service) {
        for (index, method) in (0..).zip(&definition.method) {
            for name in [method.input_type(), method.output_type()] {
                check(name, vec![tag::FILE_SERVICE, service, tag::SERVICE_METHOD, index, tag::NAME]);
            }
        }
    }
    violations
}
