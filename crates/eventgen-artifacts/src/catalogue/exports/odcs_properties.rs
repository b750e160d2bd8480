//! Fields as properties of the Open Data Contract Standard.

use std::collections::{BTreeMap, BTreeSet};

use eventgen_schema::contract::{Description, Event};
use eventgen_schema::types::{Logical, Type, TypeGraph, TypeId};

use super::yaml::{Map, Node};

/// The fields of an event. A record is written where it is first used; elsewhere its name is enough, so that the contract stays
/// as large as the schema.
pub(super) fn properties(types: &TypeGraph, event: &Event, description: &Description) -> Vec<Map> {
    let keys = event.key.iter().map(|path| path.fields.as_slice()).collect();
    let tags = description.governed().filter_map(|at| Some(((at.type_name, at.field?), at.tags)));
    let mut writer = Writer { types, keys, tags: tags.collect(), seen: BTreeSet::new(), path: Vec::new() };
    writer.fields(event.type_id)
}

struct Writer<'a> {
    types: &'a TypeGraph,
    /// The paths of the fields of the key.
    keys: Vec<&'a [String]>,
    /// The tags of fields, by the full name of their type and their own.
    tags: BTreeMap<(&'a str, &'a str), &'a [String]>,
    seen: BTreeSet<TypeId>,
    /// The fields around the one that is written.
    path: Vec<&'a str>,
}

impl Writer<'_> {
    fn fields(&mut self, record: TypeId) -> Vec<Map> {
        let types = self.types;
        let Type::Record(record_type) = types.get(record) else { return Vec::new() };
        if !self.seen.insert(record) {
            return Vec::new();
        }
        let type_name = record_type.name.to_string();
        let mut fields = Vec::new();
        for field in &record_type.fields {
            self.path.push(&field.name);
            let (of, is_nullable) = without_null(types, field.type_id);
            let mut map: Map = vec![("name", field.name.as_str().into())];
            let key = self.keys.iter().position(|key| key.iter().eq(&self.path));
            map.extend(self.type_of(of));
            map.push(("required", Node::Flag(!is_nullable)));
            if let Some(position) = key {
                map.push(("primaryKey", Node::Flag(true)));
                map.push(("primaryKeyPosition", Node::Number(position as u64 + 1)));
            }
            if let Some(doc) = &field.doc {
                map.push(("description", doc.as_str().into()));
            }
            if let Some(tags) = self.tags.get(&(&*type_name, &*field.name)).filter(|tags| !tags.is_empty()) {
                map.push(("tags", tags.iter().map(String::as_str).collect()));
            }
            fields.push(map);
            self.path.pop();
        }
        fields
    }

    /// What a property says of a type.
    fn type_of(&mut self, id: TypeId) -> Map {
        let types = self.types;
        let mut map: Map = Vec::new();
        if let Some(logical) = logical_type(types, id) {
            map.push(("logicalType", logical.into()));
        }
        map.push(("physicalType", physical_type(types, id).into()));
        match types.get(id) {
            Type::Array(items) => {
                let (items, _) = without_null(types, *items);
                map.push(("items", self.type_of(items).into()));
            }
            Type::Record(_) => {
                let fields = self.fields(id);
                if !fields.is_empty() {
                    map.push(("properties", fields.into_iter().collect()));
                }
            }
            Type::Enum(definition) => {
                let symbols: Node = definition.symbols.iter().map(String::as_str).collect();
                let rule: Map = vec![
                    ("metric", "invalidValues".into()),
                    ("arguments", Node::Map(vec![("validValues", symbols)])),
                    ("mustBe", Node::Number(0)),
                ];
                map.push(("quality", [rule].into_iter().collect()));
            }
            _ => {}
        }
        map
    }
}

/// The type besides null, and whether there is null.
fn without_null(types: &TypeGraph, id: TypeId) -> (TypeId, bool) {
    let Type::Union(branches) = types.get(id) else { return (id, false) };
    let is_null = |id: &&TypeId| matches!(types.get(**id), Type::Null);
    let mut others = branches.iter().filter(|id| !is_null(id));
    let has_null = branches.iter().any(|id| is_null(&id));
    match (others.next(), others.next()) {
        (Some(only), None) => (*only, has_null),
        _ => (id, has_null),
    }
}

/// The logical type of the standard; `None` for a choice of several types.
fn logical_type(types: &TypeGraph, id: TypeId) -> Option<&'static str> {
    Some(match types.get(id) {
        Type::Boolean => "boolean",
        Type::Int | Type::Long => "integer",
        Type::Float | Type::Double => "number",
        Type::Bytes | Type::String | Type::Enum(_) | Type::Fixed(_) => "string",
        Type::Array(_) => "array",
        Type::Map(_) | Type::Record(_) => "object",
        Type::Logical { logical, base } => match logical {
            Logical::Decimal { .. } | Logical::BigDecimal => "number",
            Logical::Date => "date",
            Logical::TimeMillis | Logical::TimeMicros => "time",
            Logical::TimestampMillis
            | Logical::TimestampMicros
            | Logical::TimestampNanos
            | Logical::LocalTimestampMillis
            | Logical::LocalTimestampMicros
            | Logical::LocalTimestampNanos => "timestamp",
            _ => return logical_type(types, *base),
        },
        _ => return None,
    })
}

/// The type as Avro names it.
fn physical_type(types: &TypeGraph, id: TypeId) -> String {
    let named = |id: &TypeId| physical_type(types, *id);
    match types.get(id) {
        Type::Null => "null".to_owned(),
        Type::Boolean => "boolean".to_owned(),
        Type::Int => "int".to_owned(),
        Type::Long => "long".to_owned(),
        Type::Float => "float".to_owned(),
        Type::Double => "double".to_owned(),
        Type::Bytes => "bytes".to_owned(),
        Type::String => "string".to_owned(),
        Type::Array(items) => format!("array of {}", named(items)),
        Type::Map(values) => format!("map of {}", named(values)),
        Type::Union(branches) => branches.iter().map(named).collect::<Vec<_>>().join(" or "),
        Type::Logical { logical, base } => format!("{}, {logical}", named(base)),
        other => other.name().map(ToString::to_string).unwrap_or_default(),
    }
}
