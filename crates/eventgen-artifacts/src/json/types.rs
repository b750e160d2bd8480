//! Records, enums and fixed of a contract, with references to each other by name.

use std::collections::{BTreeMap, BTreeSet};

use eventgen_schema::Contract;
use eventgen_schema::types::{Logical, Type, TypeGraph, TypeId};
use serde::Serialize;
use serde_json::{Value, json};

/// A record, an enum or a fixed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NamedType<'a> {
    name: String,
    schema_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    doc: Option<&'a str>,
    #[serde(flatten)]
    content: Content<'a>,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
enum Content<'a> {
    Record {
        fields: Vec<FieldObject<'a>>,
    },
    Enum {
        symbols: &'a [String],
        #[serde(skip_serializing_if = "Option::is_none")]
        default: Option<&'a str>,
    },
    Fixed {
        size: u32,
    },
}

#[derive(Serialize)]
struct FieldObject<'a> {
    name: &'a str,
    #[serde(rename = "type")]
    of: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    doc: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<&'a Value>,
}

/// The named types that events are made of, by language and name.
pub(super) fn named(contract: &Contract) -> Vec<NamedType<'_>> {
    let mut found = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for event in &contract.events {
        let types = contract.types_of(event);
        let mut open = vec![event.type_id];
        while let Some(id) = open.pop() {
            if !seen.insert((event.schema_type, id)) {
                continue;
            }
            open.extend(parts(types.get(id)));
            if let Some(name) = types.get(id).name() {
                found.insert((event.schema_type, name.to_string()), (types, id));
            }
        }
    }
    let object = |((schema_type, name), (types, id)): ((_, String), (_, TypeId))| {
        Some(NamedType { name, schema_type, doc: doc(types, id), content: content(types, id)? })
    };
    found.into_iter().filter_map(object).collect()
}

/// The documentation of a named type.
pub(super) fn doc(types: &TypeGraph, id: TypeId) -> Option<&str> {
    match types.get(id) {
        Type::Record(record) => record.doc.as_deref(),
        Type::Enum(definition) => definition.doc.as_deref(),
        Type::Fixed(fixed) => fixed.doc.as_deref(),
        _ => None,
    }
}

fn content(types: &TypeGraph, id: TypeId) -> Option<Content<'_>> {
    Some(match types.get(id) {
        Type::Record(record) => Content::Record {
            fields: (record.fields.iter())
                .map(|field| FieldObject {
                    name: &field.name,
                    of: expression(types, field.type_id),
                    doc: field.doc.as_deref(),
                    default: field.default.as_ref(),
                })
                .collect(),
        },
        Type::Enum(definition) => {
            Content::Enum { symbols: &definition.symbols, default: definition.default.as_deref() }
        }
        Type::Fixed(fixed) => Content::Fixed { size: fixed.size },
        _ => return None,
    })
}

/// The types that a type has directly.
fn parts(ty: &Type) -> Vec<TypeId> {
    match ty {
        Type::Array(part) | Type::Map(part) | Type::Logical { base: part, .. } => vec![*part],
        Type::Union(branches) => branches.clone(),
        Type::Record(record) => record.fields.iter().map(|field| field.type_id).collect(),
        _ => Vec::new(),
    }
}

/// A type as Avro writes it in JSON, with named types by name. Schemas nest at most
/// [`MAX_LEVELS`](eventgen_schema::types::MAX_LEVELS) types.
fn expression(types: &TypeGraph, id: TypeId) -> Value {
    match types.get(id) {
        Type::Null => json!("null"),
        Type::Boolean => json!("boolean"),
        Type::Int => json!("int"),
        Type::Long => json!("long"),
        Type::Float => json!("float"),
        Type::Double => json!("double"),
        Type::Bytes => json!("bytes"),
        Type::String => json!("string"),
        Type::Array(items) => json!({ "type": "array", "items": expression(types, *items) }),
        Type::Map(values) => json!({ "type": "map", "values": expression(types, *values) }),
        Type::Union(branches) => branches.iter().map(|branch| expression(types, *branch)).collect(),
        Type::Logical { logical, base } => {
            let mut object = json!({ "type": expression(types, *base), "logicalType": logical.name() });
            if let Logical::Decimal { precision, scale } = logical {
                object["precision"] = json!(precision);
                object["scale"] = json!(scale);
            }
            object
        }
        named @ (Type::Record(_) | Type::Enum(_) | Type::Fixed(_)) => {
            named.name().map(ToString::to_string).unwrap_or_default().into()
        }
    }
}
