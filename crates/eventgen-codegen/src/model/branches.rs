//! Names of the branches of a union: in the schema, and as variants of the union's enum.

use std::collections::BTreeMap;

use eventgen_schema::types::{Fixed, Logical, Name, Record, Type, TypeGraph, TypeId};

use crate::model::case::type_name;
use crate::model::scope::variant_names;

/// The variants: named after their types, with as much of the namespace in front as tells them apart.
pub(crate) fn branch_variants(branches: &[(u32, TypeId)], types: &TypeGraph) -> Vec<String> {
    let spaces = |id: TypeId| -> Vec<&str> {
        let name = types.get(id).name().or_else(|| base_name(id, types));
        name.and_then(|name| name.namespace.as_deref())
            .map(|text| text.split('.').collect())
            .unwrap_or_default()
    };
    let mut names: Vec<String> =
        branches.iter().map(|&(_, id)| type_name(&short_branch_name(id, types))).collect();
    let deepest = branches.iter().map(|&(_, id)| spaces(id).len()).max().unwrap_or(0);
    for depth in 1..=deepest {
        let mut count: BTreeMap<String, usize> = BTreeMap::new();
        for name in &names {
            *count.entry(name.clone()).or_default() += 1;
        }
        for (name, &(_, id)) in names.iter_mut().zip(branches) {
            let spaces = spaces(id);
            if count[name] > 1 && depth <= spaces.len() {
                *name = type_name(spaces[spaces.len() - depth]) + name;
            }
        }
    }
    variant_names(names.iter().map(String::as_str))
}

/// The name of a branch with its namespace, as in Avro's JSON encoding.
pub(crate) fn branch_name(id: TypeId, types: &TypeGraph) -> String {
    let name = types.get(id).name().or_else(|| base_name(id, types));
    match (name, types.get(id)) {
        (Some(name), _) => name.to_string(),
        (None, Type::Logical { base, .. }) => branch_name(*base, types),
        (None, _) => short_branch_name(id, types).to_lowercase(),
    }
}

/// The name of the fixed under a logical type.
fn base_name(id: TypeId, types: &TypeGraph) -> Option<&Name> {
    match types.get(id) {
        Type::Logical { base, .. } => types.get(*base).name(),
        _ => None,
    }
}

/// The name of a branch without its namespace.
fn short_branch_name(id: TypeId, types: &TypeGraph) -> String {
    match types.get(id) {
        Type::Null => "Null".to_owned(),
        Type::Boolean => "Boolean".to_owned(),
        Type::Int => "Int".to_owned(),
        Type::Long => "Long".to_owned(),
        Type::Float => "Float".to_owned(),
        Type::Double => "Double".to_owned(),
        Type::Bytes => "Bytes".to_owned(),
        Type::String => "String".to_owned(),
        Type::Array(_) => "Array".to_owned(),
        Type::Map(_) => "Map".to_owned(),
        Type::Union(_) => "Union".to_owned(),
        Type::Record(Record { name, .. }) | Type::Fixed(Fixed { name, .. }) => name.name.clone(),
        Type::Enum(definition) => definition.name.name.clone(),
        Type::Logical { logical, .. } => match base_name(id, types) {
            Some(name) => name.name.clone(),
            None => logical_name(*logical).to_owned(),
        },
    }
}

fn logical_name(logical: Logical) -> &'static str {
    match logical {
        Logical::Decimal { .. } => "Decimal",
        Logical::BigDecimal => "BigDecimal",
        Logical::Uuid => "Uuid",
        Logical::Date => "Date",
        Logical::TimeMillis => "TimeMillis",
        Logical::TimeMicros => "TimeMicros",
        Logical::TimestampMillis => "TimestampMillis",
        Logical::TimestampMicros => "TimestampMicros",
        Logical::TimestampNanos => "TimestampNanos",
        Logical::LocalTimestampMillis => "LocalTimestampMillis",
        Logical::LocalTimestampMicros => "LocalTimestampMicros",
        Logical::LocalTimestampNanos => "LocalTimestampNanos",
        Logical::Duration => "Duration",
    }
}
