//! The naming style of edition 2024, which protoc enforces unless `enforce_naming_style` is `STYLE_LEGACY`.

use std::collections::BTreeMap;

use prost_reflect::prost_types::{DescriptorProto, EnumDescriptorProto, FileDescriptorProto, MessageOptions};

use super::super::error::Violation;
use super::super::spans::{Spans, tag};

/// The features that are set, by the path of the options.
type Set = BTreeMap<Vec<i32>, Vec<(String, String)>>;

/// Checks the names of a file.
pub(super) fn check_style(
    file: &FileDescriptorProto,
    set: &Set,
    spans: &Spans,
    violations: &mut Vec<Violation>,
) {
    let mut style = Style { set, spans, violations };
    let is_enforced = style.is_enforced(true, &[], tag::FILE_OPTIONS);
    if is_enforced && !file.package().is_empty() {
        style.name(&[tag::FILE_PACKAGE], "package", file.package(), LOWER_SNAKE);
    }
    for (index, message) in (0..).zip(&file.message_type) {
        style.message(&[tag::FILE_MESSAGE, index], message, is_enforced);
    }
    for (index, definition) in (0..).zip(&file.enum_type) {
        style.enumeration(&[tag::FILE_ENUM, index], definition, is_enforced);
    }
    for (index, extension) in (0..).zip(&file.extension) {
        style.element(&[tag::FILE_EXTENSION, index], FIELD, extension.name(), is_enforced);
    }
    for (index, service) in (0..).zip(&file.service) {
        let path = [tag::FILE_SERVICE, index];
        let is_enforced = style.element(&path, SERVICE, service.name(), is_enforced);
        for (index, method) in (0..).zip(&service.method) {
            let path = [&path[..], &[tag::SERVICE_METHOD, index]].concat();
            style.element(&path, METHOD, method.name(), is_enforced);
        }
    }
}

/// A style: its name, the characters that it allows, and the first one.
#[derive(Clone, Copy)]
struct Case {
    name: &'static str,
    allows: fn(char) -> bool,
    starts_with: fn(char) -> bool,
}

const TITLE: Case = Case {
    name: "TitleCase",
    allows: |char| char.is_ascii_alphanumeric(),
    starts_with: |char| char.is_ascii_uppercase(),
};
const LOWER_SNAKE: Case = Case {
    name: "lower_snake_case",
    allows: |char| char.is_ascii_lowercase() || char.is_ascii_digit() || matches!(char, '_' | '.'),
    starts_with: |char| char.is_ascii_lowercase(),
};
const UPPER_SNAKE: Case = Case {
    name: "UPPER_SNAKE_CASE",
    allows: |char| char.is_ascii_uppercase() || char.is_ascii_digit() || char == '_',
    starts_with: |char| char.is_ascii_uppercase(),
};

/// A kind of element: its name, its style, and the field of its options.
type Kind = (&'static str, Case, i32);

const MESSAGE: Kind = ("message", TITLE, tag::MESSAGE_OPTIONS);
const FIELD: Kind = ("field", LOWER_SNAKE, tag::FIELD_OPTIONS);
const ONEOF: Kind = ("oneof", LOWER_SNAKE, tag::ONEOF_OPTIONS);
const ENUM: Kind = ("enum", TITLE, tag::ENUM_OPTIONS);
const VALUE: Kind = ("enum value", UPPER_SNAKE, tag::ENUM_VALUE_OPTIONS);
const SERVICE: Kind = ("service", TITLE, tag::SERVICE_OPTIONS);
const METHOD: Kind = ("method", TITLE, tag::METHOD_OPTIONS);

struct Style<'a> {
    set: &'a Set,
    spans: &'a Spans,
    violations: &'a mut Vec<Violation>,
}

impl Style<'_> {
    fn is_enforced(&self, outside: bool, path: &[i32], options: i32) -> bool {
        let set = self.set.get(&[path, &[options]].concat()).into_iter().flatten();
        let mut styles = set.filter(|(name, _)| name == "enforce_naming_style");
        styles.next_back().map_or(outside, |(_, value)| value == "STYLE2024")
    }

    /// Checks the name of an element, and returns whether the style is enforced in it.
    fn element(&mut self, path: &[i32], (kind, case, options): Kind, name: &str, outside: bool) -> bool {
        let is_enforced = self.is_enforced(outside, path, options);
        if is_enforced {
            self.name(&[path, &[tag::NAME]].concat(), kind, name, case);
        }
        is_enforced
    }

    fn name(&mut self, path: &[i32], kind: &str, name: &str, case: Case) {
        // An underscore separates words, which begin with a letter.
        let bytes = name.as_bytes();
        let is_separator = |at: usize| at > 0 && bytes.get(at + 1).is_some_and(u8::is_ascii_alphabetic);
        let is_fit = name.starts_with(case.starts_with)
            && name.chars().all(case.allows)
            && name.match_indices('_').all(|(at, _)| is_separator(at));
        if !is_fit {
            let message = format!("{kind} `{name}` is not in {}, the style of edition 2024", case.name);
            let range = self.spans.get(path).unwrap_or_default();
            let help = "rename it, or set `features.enforce_naming_style` to `STYLE_LEGACY`";
            self.violations.push(Violation::invalid(message, range, "this name", help));
        }
    }

    /// The parser bounds the depth.
    fn message(&mut self, path: &[i32], message: &DescriptorProto, outside: bool) {
        let is_enforced = self.element(path, MESSAGE, message.name(), outside);
        let at = |list: i32, index: i32| [path, &[list, index]].concat();
        for (index, field) in (0..).zip(&message.field) {
            self.element(&at(tag::MESSAGE_FIELD, index), FIELD, field.name(), is_enforced);
        }
        for (index, oneof) in (0..).zip(&message.oneof_decl) {
            self.element(&at(tag::MESSAGE_ONEOF, index), ONEOF, oneof.name(), is_enforced);
        }
        for (index, extension) in (0..).zip(&message.extension) {
            self.element(&at(tag::MESSAGE_EXTENSION, index), FIELD, extension.name(), is_enforced);
        }
        for (index, definition) in (0..).zip(&message.enum_type) {
            self.enumeration(&at(tag::MESSAGE_ENUM, index), definition, is_enforced);
        }
        for (index, nested) in (0..).zip(&message.nested_type) {
            if !nested.options.as_ref().is_some_and(MessageOptions::map_entry) {
                self.message(&at(tag::MESSAGE_NESTED, index), nested, is_enforced);
            }
        }
    }

    fn enumeration(&mut self, path: &[i32], definition: &EnumDescriptorProto, outside: bool) {
        let is_enforced = self.element(path, ENUM, definition.name(), outside);
        for (index, value) in (0..).zip(&definition.value) {
            let path = [path, &[tag::ENUM_VALUE, index]].concat();
            self.element(&path, VALUE, value.name(), is_enforced);
        }
    }
}
