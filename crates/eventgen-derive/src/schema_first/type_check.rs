//! Whether a Rust type is one for a schema's type, and which one would be.

use eventgen_schema::avro::{shape, union_shape};
use eventgen_schema::types::{Logical, Type, TypeGraph, TypeId};
use proc_macro2::Span;

use crate::rust_type::{RustType, Scalar};

/// A type that does not fit: where, and why or what the schema has.
pub(crate) type Misfit = (Span, String);

/// A type of somebody's own: its path, its place, and the shape that it must have.
pub(crate) type OwnType = (String, Span, u64);

/// Compares types; the types of somebody's own are collected, for they are not seen here.
pub(crate) fn fits(
    ty: &RustType,
    id: TypeId,
    types: &TypeGraph,
    own: &mut Vec<OwnType>,
) -> Result<(), Misfit> {
    let has = |span: Span| {
        (span, format!("the schema has {}: write {}", avro_name(id, types), rust_name(id, types)))
    };
    match (ty, types.get(id)) {
        (RustType::Foreign { path, span, .. }, _) => {
            own.push((path.clone(), *span, shape(types, id)));
            Ok(())
        }
        (RustType::Scalar(scalar, span), found) => {
            if scalar_fits(scalar, found, types) {
                Ok(())
            } else {
                Err(has(*span))
            }
        }
        (RustType::Fixed { size, .. }, Type::Fixed(fixed)) if fixed.size == *size => Ok(()),
        (RustType::List(inner, _), Type::Array(items)) => fits(inner, *items, types, own),
        (RustType::Map { values, .. }, Type::Map(of)) => fits(values, *of, types, own),
        (RustType::Option(inner, span), Type::Union(branches)) => {
            let is_null = |id: &TypeId| *types.get(*id) == Type::Null;
            let others: Vec<TypeId> = branches.iter().copied().filter(|id| !is_null(id)).collect();
            match (others.len() < branches.len(), &others[..], &**inner) {
                (true, [other], inner) => fits(inner, *other, types, own),
                (true, [_, _, ..], RustType::Foreign { path, span, .. }) if is_null(&branches[0]) => {
                    own.push((path.clone(), *span, union_shape(types, &others)));
                    Ok(())
                }
                (true, [_, _, ..], RustType::Foreign { span, .. }) => Err((
                    *span,
                    "null is not the first branch of this union in the schema: put it first, or let a build script \
                     generate the type"
                        .to_owned(),
                )),
                _ => Err(has(*span)),
            }
        }
        (other, _) => Err(has(other.span())),
    }
}

fn scalar_fits(scalar: &Scalar, found: &Type, types: &TypeGraph) -> bool {
    let logical = match found {
        Type::Logical { logical, .. } => Some(*logical),
        _ => None,
    };
    match (scalar, found, logical) {
        (Scalar::Boolean, Type::Boolean, _)
        | (Scalar::Float, Type::Float, _)
        | (Scalar::Double, Type::Double, _)
        | (Scalar::Bytes, Type::Bytes, _)
        | (Scalar::String | Scalar::Text(_), Type::String, _)
        | (Scalar::Uuid, _, Some(Logical::Uuid))
        | (Scalar::BigDecimal, _, Some(Logical::BigDecimal | Logical::Decimal { .. }))
        | (Scalar::Date(_), _, Some(Logical::Date))
        | (Scalar::Time(_), _, Some(Logical::TimeMillis | Logical::TimeMicros)) => true,
        (Scalar::Timestamp(_), _, Some(logical)) => {
            matches!(logical, Logical::TimestampMillis | Logical::TimestampMicros | Logical::TimestampNanos)
        }
        (Scalar::LocalTimestamp(_), _, Some(logical)) => matches!(
            logical,
            Logical::LocalTimestampMillis | Logical::LocalTimestampMicros | Logical::LocalTimestampNanos
        ),
        (Scalar::Decimal, _, Some(Logical::Decimal { precision, .. })) => precision <= 28,
        (Scalar::Integer(name), Type::Int, _) => matches!(name.as_str(), "i8" | "i16" | "i32" | "u8" | "u16"),
        (Scalar::Integer(name), Type::Long, _) => {
            matches!(name.as_str(), "i64" | "isize" | "u32" | "u64" | "usize")
        }
        (Scalar::Integer(name), Type::Logical { base, .. }, _) => match types.get(*base) {
            Type::Int => name == "i32",
            Type::Long => name == "i64",
            _ => false,
        },
        _ => false,
    }
}

/// A type as the schema calls it.
fn avro_name(id: TypeId, types: &TypeGraph) -> String {
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
            format!("a `decimal` of {precision} digits, {scale} of them behind the point,")
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

/// The Rust type to write for a schema's.
pub(crate) fn rust_name(id: TypeId, types: &TypeGraph) -> String {
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
        Type::Logical { logical, .. } => rust_date(*logical).to_owned(),
        named => named.name().map(|name| name.name.clone()).unwrap_or_default(),
    }
}

fn rust_date(logical: Logical) -> &'static str {
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
