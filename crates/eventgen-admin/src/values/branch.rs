//! The names of the branches of Avro's unions in JSON (specification 1.12, "JSON Encoding"), and which values need them. A value is
//! shown without its branch, and is sent to the first branch that takes it.

use eventgen_avro::model::{Logical, Name, Record, Type, TypeGraph, TypeId};

use super::value::Value;

/// The full name of a named type.
pub(crate) fn full_name(types: &TypeGraph, id: TypeId) -> Option<&Name> {
    match types.get(id) {
        Type::Logical { base, .. } => full_name(types, *base),
        ty => ty.name(),
    }
}

/// The word for a type without a name.
pub(crate) fn type_word(types: &TypeGraph, id: TypeId) -> Option<&'static str> {
    Some(match types.get(id) {
        Type::Logical { base, .. } => return type_word(types, *base),
        Type::Boolean => "boolean",
        Type::Int => "int",
        Type::Long => "long",
        Type::Float => "float",
        Type::Double => "double",
        Type::Bytes => "bytes",
        Type::String => "string",
        Type::Array(_) => "array",
        Type::Map(_) => "map",
        _ => return None,
    })
}

/// Adds the name of its branch to a value that would be taken for one of an earlier branch, or for a name with a value.
pub(super) fn named(types: &TypeGraph, branches: &[TypeId], index: usize, value: Value) -> Value {
    let earlier = branches.iter().take(index);
    let is_taken = || earlier.into_iter().any(|branch| takes(types, *branch, &value));
    if matches!(value, Value::Null) || !(looks_named(types, branches, &value) || is_taken()) {
        return value;
    }
    let Some(branch) = branches.get(index) else { return value };
    let name = full_name(types, *branch).map(ToString::to_string);
    match name.or_else(|| type_word(types, *branch).map(str::to_owned)) {
        Some(name) => Value::Branch(name, Box::new(value)),
        None => value,
    }
}

/// Whether a value is an object whose only member has the name of a branch.
fn looks_named(types: &TypeGraph, branches: &[TypeId], value: &Value) -> bool {
    let Value::Map(members) = value else { return false };
    let [(member, _)] = &members[..] else { return false };
    branches.iter().any(|branch| match full_name(types, *branch).map(ToString::to_string) {
        Some(name) => name == *member || name.rsplit('.').next() == Some(member),
        None => type_word(types, *branch) == Some(member),
    })
}

/// Whether a branch may take a value that is not null and has no name of a branch. Types of members and items are not compared.
fn takes(types: &TypeGraph, branch: TypeId, value: &Value) -> bool {
    let ty = types.get(branch);
    match value {
        // A union has no branch that is a union.
        Value::Null | Value::Branch(..) => false,
        Value::Boolean(_) => matches!(ty, Type::Boolean),
        Value::Integer(number) => match ty {
            Type::Int => i32::try_from(*number).is_ok(),
            Type::Logical { logical, .. } => !matches!(logical, Logical::Uuid | Logical::Duration),
            ty => matches!(ty, Type::Long | Type::Float | Type::Double),
        },
        Value::Number(number) if !number.is_finite() => takes_text(ty, &number.to_string()),
        Value::Unsigned(_) | Value::Number(_) => match ty {
            Type::Logical { logical, .. } => matches!(logical, Logical::Decimal { .. } | Logical::BigDecimal),
            ty => matches!(ty, Type::Float | Type::Double),
        },
        Value::Text(text) => takes_text(ty, text),
        Value::Bytes(bytes) => takes_text(ty, &Value::hexadecimal(bytes)),
        Value::List(_) => matches!(ty, Type::Array(_)),
        Value::Map(members) => match ty {
            Type::Record(record) => has_members(record, members),
            ty => matches!(ty, Type::Map(_)),
        },
    }
}

fn takes_text(ty: &Type, text: &str) -> bool {
    match ty {
        Type::String => true,
        Type::Enum(symbols) => symbols.symbols.iter().any(|symbol| symbol == text),
        Type::Bytes | Type::Fixed(_) => text.starts_with("0x"),
        Type::Float | Type::Double => {
            matches!(text, "NaN" | "inf" | "Infinity" | "-inf" | "-Infinity")
        }
        Type::Logical { logical: Logical::Uuid, .. } => text.len() == 36 || text.starts_with("0x"),
        Type::Logical { logical: Logical::Duration, .. } => text.starts_with(['P', '0']),
        // Decimals, dates and times.
        Type::Logical { .. } => {
            let first = text.trim_start().chars().next();
            first.is_some_and(|first| first.is_ascii_digit() || matches!(first, '+' | '-' | '.'))
        }
        _ => false,
    }
}

/// Whether a record has all members as fields, and no other field without a default.
fn has_members(record: &Record, members: &[(String, Value)]) -> bool {
    let has = |field: &str| members.iter().any(|(member, _)| member == field);
    members.iter().all(|(member, _)| record.fields.iter().any(|field| field.name == *member))
        && record.fields.iter().all(|field| field.default.is_some() || has(&field.name))
}
