//! Defaults: JSON as the encoding of a type (specification 1.12, "Complex Types").
//!
//! The check of schema files, schema resolution and code generation all ask this module, so what one of them accepts,
//! the others can use.

use serde_json::Value;

use super::{Logical, Type, TypeGraph, TypeId};

/// The maximum number of values within values in a default, union branches included.
const MAX_DEPTH: usize = 512;

/// The maximum number of values that a default takes from the defaults of other fields. Records whose fields default to
/// records multiply, and one that contains itself has no end.
const MAX_VALUES: usize = 10_000;

/// How many values are tried for each that is written: branches of unions are tried in turn.
const MAX_ATTEMPTS: usize = 4;

/// A default in the encoding of its type.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct EncodedDefault {
    /// The encoding.
    pub bytes: Vec<u8>,
    /// Whether it has a value of another branch of a union than the first.
    pub has_later_branch: bool,
    /// The first logical type that cannot represent its value.
    pub unreadable: Option<Logical>,
}

/// Why a default cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DefaultError {
    /// It is not a value of the type.
    NotAValue,
    /// With the defaults of the fields that it leaves out, it has too many values or no end.
    TooLarge,
}

/// The encoding of a default.
///
/// # Errors
/// A default that is not a value of the type, or is too large.
pub fn encode_default(types: &TypeGraph, id: TypeId, value: &Value) -> Result<EncodedDefault> {
    let mut encoder = Encoder::new(types, value);
    encoder.field_default(id, value, MAX_DEPTH)?;
    Ok(encoder.encoded)
}

/// The branch of a union that a default is of: the first that accepts it.
pub fn default_branch(types: &TypeGraph, branches: &[TypeId], value: &Value) -> Option<usize> {
    branches.iter().position(|&branch| is_value(types, branch, value))
}

/// Whether a value inside of a default is one of its type.
pub(crate) fn is_value(types: &TypeGraph, id: TypeId, value: &Value) -> bool {
    Encoder::new(types, value).encode(id, value, MAX_DEPTH).is_ok()
}

/// The number of values in a value, itself included.
fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(members) => members.values().map(count).sum::<usize>(),
        _ => 0,
    }
}

struct Encoder<'t> {
    types: &'t TypeGraph,
    /// The number of values that may still be encoded.
    left: usize,
    encoded: EncodedDefault,
}

type Result<T> = std::result::Result<T, DefaultError>;

impl<'t> Encoder<'t> {
    fn new(types: &'t TypeGraph, value: &Value) -> Self {
        let left = MAX_VALUES.saturating_add(count(value).saturating_mul(MAX_ATTEMPTS));
        Self { types, left, encoded: EncodedDefault::default() }
    }

    /// The whole default of a field. Numbers that JSON cannot represent are written as strings here, and only here.
    fn field_default(&mut self, id: TypeId, value: &Value, depth: usize) -> Result<()> {
        let number = value.as_str().and_then(not_finite);
        match (self.types.get(id), number) {
            #[expect(clippy::cast_possible_truncation, reason = "these are the same in both types")]
            (Type::Float, Some(number)) => self.encoded.bytes.extend((number as f32).to_le_bytes()),
            (Type::Double, Some(number)) => self.encoded.bytes.extend(number.to_le_bytes()),
            _ => return self.encode(id, value, depth),
        }
        self.charge()
    }

    fn encode(&mut self, id: TypeId, value: &Value, depth: usize) -> Result<()> {
        let depth = depth.checked_sub(1).ok_or(DefaultError::TooLarge)?;
        let types = self.types;
        match types.get(id) {
            Type::Logical { logical, base } => return self.logical(*logical, *base, value, depth),
            Type::Union(branches) => return self.union(branches, value, depth),
            Type::Array(items) => {
                let values = found(value.as_array())?;
                self.begin_block(values.len())?;
                values.iter().try_for_each(|value| self.encode(*items, value, depth))?;
                self.encoded.bytes.push(0);
            }
            Type::Map(values) => {
                let entries = found(value.as_object())?;
                self.begin_block(entries.len())?;
                entries.iter().try_for_each(|(key, value)| {
                    self.sized(key.as_bytes());
                    self.encode(*values, value, depth)
                })?;
                self.encoded.bytes.push(0);
            }
            Type::Record(record) => {
                let values = found(value.as_object())?;
                self.charge()?;
                record.fields.iter().try_for_each(|field| {
                    match (values.get(&field.name), &field.default) {
                        (Some(value), _) => self.encode(field.type_id, value, depth),
                        (None, Some(default)) => self.field_default(field.type_id, default, depth),
                        (None, None) => Err(DefaultError::NotAValue),
                    }
                })?;
            }
            leaf => {
                self.leaf(leaf, value)?;
                self.charge()?;
            }
        }
        Ok(())
    }

    fn charge(&mut self) -> Result<()> {
        self.left = self.left.checked_sub(1).ok_or(DefaultError::TooLarge)?;
        Ok(())
    }

    fn leaf(&mut self, ty: &Type, value: &Value) -> Result<()> {
        match ty {
            Type::Null => found(value.as_null())?,
            Type::Boolean => {
                let value = found(value.as_bool())?;
                self.encoded.bytes.push(u8::from(value));
            }
            Type::Int => {
                let value = found(value.as_i64().and_then(|value| i32::try_from(value).ok()))?;
                self.long(value.into());
            }
            Type::Long => {
                let value = found(value.as_i64())?;
                self.long(value);
            }
            #[expect(clippy::cast_possible_truncation, reason = "the nearest float is what is meant")]
            Type::Float => {
                let value = found(value.as_f64())? as f32;
                self.encoded.bytes.extend(value.to_le_bytes());
            }
            Type::Double => {
                let value = found(value.as_f64())?;
                self.encoded.bytes.extend(value.to_le_bytes());
            }
            Type::Bytes => {
                let bytes = found(value.as_str().and_then(latin1))?;
                self.sized(&bytes);
            }
            Type::String => self.sized(found(value.as_str())?.as_bytes()),
            Type::Fixed(fixed) => {
                let bytes = found(value.as_str().and_then(latin1))?;
                let has_size = u32::try_from(bytes.len()) == Ok(fixed.size);
                found(has_size.then(|| self.encoded.bytes.extend(bytes)))?;
            }
            Type::Enum(definition) => {
                let symbol = found(value.as_str())?;
                let index = definition.symbols.iter().position(|known| known == symbol);
                self.long(found(index.and_then(|index| i64::try_from(index).ok()))?);
            }
            _ => return Err(DefaultError::NotAValue),
        }
        Ok(())
    }

    fn logical(&mut self, logical: Logical, base: TypeId, value: &Value, depth: usize) -> Result<()> {
        self.encode(base, value, depth)?;
        if !logical.represents(self.types.get(base), value) {
            self.encoded.unreadable.get_or_insert(logical);
        }
        Ok(())
    }

    /// Since 1.12 the first branch that accepts the value; before, only the first branch.
    fn union(&mut self, branches: &[TypeId], value: &Value, depth: usize) -> Result<()> {
        let before = self.encoded.clone_marks();
        for (index, &branch) in branches.iter().enumerate() {
            self.long(i64::try_from(index).unwrap_or(i64::MAX));
            match self.encode(branch, value, depth) {
                Ok(()) => {
                    self.encoded.has_later_branch |= index > 0;
                    return Ok(());
                }
                Err(DefaultError::NotAValue) => self.encoded.reset(before),
                Err(error) => return Err(error),
            }
        }
        Err(DefaultError::NotAValue)
    }

    /// The count of a block. An empty array or map has no block.
    fn begin_block(&mut self, count: usize) -> Result<()> {
        self.charge()?;
        if count != 0 {
            self.long(i64::try_from(count).unwrap_or(i64::MAX));
        }
        Ok(())
    }

    fn long(&mut self, value: i64) {
        let mut bits = ((value << 1) ^ (value >> 63)).cast_unsigned();
        while bits >= 0x80 {
            self.encoded.bytes.push(u8::try_from(bits & 0x7f).unwrap_or_default() | 0x80);
            bits >>= 7;
        }
        self.encoded.bytes.push(u8::try_from(bits).unwrap_or_default());
    }

    fn sized(&mut self, bytes: &[u8]) {
        self.long(i64::try_from(bytes.len()).unwrap_or(i64::MAX));
        self.encoded.bytes.extend(bytes);
    }
}

/// What an attempt that fails is undone to.
type Marks = (usize, bool, Option<Logical>);

impl EncodedDefault {
    fn clone_marks(&self) -> Marks {
        (self.bytes.len(), self.has_later_branch, self.unreadable)
    }

    fn reset(&mut self, (length, has_later_branch, unreadable): Marks) {
        self.bytes.truncate(length);
        (self.has_later_branch, self.unreadable) = (has_later_branch, unreadable);
    }
}

fn found<T>(value: Option<T>) -> Result<T> {
    value.ok_or(DefaultError::NotAValue)
}

/// One of the numbers that JSON cannot represent, as Java writes them.
fn not_finite(text: &str) -> Option<f64> {
    match text {
        "NaN" => Some(f64::NAN),
        "Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}

/// Bytes are written as a string of the code points 0 to 255.
fn latin1(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|character| u8::try_from(u32::from(character)).ok()).collect()
}
