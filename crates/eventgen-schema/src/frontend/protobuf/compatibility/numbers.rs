//! Which values of a number or an enum are among those of another type.

use std::ops::RangeInclusive;

use prost_reflect::{EnumDescriptor, Kind};

use super::super::parse::ParsedSchema;

/// Says which values of the writer the reader does not have; `None` if it has all of them, or if they are not whole
/// numbers. The types have one form on the wire.
///
/// A value that a closed enum does not list is kept aside by most languages: the field looks as if it were not set.
pub(super) fn lost(reader: &ParsedSchema, new: &Kind, writer: &ParsedSchema, old: &Kind) -> Option<String> {
    let closed = |schema: &ParsedSchema, kind: &Kind| match kind {
        Kind::Enum(definition) if schema.is_closed(definition) => Some(definition.clone()),
        _ => None,
    };
    match (closed(reader, new), closed(writer, old)) {
        (Some(new), Some(old)) => missing(&new, &old),
        (Some(new), None) => {
            Some(format!("`{}` is closed: it has no other values than those it lists", new.full_name()))
        }
        (None, old_enum) => {
            let (holds, has) = (range(new)?, old_enum.as_ref().map_or_else(|| range(old), listed)?);
            let is_held = holds.contains(has.start()) && holds.contains(has.end());
            (!is_held).then(|| {
                format!(
                    "values from {} to {} are not all from {} to {}",
                    has.start(),
                    has.end(),
                    holds.start(),
                    holds.end()
                )
            })
        }
    }
}

/// The values of a closed enum that another does not list.
fn missing(new: &EnumDescriptor, old: &EnumDescriptor) -> Option<String> {
    let is_missing = |number: i32| new.get_value(number).is_none();
    let names: Vec<String> = old
        .values()
        .filter(|value| is_missing(value.number()))
        .map(|value| format!("`{}` = {}", value.name(), value.number()))
        .collect();
    (!names.is_empty()).then(|| format!("the closed enum has no {}", names.join(", ")))
}

fn listed(definition: &EnumDescriptor) -> Option<RangeInclusive<i128>> {
    let numbers = || definition.values().map(|value| i128::from(value.number()));
    Some(numbers().min()?..=numbers().max()?)
}

/// The whole numbers that a type has.
fn range(kind: &Kind) -> Option<RangeInclusive<i128>> {
    match kind {
        Kind::Bool => Some(0..=1),
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 | Kind::Enum(_) => {
            Some(i32::MIN.into()..=i32::MAX.into())
        }
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => Some(i64::MIN.into()..=i64::MAX.into()),
        Kind::Uint32 | Kind::Fixed32 => Some(0..=u32::MAX.into()),
        Kind::Uint64 | Kind::Fixed64 => Some(0..=u64::MAX.into()),
        Kind::Float | Kind::Double | Kind::String | Kind::Bytes | Kind::Message(_) => None,
    }
}
