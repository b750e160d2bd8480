//! The text of fields.

use prost_reflect::prost_types::field_descriptor_proto::{Label, Type};
use prost_reflect::prost_types::{DescriptorProto, FieldDescriptorProto, MessageOptions};

use super::options::{options, quoted};
use super::printer::{Printer, block};

/// Fields that stand in one block, and the messages that are defined beside them.
pub(super) struct Fields<'a> {
    pub(super) fields: &'a [FieldDescriptorProto],
    pub(super) nested: &'a [DescriptorProto],
}

impl<'a> Fields<'a> {
    /// Whether the keyword of a field, `group` or `map`, defines a nested message.
    pub(super) fn imply(&self, message: &DescriptorProto) -> bool {
        let is_entry = message.options.as_ref().is_some_and(MessageOptions::map_entry);
        is_entry || self.fields.iter().any(|field| self.group(field).is_some_and(|group| group == message))
    }

    fn nested(&self, field: &FieldDescriptorProto) -> Option<&'a DescriptorProto> {
        let name = field.type_name().rsplit('.').next()?;
        self.nested.iter().find(|message| message.name() == name)
    }

    fn group(&self, field: &FieldDescriptorProto) -> Option<&'a DescriptorProto> {
        if field.r#type() == Type::Group { self.nested(field) } else { None }
    }

    fn entry(&self, field: &FieldDescriptorProto) -> Option<&'a DescriptorProto> {
        let entry = if field.r#type() == Type::Message { self.nested(field) } else { None };
        entry.filter(|message| message.options.as_ref().is_some_and(MessageOptions::map_entry))
    }
}

impl Printer {
    /// One field with its end. `in_oneof` fields have no label.
    pub(super) fn field(&mut self, field: &FieldDescriptorProto, fields: &Fields<'_>, in_oneof: bool) {
        let label = match field.label() {
            _ if in_oneof || fields.entry(field).is_some() => "",
            Label::Repeated => "repeated ",
            Label::Required => "required ",
            Label::Optional if !self.is_proto3 || field.proto3_optional() => "optional ",
            Label::Optional => "",
        };
        let mut attributes = options("FieldOptions", field.options.as_ref());
        if let Some(default) = &field.default_value {
            attributes.push(format!("default = {}", default_value(field.r#type(), default)));
        }
        // An extension has the name that its full name implies.
        if let Some(name) = field
            .json_name
            .as_ref()
            .filter(|name| field.extendee.is_none() && **name != json_name(field.name()))
        {
            attributes.push(format!("json_name = {}", quoted(name)));
        }
        let attributes =
            if attributes.is_empty() { String::new() } else { format!(" [{}]", attributes.join(", ")) };
        if let Some(group) = fields.group(field) {
            self.line(&format!("{label}group {} = {}{attributes} {{", group.name(), field.number()));
            block(self, |printer| printer.message_body(group));
            return;
        }
        let ty = match fields.entry(field).map(|entry| &entry.field[..]) {
            Some([key, value]) => format!("map<{}, {}>", type_name(key), type_name(value)),
            _ => type_name(field),
        };
        self.line(&format!("{label}{ty} {} = {}{attributes};", field.name(), field.number()));
    }
}

fn type_name(field: &FieldDescriptorProto) -> String {
    // The type of a named type may be left open.
    if field.type_name.is_some() {
        return field.type_name().to_owned();
    }
    field.r#type().as_str_name().trim_start_matches("TYPE_").to_lowercase()
}

fn default_value(ty: Type, value: &str) -> String {
    match ty {
        Type::String => quoted(value),
        // It is escaped already.
        Type::Bytes => format!("\"{value}\""),
        _ => value.to_owned(),
    }
}

/// The name in JSON that a field has by itself.
fn json_name(name: &str) -> String {
    let mut json = String::new();
    let mut is_start = false;
    for char in name.chars() {
        match char {
            '_' => is_start = true,
            char if std::mem::take(&mut is_start) => json.push(char.to_ascii_uppercase()),
            char => json.push(char),
        }
    }
    json
}
