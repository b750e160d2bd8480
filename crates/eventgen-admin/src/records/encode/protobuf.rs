//! Protobuf: JSON as `Value` shows it becomes a message.

use std::collections::HashMap;

use chrono::{DateTime, SecondsFormat};
use eventgen_registry::{SchemaType, wire};
use eventgen_schema::contract::{FieldPath, RegisteredSchema};
use eventgen_schema::protobuf::EventMessage;
use eventgen_schema::{Contract, Event, did_you_mean};
use prost_reflect::prost::Message as _;
use prost_reflect::{
    DynamicMessage, EnumDescriptor, FieldDescriptor, Kind, MapKey, MessageDescriptor, ReflectMessage as _,
    Value,
};
use serde_json::Value as Json;

use super::float::{double, float};
use super::json::{expected, from_hexadecimal};
use super::language::{Encoder, Language};
use super::problem::Problem;
use crate::values::{Definition, compiled};

/// `google.protobuf.Timestamp`, whose fields are seconds and nanoseconds.
const TIMESTAMP: &str = "google.protobuf.Timestamp";
/// The deepest nesting of a value.
const DEEPEST: usize = 64;

pub(super) const LANGUAGE: Language = Language {
    schema_type: SchemaType::PROTOBUF,
    encoder: |contract, event| Ok(Box::new(ProtobufEncoder::new(contract, event)?)),
    value: |definition, value| match definition {
        Definition::Protobuf(descriptor, indexes) => Some(payload(descriptor, indexes, value)),
        Definition::Avro(_) => None,
    },
};

struct ProtobufEncoder {
    message: MessageDescriptor,
    indexes: Vec<u32>,
    /// The message that a typed key is, the first one of its file.
    key: Option<MessageDescriptor>,
}

impl ProtobufEncoder {
    fn new(contract: &Contract, event: &Event) -> Result<Self, String> {
        let EventMessage { message_indexes, .. } =
            event.protobuf_message().ok_or("it is in an unknown language")?;
        let message = message_of(contract, &event.registered(), &event.name)?;
        let key = event.typed_key.as_ref().and_then(|key| Some((key, key.name.as_deref()?)));
        let key = key.map(|(key, name)| message_of(contract, &key.registered(), name)).transpose()?;
        Ok(Self { message, indexes: message_indexes.clone(), key })
    }

    /// The field at a path, and its value; `None` if a message on the way is absent. The value is `None` if it is the default.
    fn find<'a>(
        &self,
        value: &'a Json,
        path: &FieldPath,
    ) -> Result<Option<(FieldDescriptor, Option<&'a Json>)>, Problem> {
        let (mut found, mut descriptor) = (Some(value), self.message.clone());
        let mut field = None;
        for (position, name) in path.fields.iter().enumerate() {
            let next =
                descriptor.get_field_by_name(name).ok_or_else(|| Problem::new(format!("no field {name}")))?;
            found = found.and_then(|value| member(value, &next)).filter(|value| !value.is_null());
            let is_last = position + 1 == path.fields.len();
            if !is_last {
                if found.is_none() {
                    return Ok(None);
                }
                if let Kind::Message(inner) = next.kind() {
                    descriptor = inner;
                }
            }
            field = Some(next);
        }
        Ok(field
            .map(|field| (field, found))
            .filter(|(field, found)| found.is_some() || !field.supports_presence()))
    }
}

/// A message of a registered schema.
fn message_of(
    contract: &Contract,
    schema: &RegisteredSchema<'_>,
    name: &str,
) -> Result<MessageDescriptor, String> {
    let referenced = contract.references(schema).into_iter();
    let files = referenced.map(|schema| (schema.name.clone(), schema.text.clone())).collect();
    let pool = compiled(schema.text, files)?;
    pool.get_message_by_name(name).ok_or_else(|| format!("message `{name}` is not in its file"))
}

impl Encoder for ProtobufEncoder {
    fn encode(&self, value: &Json, payload: &mut Vec<u8>) -> Result<(), Problem> {
        let encoded = message(&self.message, value, 0)?;
        wire::message_indexes(&self.indexes, payload);
        payload.extend(encoded.encode_to_vec());
        Ok(())
    }

    fn check_names(&self, value: &Json) -> Result<(), Problem> {
        check_names(&self.message, value)
    }

    fn text(&self, value: &Json, path: &FieldPath) -> Result<Option<String>, Problem> {
        let Some((field, found)) = self.find(value, path)? else { return Ok(None) };
        let text = match found {
            None => text(&field.kind(), &field.default_value()),
            Some(value) => single(&field.kind(), value, 0).and_then(|value| text(&field.kind(), &value)),
        };
        text.map(Some).map_err(|problem| path.fields.iter().rev().fold(problem, |p, field| p.inside(field)))
    }

    fn key(&self, value: &Json, paths: &[FieldPath]) -> Result<Result<Vec<u8>, usize>, Problem> {
        let descriptor = self.key.clone().ok_or_else(|| Problem::new("the key has no message"))?;
        let mut key = DynamicMessage::new(descriptor.clone());
        for (index, path) in paths.iter().enumerate() {
            let Some((_, found)) = self.find(value, path)? else { return Ok(Err(index)) };
            let name = path.fields.join("_");
            let field = descriptor
                .get_field_by_name(&name)
                .ok_or_else(|| Problem::new(format!("no field {name}")))?;
            if let Some(value) = found {
                let set = single(&field.kind(), value, 0).and_then(|value| {
                    key.try_set_field(&field, value).map_err(|error| Problem::new(error.to_string()))
                });
                set.map_err(|problem| path.fields.iter().rev().fold(problem, |p, field| p.inside(field)))?;
            }
        }
        // It is the first message of its file.
        Ok(Ok(framed(&key, &[0])))
    }
}

/// A value of a message at these indexes of its file.
fn payload(descriptor: &MessageDescriptor, indexes: &[u32], value: &Json) -> Result<Vec<u8>, Problem> {
    Ok(framed(&message(descriptor, value, 0)?, indexes))
}

fn framed(message: &DynamicMessage, indexes: &[u32]) -> Vec<u8> {
    let mut payload = Vec::new();
    wire::message_indexes(indexes, &mut payload);
    payload.extend(message.encode_to_vec());
    payload
}

/// The text of a value in keys and headers.
fn text(kind: &Kind, value: &Value) -> Result<String, Problem> {
    Ok(match value {
        Value::Bool(value) => value.to_string(),
        Value::I32(value) => value.to_string(),
        Value::I64(value) => value.to_string(),
        Value::U32(value) => value.to_string(),
        Value::U64(value) => value.to_string(),
        Value::String(text) => text.clone(),
        Value::EnumNumber(number) => match kind {
            Kind::Enum(symbols) => {
                symbols.get_value(*number).map_or_else(|| number.to_string(), |value| value.name().to_owned())
            }
            _ => number.to_string(),
        },
        Value::Message(message) if message.descriptor().full_name() == TIMESTAMP => {
            let number = |name| message.get_field_by_name(name).map(std::borrow::Cow::into_owned);
            let seconds = number("seconds").and_then(|value| value.as_i64()).unwrap_or_default();
            let nanos = number("nanos").and_then(|value| value.as_i32()).unwrap_or_default();
            let time = u32::try_from(nanos).ok().and_then(|nanos| DateTime::from_timestamp(seconds, nanos));
            time.map_or_else(
                || format!("{seconds}.{nanos:09}"),
                |time| time.to_rfc3339_opts(SecondsFormat::AutoSi, true),
            )
        }
        _ => return Err(Problem::new("it has no text form")),
    })
}

/// The member of an object that is a field, by its name or its JSON name.
fn member<'a>(value: &'a Json, field: &FieldDescriptor) -> Option<&'a Json> {
    value.get(field.name()).or_else(|| value.get(field.json_name()))
}

fn message(descriptor: &MessageDescriptor, value: &Json, depth: usize) -> Result<DynamicMessage, Problem> {
    if depth > DEEPEST {
        return Err(Problem::new(format!("it is nested more than {DEEPEST} levels deep")));
    }
    if let (TIMESTAMP, Json::String(text)) = (descriptor.full_name(), value) {
        return timestamp(descriptor, text)
            .ok_or_else(|| expected("a time such as \"2026-01-31T09:30:00Z\"", value));
    }
    let members = value.as_object().ok_or_else(|| expected("an object", value))?;
    let mut message = DynamicMessage::new(descriptor.clone());
    for (name, value) in members {
        let field = descriptor.get_field_by_name(name).or_else(|| descriptor.get_field_by_json_name(name));
        let field = field.ok_or_else(|| unknown(descriptor, name))?;
        if name != field.name() && members.contains_key(field.name()) {
            let reason = format!("`{}` is the same field, and is there, too", field.name());
            return Err(Problem::new(reason).inside(name));
        }
        if value.is_null() {
            continue;
        }
        if let Some(oneof) = field.containing_oneof()
            && let Some(other) = oneof.fields().find(|other| message.has_field(other))
        {
            let reason = format!("`{}` of the same oneof is set, too", other.name());
            return Err(Problem::new(reason).inside(name));
        }
        let value = of_field(&field, value, depth).map_err(|problem| problem.inside(name))?;
        message.try_set_field(&field, value).map_err(|error| Problem::new(error.to_string()).inside(name))?;
    }
    let is_missing = |field: &FieldDescriptor| field.is_required() && !message.has_field(field);
    match descriptor.fields().find(is_missing) {
        Some(field) => Err(Problem::new("it is required, and missing").inside(field.name())),
        None => Ok(message),
    }
}

/// Members of objects that are no fields.
fn check_names(descriptor: &MessageDescriptor, value: &Json) -> Result<(), Problem> {
    let Json::Object(members) = value else { return Ok(()) };
    members.iter().try_for_each(|(name, value)| {
        let field = descriptor.get_field_by_name(name).or_else(|| descriptor.get_field_by_json_name(name));
        match field.ok_or_else(|| unknown(descriptor, name))?.kind() {
            Kind::Message(inner) if !inner.is_map_entry() => {
                check_names(&inner, value).map_err(|problem| problem.inside(name))
            }
            _ => Ok(()),
        }
    })
}

fn unknown(descriptor: &MessageDescriptor, name: &str) -> Problem {
    let names: Vec<String> = descriptor.fields().map(|field| field.name().to_owned()).collect();
    let near = did_you_mean(name, names.iter().map(String::as_str));
    let near = near.map(|near| format!(": did you mean `{near}`?")).unwrap_or_default();
    Problem::new(format!("`{}` has no field `{name}`{near}", descriptor.full_name()))
}

fn of_field(field: &FieldDescriptor, value: &Json, depth: usize) -> Result<Value, Problem> {
    if field.is_map() {
        let Kind::Message(entry) = field.kind() else { return Err(expected("a map", value)) };
        let (key_kind, value_kind) =
            (entry.map_entry_key_field().kind(), entry.map_entry_value_field().kind());
        let entries = value.as_object().ok_or_else(|| expected("an object", value))?;
        let entries = entries.iter().map(|(name, value)| {
            let key = map_key(&key_kind, name)
                .ok_or_else(|| Problem::new(format!("`{name}` is not a valid key of the map")))?;
            Ok((key, single(&value_kind, value, depth + 1).map_err(|problem| problem.inside(name))?))
        });
        return Ok(Value::Map(entries.collect::<Result<HashMap<_, _>, Problem>>()?));
    }
    if field.is_list() {
        let items = value.as_array().ok_or_else(|| expected("a list", value))?.iter().enumerate();
        let kind = field.kind();
        let items =
            items.map(|(index, item)| single(&kind, item, depth + 1).map_err(|problem| problem.at(index)));
        return Ok(Value::List(items.collect::<Result<_, _>>()?));
    }
    single(&field.kind(), value, depth + 1)
}

fn map_key(kind: &Kind, name: &str) -> Option<MapKey> {
    Some(match kind {
        Kind::String => MapKey::String(name.to_owned()),
        Kind::Bool => MapKey::Bool(name.parse().ok()?),
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => MapKey::I32(name.parse().ok()?),
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => MapKey::I64(name.parse().ok()?),
        Kind::Uint32 | Kind::Fixed32 => MapKey::U32(name.parse().ok()?),
        Kind::Uint64 | Kind::Fixed64 => MapKey::U64(name.parse().ok()?),
        _ => return None,
    })
}

fn single(kind: &Kind, value: &Json, depth: usize) -> Result<Value, Problem> {
    let whole = |bits: u32, sign: &str| expected(&format!("a whole number of {bits} bits{sign}"), value);
    Ok(match kind {
        Kind::Bool => Value::Bool(value.as_bool().ok_or_else(|| expected("true or false", value))?),
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => {
            let number = signed(value).and_then(|number| i32::try_from(number).ok());
            Value::I32(number.ok_or_else(|| whole(32, ""))?)
        }
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => {
            Value::I64(signed(value).ok_or_else(|| whole(64, ""))?)
        }
        Kind::Uint32 | Kind::Fixed32 => {
            let number = unsigned(value).and_then(|number| u32::try_from(number).ok());
            Value::U32(number.ok_or_else(|| whole(32, " that is not negative"))?)
        }
        Kind::Uint64 | Kind::Fixed64 => {
            Value::U64(unsigned(value).ok_or_else(|| whole(64, " that is not negative"))?)
        }
        Kind::Float => Value::F32(float(value)?),
        Kind::Double => Value::F64(double(value)?),
        Kind::String => Value::String(value.as_str().ok_or_else(|| expected("a string", value))?.to_owned()),
        Kind::Bytes => {
            let bytes = value.as_str().and_then(from_hexadecimal);
            Value::Bytes(bytes.ok_or_else(|| expected("bytes, such as \"0x00ff\",", value))?.into())
        }
        Kind::Enum(symbols) => Value::EnumNumber(symbol(symbols, value)?),
        Kind::Message(descriptor) => Value::Message(message(descriptor, value, depth)?),
    })
}

/// A whole number; 64 bits may be written as a string, as the JSON form of Protobuf does.
fn signed(value: &Json) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

fn unsigned(value: &Json) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

fn symbol(symbols: &EnumDescriptor, value: &Json) -> Result<i32, Problem> {
    match value {
        Json::String(name) => match symbols.get_value_by_name(name) {
            Some(symbol) => Ok(symbol.number()),
            None => {
                let names: Vec<String> = symbols.values().map(|value| value.name().to_owned()).collect();
                let near = did_you_mean(name, names.iter().map(String::as_str));
                let rest = near.map_or_else(
                    || format!("it has {}", names.join(", ")),
                    |n| format!("did you mean `{n}`?"),
                );
                Err(Problem::new(format!("`{}` has no value `{name}`: {rest}", symbols.full_name())))
            }
        },
        value => {
            let number = value.as_i64().and_then(|number| i32::try_from(number).ok());
            number.ok_or_else(|| expected("a value of an enum, which is a string,", value))
        }
    }
}

fn timestamp(descriptor: &MessageDescriptor, text: &str) -> Option<DynamicMessage> {
    let time = DateTime::parse_from_rfc3339(text).ok()?;
    let mut message = DynamicMessage::new(descriptor.clone());
    message.try_set_field_by_name("seconds", Value::I64(time.timestamp())).ok()?;
    let nanos = i32::try_from(time.timestamp_subsec_nanos()).ok()?;
    message.try_set_field_by_name("nanos", Value::I32(nanos)).ok()?;
    Some(message)
}
