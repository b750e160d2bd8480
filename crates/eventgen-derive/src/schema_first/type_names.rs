//! What types of a schema are called, in the schema and in Rust.

use eventgen_schema::types::{Logical, Type, TypeGraph, TypeId};

/// A type as a message names it.
pub(super) fn avro_name(id: TypeId, types: &TypeGraph) -> String {
    let ty = types.get(id);
    if let Some(name) = ty.name() {
        return match ty {
            Type::Fixed(fixed) => format!("`{name}`, a fixed of {} bytes", fixed.size),
            Type::Enum(_) => format!("the enum `{name}`"),
            _ => format!("the record `{name}`"),
        };
    }
    match ty {
        Type::Array(_) => "an array".to_owned(),
        Type::Map(_) => "a map".to_owned(),
        Type::Union(branches) => {
            let names: Vec<String> = branches.iter().map(|branch| plain_name(*branch, types)).collect();
            format!("a union of {}", names.join(", "))
        }
        Type::Logical { logical: Logical::Decimal { precision, scale }, .. } => {
            format!("a `decimal` with precision {precision} and scale {scale}")
        }
        _ => format!("`{}`", plain_name(id, types)),
    }
}

fn plain_name(id: TypeId, types: &TypeGraph) -> String {
    match types.get(id) {
        Type::Null => "null".to_owned(),
        Type::Boolean => "boolean".to_owned(),
        Type::Int => "int".to_owned(),
        Type::Long => "long".to_owned(),
        Type::Float => "float".to_owned(),
        Type::Double => "double".to_owned(),
        Type::Bytes => "bytes".to_owned(),
        Type::String => "string".to_owned(),
        Type::Array(_) => "array".to_owned(),
        Type::Map(_) => "map".to_owned(),
        Type::Union(_) => "union".to_owned(),
        Type::Logical { logical, .. } => logical.name().to_owned(),
        named => named.name().map(ToString::to_string).unwrap_or_default(),
    }
}

/// The Rust type to write for a type.
pub(super) fn rust_name(id: TypeId, types: &TypeGraph) -> String {
    match types.get(id) {
        Type::Null => "()".to_owned(),
        Type::Boolean => "bool".to_owned(),
        Type::Int => "i32".to_owned(),
        Type::Long => "i64".to_owned(),
        Type::Float => "f32".to_owned(),
        Type::Double => "f64".to_owned(),
        Type::Bytes => "Vec<u8>".to_owned(),
        Type::String => "String".to_owned(),
        Type::Array(items) => format!("Vec<{}>", rust_name(*items, types)),
        Type::Map(values) => format!("BTreeMap<String, {}>", rust_name(*values, types)),
        Type::Fixed(fixed) => format!("[u8; {}]", fixed.size),
        Type::Union(branches) => {
            let is_null = |id: &&TypeId| *types.get(**id) == Type::Null;
            let others: Vec<&TypeId> = branches.iter().filter(|id| !is_null(id)).collect();
            let inner = match others[..] {
                [other] => rust_name(*other, types),
                _ => "an enum with #[derive(AvroType)]".to_owned(),
            };
            if others.len() < branches.len() { format!("Option<{inner}>") } else { inner }
        }
        Type::Logical { logical, .. } => logical_rust_name(*logical).to_owned(),
        named => named.name().map(|name| name.name.clone()).unwrap_or_default(),
    }
}

fn logical_rust_name(logical: Logical) -> &'static str {
    match logical {
        Logical::Decimal { precision: 0..=28, .. } => "Decimal",
        Logical::Decimal { .. } | Logical::BigDecimal => "BigDecimal",
        Logical::Uuid => "Uuid",
        Logical::Date => "NaiveDate",
        Logical::TimeMillis | Logical::TimeMicros => "NaiveTime",
        Logical::TimestampMillis | Logical::TimestampMicros | Logical::TimestampNanos => "DateTime<Utc>",
        Logical::LocalTimestampMillis | Logical::LocalTimestampMicros | Logical::LocalTimestampNanos => {
            "NaiveDateTime"
        }
        Logical::Duration => "eventgen::avro::Duration",
    }
}
