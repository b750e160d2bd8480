//! The schemas of typed keys in Protobuf: a file with one message, which has the fields of the key.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use prost_reflect::{DescriptorPool, EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor};

use super::super::key::{KeyDefinition, KeyField, KeyProblem, KeyText};
use super::descriptor::content;
use super::event::Parsed;
use super::parse::{ParsedSchema, parse_schema};
use crate::contract::FieldPath;
use crate::guard::guarded;

/// The schema of a key.
pub(super) fn key_schema(key: &KeyDefinition<'_>) -> Result<KeyText, KeyProblem> {
    guarded(|| message(key)).map_err(|cause| format!("the Protobuf compiler of eventgen fails: {cause}"))?
}

fn message(key: &KeyDefinition<'_>) -> Result<KeyText, KeyProblem> {
    let parsed = key.schemas.data.as_ref().and_then(|data| data.downcast_ref::<Parsed>());
    let pool = parsed.and_then(|parsed| parsed.pool.as_ref());
    let event = pool.and_then(|pool| pool.get_message_by_name(key.full_name));
    let event = event.ok_or_else(|| "its file does not compile".to_owned())?;
    let (package, name) = match key.name.map(|name| (name, name.rsplit_once('.'))) {
        None => (event.package_name().to_owned(), format!("{}Key", event.name())),
        Some((name, None)) => (event.package_name().to_owned(), name.to_owned()),
        Some((_, Some((package, name)))) => (package.to_owned(), name.to_owned()),
    };
    let fields = key.paths.iter().zip(key.fields).map(|(path, field)| {
        let written = path.fields.join(".");
        let reached = reach(&event, path).ok_or_else(|| format!("`{written}` is not a field"))?;
        Ok((written, field.as_str(), reached))
    });
    let text = text(&package, &name, fields)?;
    // What registries would refuse, such as two fields that are one in JSON.
    parse_schema(&text, &BTreeMap::new()).map_err(|errors| {
        errors.iter().next().map_or_else(|| errors.to_string(), |error| error.message.clone())
    })?;
    let full_name = if package.is_empty() { name } else { format!("{package}.{name}") };
    match taken(event.parent_pool(), &full_name) {
        None => {}
        Some(other) => return Err(KeyProblem::NameTaken(other)),
    }
    Ok(KeyText { name: Some(full_name), text, references: Vec::new() })
}

/// What has the name of the message, or a part of it as its own. A program that has both files has one name space, and
/// the libraries of Protobuf refuse the second definition, though it is the same.
fn taken(pool: &DescriptorPool, full_name: &str) -> Option<String> {
    let around = |name: &&str| full_name.strip_prefix(*name).is_some_and(|rest| rest.starts_with('.'));
    let message = pool.all_messages().map(|message| ("message", message.full_name().to_owned()));
    let enums = pool.all_enums().map(|definition| ("enum", definition.full_name().to_owned()));
    let services = pool.services().map(|service| ("service", service.full_name().to_owned()));
    let mut types = message.chain(enums).chain(services);
    let ty = types.find(|(_, name)| name == full_name || around(&name.as_str()));
    let mut packages = pool.files().map(|file| file.package_name().to_owned());
    let is_package = |package: &String| package == full_name || package.starts_with(&format!("{full_name}."));
    ty.or_else(|| packages.find(is_package).map(|package| ("package", package)))
        .map(|(kind, name)| format!("the {kind} `{name}`"))
}

/// The file of a key with these fields. Each has its path in the event and its name in the key.
fn text<'a>(
    package: &str,
    name: &str,
    fields: impl Iterator<Item = Result<(String, &'a str, FieldDescriptor), String>>,
) -> Result<String, String> {
    let mut text = "syntax = \"proto3\";\n".to_owned();
    if !package.is_empty() {
        let _ = writeln!(text, "\npackage {package};");
    }
    let _ = writeln!(text, "\nmessage {name} {{");
    let mut enums: BTreeMap<String, EnumDescriptor> = BTreeMap::new();
    for (found, number) in fields.zip(1..) {
        let (written, field, reached) = found?;
        let _ = writeln!(text, "  {} {field} = {number};", kind(&written, &reached, &mut enums)?);
    }
    for definition in enums.values() {
        text.push_str(&enumeration(definition)?);
    }
    text.push_str("}\n");
    Ok(text)
}

/// The full name of the message that a key is, if the schema has the content of the one that is made of its fields.
pub(super) fn key_message(schema: &ParsedSchema) -> Result<String, String> {
    let mut messages = schema.file.messages();
    let message = messages.next().ok_or("it has no message")?;
    if messages.next().is_some() {
        return Err("it has several messages".to_owned());
    }
    let mut fields: Vec<FieldDescriptor> = message.fields().collect();
    fields.sort_by_key(FieldDescriptor::number);
    if fields.is_empty() {
        return Err("the message has no fields".to_owned());
    }
    if let Some((field, number)) = fields.iter().zip(1..).find(|(field, number)| field.number() != *number) {
        return Err(format!("field `{}` has the number {}, not {number}", field.name(), field.number()));
    }
    let named = fields.iter().map(|field| Ok((field.name().to_owned(), field.name(), field.clone())));
    let text = text(message.package_name(), message.name(), named)?;
    let made = parse_schema(&text, &BTreeMap::new()).map_err(|_| "its fields make no schema")?;
    if content(&made) == content(schema) {
        return Ok(message.full_name().to_owned());
    }
    Err("it has more than the fields of a key in proto3, such as labels, options or other types".to_owned())
}

/// The fields of the first message that keys can be made of.
pub(super) fn key_fields(schema: &ParsedSchema) -> Vec<KeyField> {
    let mut found = Vec::new();
    if let Some(message) = schema.file.messages().next() {
        collect(&message, &mut Vec::new(), &mut found);
    }
    found
}

fn collect(message: &MessageDescriptor, path: &mut Vec<String>, found: &mut Vec<KeyField>) {
    for field in message.fields().filter(|field| !field.is_list() && !field.is_map()) {
        if path.len() >= KeyField::DEEPEST || found.len() >= KeyField::MOST {
            return;
        }
        path.push(field.name().to_owned());
        match field.kind() {
            Kind::Message(inner) => collect(&inner, path, found),
            other => {
                let mut enums = BTreeMap::new();
                let text = kind(field.name(), &field, &mut enums);
                let definition = match other {
                    Kind::Enum(definition) => enumeration(&definition),
                    _ => Ok(String::new()),
                };
                if let (Ok(text), Ok(definition)) = (text, definition) {
                    found.push(KeyField::new(path.clone(), text + &definition));
                }
            }
        }
        path.pop();
    }
}

/// The field at the end of a path.
fn reach(event: &MessageDescriptor, path: &FieldPath) -> Option<FieldDescriptor> {
    let (last, before) = path.fields.split_last()?;
    let mut message = event.clone();
    for name in before {
        let Kind::Message(inner) = message.get_field_by_name(name)?.kind() else { return None };
        message = inner;
    }
    message.get_field_by_name(last)
}

/// The type of a field in the file of the key. Enums are copied into the message: the file refers to no other.
fn kind(
    path: &str,
    field: &FieldDescriptor,
    enums: &mut BTreeMap<String, EnumDescriptor>,
) -> Result<String, String> {
    let name = match field.kind() {
        Kind::Int32 => "int32",
        Kind::Int64 => "int64",
        Kind::Uint32 => "uint32",
        Kind::Uint64 => "uint64",
        Kind::Sint32 => "sint32",
        Kind::Sint64 => "sint64",
        Kind::Fixed32 => "fixed32",
        Kind::Fixed64 => "fixed64",
        Kind::Sfixed32 => "sfixed32",
        Kind::Sfixed64 => "sfixed64",
        Kind::Bool => "bool",
        Kind::String => "string",
        Kind::Enum(definition) => {
            let name = definition.name().to_owned();
            let known = enums.entry(name.clone()).or_insert_with(|| definition.clone());
            if known.full_name() != definition.full_name() {
                return Err(format!(
                    "`{}` and `{}` would have one name in it",
                    known.full_name(),
                    definition.full_name()
                ));
            }
            return Ok(name);
        }
        Kind::Double | Kind::Float | Kind::Bytes | Kind::Message(_) => {
            return Err(format!("`{path}` is neither a string, an integer, a bool nor an enum"));
        }
    };
    Ok(name.to_owned())
}

/// An enum, inside of the message.
fn enumeration(definition: &EnumDescriptor) -> Result<String, String> {
    let mut values: Vec<(i32, String)> =
        definition.values().map(|value| (value.number(), value.name().to_owned())).collect();
    // proto3 wants zero first. Beyond that the order of the file has no meaning, and another text would be another id.
    values.sort_by_key(|(number, name)| (*number != 0, *number, name.clone()));
    if values.first().is_none_or(|(number, _)| *number != 0) {
        return Err(format!("`{}` has no value 0, as proto3 wants it", definition.full_name()));
    }
    let mut text = format!("\n  enum {} {{\n", definition.name());
    let numbers: BTreeSet<i32> = values.iter().map(|(number, _)| *number).collect();
    if numbers.len() < values.len() {
        text.push_str("    option allow_alias = true;\n");
    }
    for (number, name) in values {
        let _ = writeln!(text, "    {name} = {number};");
    }
    text.push_str("  }\n");
    Ok(text)
}
