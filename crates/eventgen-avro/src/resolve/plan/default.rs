//! Encodes defaults, which are JSON, with the reader's schema (specification 1.12, "Complex Types").

use serde_json::Value;

use crate::codec::part;
use crate::codec::unchecked::{self, Part};
use crate::resolve::graph::{Kind, NodeId};
use crate::resolve::structure::Structure;

/// The maximum nesting of records in a default. A record that contains itself by its own defaults has no end.
const MAX_DEPTH: usize = 64;

/// The maximum number of values in a default. Records whose fields default to records can multiply without limit.
const MAX_VALUES: usize = 10_000;

/// The encoding of a default; `None` if it is not a value of its type.
pub(super) fn default(structure: &Structure, id: NodeId, value: &Value) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    Writer { structure, left: MAX_VALUES }.write(id, value, &mut bytes, MAX_DEPTH)?;
    Some(bytes)
}

struct Writer<'s> {
    structure: &'s Structure,
    /// The number of values that may still be written.
    left: usize,
}

fn put(bytes: &mut Vec<u8>, part: impl Part) {
    // None of these parts can fail.
    unchecked::append(bytes, part, &mut None);
}

impl Writer<'_> {
    fn write(&mut self, id: NodeId, value: &Value, bytes: &mut Vec<u8>, depth: usize) -> Option<()> {
        let (depth, structure) = (depth.checked_sub(1)?, self.structure);
        self.left = self.left.checked_sub(1)?;
        match &structure.get(id).kind {
            Kind::Null => value.as_null()?,
            Kind::Boolean => put(bytes, part::boolean(value.as_bool()?)),
            Kind::Int => put(bytes, part::int(i32::try_from(value.as_i64()?).ok()?)),
            Kind::Long => put(bytes, part::long(value.as_i64()?)),
            #[expect(clippy::cast_possible_truncation, reason = "the nearest float is what is meant")]
            Kind::Float => put(bytes, part::float(number(value)? as f32)),
            Kind::Double => put(bytes, part::double(number(value)?)),
            Kind::Bytes => put(bytes, part::bytes(&latin1(value.as_str()?)?)),
            Kind::String => put(bytes, part::string(value.as_str()?)),
            Kind::Fixed { size, .. } => {
                let fixed = latin1(value.as_str()?)?;
                (fixed.len() == *size).then(|| bytes.extend(fixed))?;
            }
            Kind::Enum { symbols, .. } => {
                let index = symbols.iter().position(|symbol| Some(symbol.as_str()) == value.as_str())?;
                put(bytes, part::long(i64::try_from(index).ok()?));
            }
            Kind::Array(items) => {
                let values = value.as_array()?;
                block(values.len(), bytes)?;
                values.iter().try_for_each(|value| self.write(*items, value, bytes, depth))?;
                bytes.push(0);
            }
            Kind::Map(values) => {
                let entries = value.as_object()?;
                block(entries.len(), bytes)?;
                entries.iter().try_for_each(|(key, value)| {
                    put(bytes, part::string(key));
                    self.write(*values, value, bytes, depth)
                })?;
                bytes.push(0);
            }
            Kind::Union(branches) => {
                // Since 1.12, the first branch that accepts the value; before, the first branch.
                let found = (0_i64..).zip(branches).find_map(|(index, &branch)| {
                    let mut inner = Vec::new();
                    self.write(branch, value, &mut inner, depth).map(|()| (index, inner))
                });
                let (index, inner) = found?;
                put(bytes, part::long(index));
                bytes.extend(inner);
            }
            Kind::Record { fields, .. } => {
                let values = value.as_object()?;
                fields.iter().try_for_each(|field| {
                    let value = values.get(&field.name).or(field.default.as_ref())?;
                    self.write(field.node, value, bytes, depth)
                })?;
            }
        }
        Some(())
    }
}

/// The count of a block. An empty array or map has no block.
fn block(count: usize, bytes: &mut Vec<u8>) -> Option<()> {
    if count != 0 {
        put(bytes, part::long(i64::try_from(count).ok()?));
    }
    Some(())
}

/// A number, or one of those that JSON cannot represent as Java and apache-avro write them.
fn number(value: &Value) -> Option<f64> {
    match value.as_str() {
        Some("NaN") => Some(f64::NAN),
        Some("Infinity") => Some(f64::INFINITY),
        Some("-Infinity") => Some(f64::NEG_INFINITY),
        _ => value.as_f64(),
    }
}

/// Bytes are written as the characters with these code points.
fn latin1(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|character| u8::try_from(u32::from(character)).ok()).collect()
}
