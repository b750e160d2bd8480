//! An example of an event as JSON, in which a union is the value of one of its branches.

use eventgen_schema::types::{Logical, Type, TypeGraph, TypeId};
use serde_json::{Map, Value, json};

/// The most values in an example.
const MAX_VALUES: usize = 500;
/// How deep lists and optional values are filled.
const FILLED: usize = 4;
/// How deep an example is at most.
const MAX_DEPTH: usize = 60;
/// The largest fixed in an example.
const MAX_FIXED: u32 = 256;

/// An example of a type; `None` if the smallest value is too large to be shown.
pub(super) fn of(types: &TypeGraph, id: TypeId) -> Option<Value> {
    let attempt = |filled| Example { types, filled, left: MAX_VALUES }.value(id, "", 0);
    attempt(FILLED).or_else(|| attempt(0))
}

struct Example<'a> {
    types: &'a TypeGraph,
    filled: usize,
    left: usize,
}

impl Example<'_> {
    /// A value of a type; a text says which field it is of.
    fn value(&mut self, id: TypeId, field: &str, depth: usize) -> Option<Value> {
        self.left = self.left.checked_sub(1)?;
        if depth > MAX_DEPTH {
            return None;
        }
        let is_filled = depth < self.filled;
        Some(match self.types.get(id) {
            Type::Null => Value::Null,
            Type::Boolean => json!(true),
            Type::Int | Type::Long => json!(1),
            Type::Float | Type::Double => json!(1.5),
            Type::Bytes => json!("\u{1}"),
            Type::String => json!(if field.is_empty() { "text" } else { field }),
            Type::Array(_) if !is_filled => json!([]),
            Type::Map(_) if !is_filled => json!({}),
            Type::Array(items) => json!([self.value(*items, field, depth + 1)?]),
            Type::Map(values) => json!({ "name": self.value(*values, field, depth + 1)? }),
            Type::Union(branches) => {
                let is_null = |branch: &&TypeId| matches!(self.types.get(**branch), Type::Null);
                let null = branches.iter().find(is_null);
                let other = branches.iter().find(|branch| !is_null(branch));
                let branch = if is_filled { other.or(null) } else { null.or(other) };
                self.value(*branch?, field, depth + 1)?
            }
            Type::Record(record) => {
                let mut object = Map::new();
                for field in &record.fields {
                    object.insert(field.name.clone(), self.value(field.type_id, &field.name, depth + 1)?);
                }
                object.into()
            }
            Type::Enum(definition) => definition.symbols.first()?.as_str().into(),
            Type::Fixed(fixed) => fixed_value(fixed.size)?,
            Type::Logical { logical, base } => match (logical, self.types.get(*base)) {
                (Logical::Uuid, Type::String) => json!("5f0c8ac4-7a3d-4a0e-9d5e-0f6f2c1b7a90"),
                (Logical::Date, _) => json!(20_454),
                (Logical::TimestampMillis | Logical::LocalTimestampMillis, _) => json!(1_767_225_600_000_i64),
                (Logical::TimestampMicros | Logical::LocalTimestampMicros, _) => {
                    json!(1_767_225_600_000_000_i64)
                }
                (Logical::TimestampNanos | Logical::LocalTimestampNanos, _) => {
                    json!(1_767_225_600_000_000_000_i64)
                }
                _ => self.value(*base, field, depth + 1)?,
            },
        })
    }
}

fn fixed_value(size: u32) -> Option<Value> {
    (size <= MAX_FIXED).then(|| "\u{1}".repeat(size as usize).into())
}
