//! An example of a type as JSON, in which a union is the value of one of its branches, and in bytes.

use serde_json::{Value, json};

use super::json::Json;
use super::text::text_for;
use crate::contract::Example;
use crate::types::{Logical, Type, TypeGraph, TypeId, encode_default};

/// The most values in an example.
const MAX_VALUES: usize = 500;
/// How deep lists and optional values are filled.
const FILLED: usize = 6;
/// How deep an example is at most.
const MAX_DEPTH: usize = 60;
/// The largest fixed in an example.
const MAX_FIXED: u32 = 256;
/// What decimals are made of.
const DIGITS: [i16; 4] = [1, 12, 123, 1234];

/// An example of a type; `None` if the smallest value is too large to be shown.
pub(super) fn of(types: &TypeGraph, id: TypeId) -> Option<Example> {
    let attempt = |filled| Values { types, filled, left: MAX_VALUES }.value(id, "", 0);
    let json = attempt(FILLED).or_else(|| attempt(2)).or_else(|| attempt(0))?.pretty();
    // The JSON of defaults has values of branches without the names of the branches, too.
    let value: Value = serde_json::from_str(&json).ok()?;
    let encoded = encode_default(types, id, &value).ok()?;
    Some(Example::new(json, encoded.bytes))
}

struct Values<'a> {
    types: &'a TypeGraph,
    filled: usize,
    left: usize,
}

impl Values<'_> {
    /// A value of a type, for a field of this name.
    fn value(&mut self, id: TypeId, field: &str, depth: usize) -> Option<Json> {
        self.left = self.left.checked_sub(1)?;
        if depth > MAX_DEPTH {
            return None;
        }
        let is_filled = depth < self.filled;
        let plain = match self.types.get(id) {
            Type::Null => Value::Null,
            Type::Boolean => json!(true),
            Type::Int | Type::Long => json!(1),
            Type::Float | Type::Double => json!(1.5),
            Type::Bytes => json!("\u{1}"),
            Type::String => json!(text_for(field)),
            Type::Array(_) if !is_filled => json!([]),
            Type::Map(_) if !is_filled => json!({}),
            Type::Array(items) => return Some(Json::List(vec![self.value(*items, field, depth + 1)?])),
            Type::Map(values) => {
                let value = self.value(*values, field, depth + 1)?;
                return Some(Json::Object(vec![("name".to_owned(), value)]));
            }
            Type::Union(branches) => {
                // Where values are not filled, a record comes last: it may contain itself.
                let rank = |branch: &&TypeId| match (self.types.get(**branch), is_filled) {
                    (Type::Null, true) | (Type::Record(_), false) => 2,
                    (Type::Null, false) | (_, true) => 0,
                    (_, false) => 1,
                };
                let branch = branches.iter().min_by_key(rank);
                return self.value(*branch?, field, depth + 1);
            }
            Type::Record(record) => {
                let members = record.fields.iter().map(|field| {
                    Some((field.name.clone(), self.value(field.type_id, &field.name, depth + 1)?))
                });
                return Some(Json::Object(members.collect::<Option<_>>()?));
            }
            Type::Enum(definition) => definition.symbols.first()?.as_str().into(),
            Type::Fixed(fixed) => repeated(fixed.size)?,
            Type::Logical { logical, base } => match logical_value(*logical, self.types.get(*base)) {
                Some(value) => value,
                None => return self.value(*base, field, depth + 1),
            },
        };
        Some(Json::Plain(plain))
    }
}

/// A value of a logical type; `None` leaves it to the base.
fn logical_value(logical: Logical, base: &Type) -> Option<Value> {
    Some(match (logical, base) {
        (Logical::Uuid, Type::String) => json!("5f0c8ac4-7a3d-4a0e-9d5e-0f6f2c1b7a90"),
        (Logical::Date, _) => json!(20_454),
        (Logical::TimeMillis, _) => json!(43_200_000),
        (Logical::TimeMicros, _) => json!(43_200_000_000_i64),
        (Logical::TimestampMillis | Logical::LocalTimestampMillis, _) => json!(1_767_225_600_000_i64),
        (Logical::TimestampMicros | Logical::LocalTimestampMicros, _) => json!(1_767_225_600_000_000_i64),
        (Logical::TimestampNanos | Logical::LocalTimestampNanos, _) => json!(1_767_225_600_000_000_000_i64),
        (Logical::Decimal { precision, .. }, base) => decimal(precision, base)?,
        // The bytes of 1234 with their number in front, then the scale 2: 12.34.
        (Logical::BigDecimal, _) => latin1(&[4, 4, 0xd2, 4]),
        _ => return None,
    })
}

/// Up to four digits of a decimal.
fn decimal(precision: u32, base: &Type) -> Option<Value> {
    let digits = usize::try_from(precision).unwrap_or(usize::MAX).clamp(1, DIGITS.len());
    let bytes = DIGITS[digits - 1].to_be_bytes();
    let shortest = if digits < 3 { &bytes[1..] } else { &bytes[..] };
    let Type::Fixed(fixed) = base else { return Some(latin1(shortest)) };
    if fixed.size > MAX_FIXED {
        return None;
    }
    let padding = usize::try_from(fixed.size).ok()?.checked_sub(shortest.len())?;
    Some(latin1(&[&vec![0; padding][..], shortest].concat()))
}

/// Bytes as Avro writes them in JSON.
fn latin1(bytes: &[u8]) -> Value {
    bytes.iter().map(|byte| char::from(*byte)).collect::<String>().into()
}

fn repeated(size: u32) -> Option<Value> {
    (size <= MAX_FIXED).then(|| "\u{1}".repeat(size as usize).into())
}
