//! An example of a message: as JSON by the mapping of Protobuf, and in bytes.

use std::collections::{BTreeSet, HashMap};

use prost_reflect::prost::Message as _;
use prost_reflect::{Cardinality, DynamicMessage, FieldDescriptor, Kind, MapKey, MessageDescriptor, Value};
use serde_json::json;

use crate::contract::Example;
use crate::frontend::description::{Json, text_for};

/// The most values in an example.
const MAX_VALUES: usize = 500;
/// How deep messages, lists and maps are filled.
const FILLED: usize = 6;
/// How deep an example is at most.
const MAX_DEPTH: usize = 60;
/// 1 January 2026, in seconds since 1970.
const SECONDS: i64 = 1_767_225_600;

/// An example of a message; `None` if the smallest one is too large to be shown.
pub(super) fn of(message: &MessageDescriptor) -> Option<Example> {
    let attempt = |filled| Values { filled, left: MAX_VALUES }.message(message, "", 0);
    let (value, json) = attempt(FILLED).or_else(|| attempt(2)).or_else(|| attempt(1))?;
    Some(Example::new(json.pretty(), value.encode_to_vec()))
}

struct Values {
    filled: usize,
    left: usize,
}

impl Values {
    /// A message, for a field of this name.
    fn message(
        &mut self,
        message: &MessageDescriptor,
        field: &str,
        depth: usize,
    ) -> Option<(DynamicMessage, Json)> {
        self.left = self.left.checked_sub(1)?;
        if depth > MAX_DEPTH {
            return None;
        }
        if let Some(known) = well_known(message, field) {
            return Some(known);
        }
        let (mut value, mut members) = (DynamicMessage::new(message.clone()), Vec::new());
        let mut chosen = BTreeSet::new();
        for field in message.fields() {
            let is_required = field.cardinality() == Cardinality::Required;
            if depth >= self.filled && !is_required {
                continue;
            }
            // At most one member of a oneof is set: the first.
            let oneof = field.containing_oneof().map(|oneof| oneof.full_name().to_owned());
            if oneof.is_some_and(|oneof| !chosen.insert(oneof)) {
                continue;
            }
            let (field_value, json) = self.field(&field, depth)?;
            value.set_field(&field, field_value);
            members.push((field.json_name().to_owned(), json));
        }
        Some((value, Json::Object(members)))
    }

    fn field(&mut self, field: &FieldDescriptor, depth: usize) -> Option<(Value, Json)> {
        if let (true, Kind::Message(entry)) = (field.is_map(), field.kind()) {
            let (key, name) = map_key(&entry.map_entry_key_field().kind());
            let kind = entry.map_entry_value_field().kind();
            let (value, json) = self.value(&kind, field.name(), depth + 1)?;
            return Some((
                Value::Map(HashMap::from([(key, value)])),
                Json::Object(vec![(name.to_owned(), json)]),
            ));
        }
        let (value, json) = self.value(&field.kind(), field.name(), depth + 1)?;
        Some(if field.is_list() { (Value::List(vec![value]), Json::List(vec![json])) } else { (value, json) })
    }

    fn value(&mut self, kind: &Kind, field: &str, depth: usize) -> Option<(Value, Json)> {
        self.left = self.left.checked_sub(1)?;
        let (value, json) = match kind {
            Kind::Message(message) => {
                let (value, json) = self.message(message, field, depth)?;
                return Some((Value::Message(value), json));
            }
            Kind::Enum(definition) => {
                // Zero often means that there is no value.
                let first = definition.values().next();
                let symbol = definition.values().find(|value| value.number() != 0).or(first)?;
                (Value::EnumNumber(symbol.number()), json!(symbol.name()))
            }
            Kind::Double => (Value::F64(1.5), json!(1.5)),
            Kind::Float => (Value::F32(1.5), json!(1.5)),
            Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => (Value::I32(1), json!(1)),
            Kind::Uint32 | Kind::Fixed32 => (Value::U32(1), json!(1)),
            // JSON has no integers of 64 bits: the mapping writes them as strings.
            Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => (Value::I64(1), json!("1")),
            Kind::Uint64 | Kind::Fixed64 => (Value::U64(1), json!("1")),
            Kind::Bool => (Value::Bool(true), json!(true)),
            Kind::String => (Value::String(text_for(field)), json!(text_for(field))),
            Kind::Bytes => (Value::Bytes(vec![1].into()), json!("AQ==")),
        };
        Some((value, Json::Plain(json)))
    }
}

/// An entry's key, and its name in JSON.
fn map_key(kind: &Kind) -> (MapKey, &'static str) {
    match kind {
        Kind::Bool => (MapKey::Bool(true), "true"),
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => (MapKey::I32(1), "1"),
        Kind::Uint32 | Kind::Fixed32 => (MapKey::U32(1), "1"),
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => (MapKey::I64(1), "1"),
        Kind::Uint64 | Kind::Fixed64 => (MapKey::U64(1), "1"),
        _ => (MapKey::String("name".to_owned()), "name"),
    }
}

/// A message of Google's that has a form of its own in JSON.
fn well_known(message: &MessageDescriptor, field: &str) -> Option<(DynamicMessage, Json)> {
    let name = message.full_name().strip_prefix("google.protobuf.")?;
    let (fields, json) = match name {
        "Timestamp" => (vec![("seconds", Value::I64(SECONDS))], json!("2026-01-01T00:00:00Z")),
        "Duration" => (vec![("seconds", Value::I64(1)), ("nanos", Value::I32(500_000_000))], json!("1.500s")),
        "DoubleValue" => (vec![("value", Value::F64(1.5))], json!(1.5)),
        "FloatValue" => (vec![("value", Value::F32(1.5))], json!(1.5)),
        "Int64Value" => (vec![("value", Value::I64(1))], json!("1")),
        "UInt64Value" => (vec![("value", Value::U64(1))], json!("1")),
        "Int32Value" => (vec![("value", Value::I32(1))], json!(1)),
        "UInt32Value" => (vec![("value", Value::U32(1))], json!(1)),
        "BoolValue" => (vec![("value", Value::Bool(true))], json!(true)),
        "StringValue" => (vec![("value", Value::String(text_for(field)))], json!(text_for(field))),
        "BytesValue" => (vec![("value", Value::Bytes(vec![1].into()))], json!("AQ==")),
        "Value" => (vec![("string_value", Value::String(text_for(field)))], json!(text_for(field))),
        "Any" | "Empty" | "Struct" => (vec![], json!({})),
        "ListValue" => (vec![], json!([])),
        "FieldMask" => (vec![], json!("")),
        _ => return None,
    };
    let mut value = DynamicMessage::new(message.clone());
    for (name, field) in fields {
        value.set_field_by_name(name, field);
    }
    Some((value, Json::Plain(json)))
}
