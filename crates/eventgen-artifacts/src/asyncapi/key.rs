//! Schemas of keys. The binding takes JSON schemas only, so that a typed key is described by its fields and its subject.

use eventgen_schema::contract::{Event, FieldPath};
use eventgen_schema::types::{Logical, Type, TypeGraph, TypeId};
use serde_json::{Map, Value, json};

/// The schema of the key of an event that has one.
pub(super) fn schema(types: &TypeGraph, event: &Event) -> Value {
    let paths: Vec<String> = event.key.iter().map(|path| format!("`{}`", path.fields.join("."))).collect();
    let fields = format!("The {} {}", if paths.len() == 1 { "field" } else { "fields" }, paths.join(", "));
    let Some(key) = &event.typed_key else { return json!({ "type": "string", "description": fields }) };
    let mut schema = match (&key.name, &event.key[..]) {
        (None, [only]) => value(types, only.type_id),
        _ => record(types, &event.key),
    };
    schema["description"] = format!("{fields}, by the schema of subject `{}`", key.subject).into();
    schema["x-schema-type"] = key.schema_type.into();
    schema["x-schema"] = key.text.as_str().into();
    schema
}

fn record(types: &TypeGraph, paths: &[FieldPath]) -> Value {
    let field = |path: &FieldPath| (path.fields.join("_"), value(types, path.type_id));
    let properties: Map<String, Value> = paths.iter().map(field).collect();
    json!({ "type": "object", "properties": properties })
}

fn value(types: &TypeGraph, id: TypeId) -> Value {
    match types.get(id) {
        Type::String => json!({ "type": "string" }),
        Type::Boolean => json!({ "type": "boolean" }),
        Type::Int | Type::Long => json!({ "type": "integer" }),
        Type::Enum(ty) => json!({ "type": "string", "enum": ty.symbols }),
        Type::Logical { logical: Logical::Uuid, .. } => json!({ "type": "string", "format": "uuid" }),
        Type::Logical { logical, .. } => json!({ "type": "integer", "title": logical.name() }),
        // Messages have types of their own, such as unsigned numbers.
        _ => json!({}),
    }
}
