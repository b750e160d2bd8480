//! The text of options.

use std::fmt::Write as _;

use prost_reflect::prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, EnumDescriptor, Kind, Value};

/// The options of an element as `name = value`. `ty` is the type of the options in Google's package.
pub(super) fn options(ty: &str, options: Option<&impl Message>) -> Vec<String> {
    let pool = DescriptorPool::global();
    let descriptor = pool.get_message_by_name(&format!("google.protobuf.{ty}"));
    let (Some(options), Some(descriptor)) = (options, descriptor) else { return Vec::new() };
    let mut message = DynamicMessage::new(descriptor);
    if message.transcode_from(options).is_err() {
        return Vec::new();
    }
    let set = message.fields().filter_map(|(field, value)| {
        let text = match (field.kind(), value) {
            // Written with the keyword `map`.
            _ if field.name() == "map_entry" => return None,
            (_, Value::Bool(value)) => value.to_string(),
            (_, Value::String(text)) => quoted(text),
            (Kind::Enum(definition), Value::EnumNumber(number)) => name(&definition, *number)?,
            _ => return None,
        };
        Some(format!("{} = {text}", field.name()))
    });
    set.collect()
}

fn name(definition: &EnumDescriptor, number: i32) -> Option<String> {
    definition.get_value(number).map(|value| value.name().to_owned())
}

/// A string literal.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for char in text.chars() {
        match char {
            '"' | '\\' => quoted.extend(['\\', char]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            char if char.is_ascii_control() => {
                let _ = write!(quoted, "\\{:03o}", u32::from(char));
            }
            char => quoted.push(char),
        }
    }
    quoted.push('"');
    quoted
}
