//! Checks whether a Rust type can hold the values of a type of the schema.

use eventgen_schema::avro::{layout_hash, union_layout_hash};
use eventgen_schema::types::{Logical, Type, TypeGraph, TypeId};
use proc_macro2::Span;

use super::type_names::{avro_name, rust_name};
use crate::input::rust_type::{ForeignType, RustType};
use crate::input::scalar::Scalar;

/// A type that cannot: its span, and a message.
pub(super) type Mismatch = (Span, String);

/// A foreign type, and the fingerprint of the layout that it must have.
pub(super) struct ForeignLayout {
    pub(super) ty: ForeignType,
    pub(super) layout: u64,
}

/// Checks a type. Foreign types are collected in `layouts`: the compiler compares their layouts.
pub(super) fn check(
    ty: &RustType,
    id: TypeId,
    types: &TypeGraph,
    layouts: &mut Vec<ForeignLayout>,
) -> Result<(), Mismatch> {
    let mismatch = |span: Span| {
        (span, format!("the schema has {}: write {}", avro_name(id, types), rust_name(id, types)))
    };
    match (ty, types.get(id)) {
        (RustType::Foreign { ty, .. }, _) => {
            layouts.push(ForeignLayout { ty: ty.clone(), layout: layout_hash(types, id) });
            Ok(())
        }
        (RustType::Scalar(scalar, span), found) => {
            if is_scalar(scalar, found, types) {
                Ok(())
            } else {
                Err(mismatch(*span))
            }
        }
        (RustType::Fixed { size, .. }, Type::Fixed(fixed)) if fixed.size == *size => Ok(()),
        (RustType::List(inner, _), Type::Array(items)) => check(inner, *items, types, layouts),
        (RustType::Map { values, .. }, Type::Map(id)) => check(values, *id, types, layouts),
        (RustType::Option(inner, span), Type::Union(branches)) => {
            let is_null = |id: &TypeId| *types.get(*id) == Type::Null;
            let others: Vec<TypeId> = branches.iter().copied().filter(|id| !is_null(id)).collect();
            match (others.len() < branches.len(), &others[..], &**inner) {
                (true, [other], inner) => check(inner, *other, types, layouts),
                (true, [_, _, ..], RustType::Foreign { ty, .. }) if is_null(&branches[0]) => {
                    layouts.push(ForeignLayout { ty: ty.clone(), layout: union_layout_hash(types, &others) });
                    Ok(())
                }
                (true, [_, _, ..], RustType::Foreign { ty, .. }) => Err((
                    ty.span,
                    "null is not the first branch of this union in the schema: put it first, or generate the type in a build \
                     script"
                        .to_owned(),
                )),
                _ => Err(mismatch(*span)),
            }
        }
        (other, _) => Err(mismatch(other.span())),
    }
}

fn is_scalar(scalar: &Scalar, found: &Type, types: &TypeGraph) -> bool {
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
