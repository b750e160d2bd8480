//! Checks names as protoc does: JSON names of fields, and names of enum values. The compiler's libraries have different
//! rules for them.

use std::collections::HashMap;

use prost_reflect::prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto,
};

use super::error::Violation;
use super::spans::{Spans, tag};
use super::standard_options::allows_json_conflicts;
use super::syntax::Syntax;

/// Checks the names of a file. Where the language allows equal JSON names, the fields get different ones, because the
/// compiler refuses them.
pub(super) fn check_names(
    file: &mut FileDescriptorProto,
    syntax: &Syntax,
    spans: &Spans,
    violations: &mut Vec<Violation>,
) {
    let mut names = Names { syntax, spans, violations };
    names.messages(&[tag::FILE_MESSAGE], &mut file.message_type);
    names.enums(&[tag::FILE_ENUM], &file.enum_type);
}

struct Names<'a> {
    syntax: &'a Syntax,
    spans: &'a Spans,
    violations: &'a mut Vec<Violation>,
}

impl Names<'_> {
    /// The parser bounds the depth.
    fn messages(&mut self, list: &[i32], messages: &mut [DescriptorProto]) {
        for (index, message) in (0..).zip(messages) {
            let path = [list, &[index]].concat();
            self.fields(&path, message);
            self.messages(&[&path[..], &[tag::MESSAGE_NESTED]].concat(), &mut message.nested_type);
            self.enums(&[&path[..], &[tag::MESSAGE_ENUM]].concat(), &message.enum_type);
        }
    }

    fn fields(&mut self, message: &[i32], descriptor: &mut DescriptorProto) {
        let options = descriptor.options.as_ref();
        if !options.is_some_and(|options| allows_json_conflicts(&options.uninterpreted_option)) {
            self.json_conflicts(message, &descriptor.field, false);
            self.json_conflicts(message, &descriptor.field, true);
        }
        distinguish(&mut descriptor.field);
    }

    /// Reports fields with equal JSON names: by default, or after `json_name` is applied.
    fn json_conflicts(&mut self, path: &[i32], fields: &[FieldDescriptorProto], with_custom: bool) {
        let mut seen: HashMap<String, (usize, bool)> = HashMap::new();
        for (index, field) in fields.iter().enumerate() {
            let default = json_name(field.name());
            let custom = field.json_name.as_ref().filter(|name| with_custom && **name != default);
            let is_custom = custom.is_some();
            let name = custom.cloned().unwrap_or(default);
            if is_custom && name.starts_with('[') && name.ends_with(']') {
                let message = format!("JSON name `{name}` starts with `[` and ends with `]`");
                let range = self.field(&field_path(path, index));
                let help = "JSON has names in brackets for extensions: choose another name";
                self.violations.push(Violation::invalid(message, range, "this field", help));
                continue;
            }
            let Some(&(first, first_is_custom)) = seen.get(&name) else {
                seen.insert(name, (index, is_custom));
                continue;
            };
            let is_default = !is_custom && !first_is_custom;
            // proto2 does not guarantee default JSON names.
            let is_allowed = self.syntax.allows_json_conflicts(path) && (!is_custom || !first_is_custom);
            if is_allowed || (with_custom && is_default) {
                continue;
            }
            let text = format!(
                "fields `{}` and `{}` have the same JSON name, `{name}`",
                fields[first].name(),
                field.name()
            );
            let (first, second) =
                (self.field(&field_path(path, first)), self.field(&field_path(path, index)));
            let help = "rename a field, or change one `json_name` if both have one";
            let violation = Violation::invalid(text, second, "the other one", help);
            self.violations.push(violation.at(first, "first here"));
        }
    }

    fn field(&self, path: &[i32]) -> std::ops::Range<usize> {
        self.spans.get(path).unwrap_or_default()
    }

    /// Reports values with different numbers whose names are equal without the prefix of the enum's name.
    fn enums(&mut self, list: &[i32], enums: &[EnumDescriptorProto]) {
        for (index, definition) in (0..).zip(enums) {
            let place = |value: i32| {
                let path = [list, &[index, tag::ENUM_VALUE, value, tag::NAME]].concat();
                self.spans.get(&path).unwrap_or_default()
            };
            let mut seen: HashMap<String, (i32, &str, i32)> = HashMap::new();
            for (value_index, value) in (0..).zip(&definition.value) {
                let short = pascal_case(without_prefix(definition.name(), value.name()));
                let first = *seen.entry(short).or_insert((value_index, value.name(), value.number()));
                if first.1 == value.name() || first.2 == value.number() {
                    continue;
                }
                let message = format!(
                    "values `{}` and `{}` of enum `{}` have the same name in other languages",
                    first.1,
                    value.name(),
                    definition.name()
                );
                let help = "they are equal in camel case without the prefix of the enum's name: rename one";
                let violation = Violation::invalid(message, place(value_index), "the other one", help);
                self.violations.push(violation.at(place(first.0), "first here"));
            }
        }
    }
}

fn field_path(message: &[i32], index: usize) -> Vec<i32> {
    let index = i32::try_from(index).unwrap_or(i32::MAX);
    [message, &[tag::MESSAGE_FIELD, index, tag::NAME]].concat()
}

/// Gives fields different JSON names where the language allows equal ones.
fn distinguish(fields: &mut [FieldDescriptorProto]) {
    let json =
        |field: &FieldDescriptorProto| field.json_name.clone().unwrap_or_else(|| json_name(field.name()));
    let mut counts: HashMap<String, usize> = HashMap::new();
    for field in &*fields {
        *counts.entry(json(field)).or_default() += 1;
    }
    let conflicts = |name: &str| counts.get(name).is_some_and(|count| *count > 1);
    for field in fields.iter_mut().filter(|field| conflicts(&json(field))) {
        // No field has such a name: they are not identifiers.
        field.json_name = Some(format!("{}#{}", field.name(), field.number()));
    }
}

/// The JSON name of a field that is given none.
fn json_name(name: &str) -> String {
    let mut json = String::with_capacity(name.len());
    let mut is_after_underscore = false;
    for char in name.chars() {
        if char == '_' {
            is_after_underscore = true;
        } else {
            json.push(if is_after_underscore { char.to_ascii_uppercase() } else { char });
            is_after_underscore = false;
        }
    }
    json
}

/// A value's name without the name of its enum in front; case and underscores do not matter.
fn without_prefix<'a>(definition: &str, value: &'a str) -> &'a str {
    let mut prefix =
        definition.chars().filter(|char| *char != '_').map(|char| char.to_ascii_lowercase()).peekable();
    let mut rest = value;
    while let Some(char) = rest.chars().next() {
        if char != '_' {
            match prefix.peek() {
                Some(wanted) if char.to_ascii_lowercase() == *wanted => prefix.next(),
                Some(_) => return value,
                None => break,
            };
        }
        rest = &rest[char.len_utf8()..];
    }
    let rest = rest.trim_start_matches('_');
    if prefix.peek().is_some() || rest.is_empty() { value } else { rest }
}

fn pascal_case(name: &str) -> String {
    let mut pascal = String::with_capacity(name.len());
    let mut is_first = true;
    for char in name.chars() {
        if char == '_' {
            is_first = true;
        } else {
            pascal.push(if is_first { char.to_ascii_uppercase() } else { char.to_ascii_lowercase() });
            is_first = false;
        }
    }
    pascal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_an_enum_is_removed_from_the_names_of_its_values() {
        assert_eq!(without_prefix("Kind", "KIND_OPEN"), "OPEN");
        assert_eq!(without_prefix("HTTPCode", "HTTP_CODE_OK"), "OK");
        assert_eq!(without_prefix("Kind", "KIND"), "KIND");
        assert_eq!(without_prefix("Kind", "KINDLY"), "LY");
        assert_eq!(without_prefix("Kind", "OPEN"), "OPEN");
        assert_eq!(pascal_case("FO_O"), "FoO");
    }
}
