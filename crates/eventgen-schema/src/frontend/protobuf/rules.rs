//! Rules of the language that the compiler's libraries do not check.

use std::collections::BTreeSet;

use prost_reflect::prost_types::{
    DescriptorProto, EnumDescriptorProto, FileDescriptorProto, UninterpretedOption,
};

use super::error::Violation;
use super::options::{is_true, name};
use super::ranges::check_ranges;
use super::spans::{Spans, tag};
use super::syntax::Syntax;
use super::walk::{enums, messages};

/// Checks the rules that concern one file by itself.
pub(super) fn check_rules(
    file: &FileDescriptorProto,
    syntax: &Syntax,
    spans: &Spans,
    violations: &mut Vec<Violation>,
) {
    check_ranges(file, spans, violations);
    let mut report = |path: Vec<i32>, message: String, remark: &str, help: &str| {
        let range = spans.get(&path).unwrap_or_default();
        violations.push(Violation::invalid(message, range, remark, help));
    };
    for (path, definition) in enums(file) {
        let at = |inner: &[i32]| [&path[..], inner].concat();
        if !syntax.is_closed(&path) && definition.value.first().is_some_and(|first| first.number() != 0) {
            let message = "the first value of an open enum must be 0".to_owned();
            let path = at(&[tag::ENUM_VALUE, 0, tag::ENUM_VALUE_NUMBER]);
            report(path, message, "defined here", "start the enum with a value 0");
        }
        if allows_aliases(definition) && !has_aliases(definition) {
            let message = format!("enum `{}` allows aliases but has none", definition.name());
            report(at(&[tag::NAME]), message, "this enum", "remove `option allow_alias = true;`");
        }
        for (index, value) in (0..).zip(&definition.value) {
            if definition.reserved_name.iter().any(|reserved| reserved == value.name()) {
                let path = at(&[tag::ENUM_VALUE, index, tag::NAME]);
                report(path, reserved(value.name()), "this value", RENAME);
            }
        }
    }
    for (_, path, message) in messages(file) {
        let at = |inner: &[i32]| [&path[..], inner].concat();
        for (index, field) in (0..).zip(&message.field) {
            if message.reserved_name.iter().any(|reserved| reserved == field.name()) {
                report(
                    at(&[tag::MESSAGE_FIELD, index, tag::NAME]),
                    reserved(field.name()),
                    "this field",
                    RENAME,
                );
            }
        }
        if let Some((path, _)) = given_options(message).find(|(_, option)| name(option) == "map_entry") {
            let message = "option `map_entry` is not set by hand".to_owned();
            report(at(&path), message, "this option", "write the field as `map<KeyType, ValueType>`");
        }
        if matches!(syntax, Syntax::Proto3) && !message.extension_range.is_empty() {
            let text = "extension ranges are not part of proto3".to_owned();
            let help = "remove them, or write the file in proto2 or an edition";
            report(at(&[tag::MESSAGE_EXTENSION_RANGE, 0]), text, "this range", help);
        }
    }
}

/// The options that the author writes in a message, with their paths inside of it.
fn given_options(message: &DescriptorProto) -> impl Iterator<Item = (Vec<i32>, &UninterpretedOption)> {
    let options = message.options.iter().flat_map(|options| &options.uninterpreted_option);
    (0..)
        .zip(options)
        .map(|(index, option)| (vec![tag::MESSAGE_OPTIONS, tag::UNINTERPRETED_OPTION, index], option))
}

const RENAME: &str = "choose another name, or remove the name from the reserved ones";

fn reserved(name: &str) -> String {
    format!("name `{name}` is reserved")
}

fn allows_aliases(definition: &EnumDescriptorProto) -> bool {
    let options = definition.options.iter().flat_map(|options| &options.uninterpreted_option);
    options.into_iter().any(|option| name(option) == "allow_alias" && is_true(option))
}

fn has_aliases(definition: &EnumDescriptorProto) -> bool {
    let mut numbers = BTreeSet::new();
    definition.value.iter().any(|value| !numbers.insert(value.number()))
}
