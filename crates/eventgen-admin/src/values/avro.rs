//! Values of Avro schemas (specification 1.12, "Binary Encoding").

use eventgen_avro::model::{Logical, Type, TypeGraph, TypeId};
use eventgen_avro::parse::{ParsedSchema, Strictness, parse_with_references};
use eventgen_avro::{DecodeError, Reader};
use eventgen_registry::wire::ParsedValue;
use eventgen_registry::{ReferencedSchema, RegisteredSchema, SchemaType};

use super::branch;
#[cfg(feature = "records")]
use super::language::Definition;
use super::language::{Language, Writer};
use super::time::{date, date_time, time};
use super::value::Value;

pub(super) const LANGUAGE: Language = Language { schema_type: SchemaType::AVRO, parse };

/// The deepest nesting of a value. No real data comes near it.
const DEEPEST: usize = 128;
/// The most items of lists and maps in a value: items may take no bytes at all.
const MOST_ITEMS: i64 = 1_000_000;
/// The longest decimal, in bytes, that is shown as a number.
const LONGEST_DECIMAL: usize = 256;

fn parse(schema: &RegisteredSchema, referenced: &[ReferencedSchema]) -> Result<Box<dyn Writer>, String> {
    let referenced: Vec<&str> = referenced.iter().map(|schema| schema.text.as_str()).collect();
    let parsed = parse_with_references(&schema.text, &referenced, Strictness::Lenient)
        .map_err(|problems| problems.first().map_or_else(String::new, |problem| problem.kind.to_string()))?;
    Ok(Box::new(AvroWriter(parsed)))
}

struct AvroWriter(ParsedSchema);

impl Writer for AvroWriter {
    fn read(&self, value: ParsedValue<'_>) -> Result<(String, Value), String> {
        decode(&self.0, value.payload)
    }

    #[cfg(feature = "records")]
    fn definition(&self, _: ParsedValue<'_>) -> Result<Definition<'_>, String> {
        Ok(Definition::Avro(&self.0))
    }
}

/// A value, and the name of its outermost named type.
pub(crate) fn decode(schema: &ParsedSchema, payload: &[u8]) -> Result<(String, Value), String> {
    let mut walk = Walk { types: &schema.types, reader: Reader::new(payload), items: 0, named: None };
    let value = walk.value(schema.root, 0)?;
    let named = walk.named.map(ToString::to_string).unwrap_or_default();
    walk.reader.finish().map_err(reason)?;
    Ok((named, value))
}

/// One value, while it is read.
struct Walk<'a> {
    types: &'a TypeGraph,
    reader: Reader<'a>,
    items: i64,
    /// The name of the outermost named type.
    named: Option<&'a eventgen_avro::model::Name>,
}

#[expect(clippy::needless_pass_by_value, reason = "it is passed by its name")]
fn reason(error: DecodeError) -> String {
    error.to_string()
}

impl<'a> Walk<'a> {
    fn value(&mut self, id: TypeId, depth: usize) -> Result<Value, String> {
        if depth > DEEPEST {
            return Err(format!("it is nested more than {DEEPEST} levels deep"));
        }
        let ty: &'a Type = self.types.get(id);
        if self.named.is_none() {
            self.named = ty.name();
        }
        let reader = &mut self.reader;
        Ok(match ty {
            Type::Null => Value::Null,
            Type::Boolean => Value::Boolean(reader.boolean().map_err(reason)?),
            Type::Int => Value::Integer(reader.int().map_err(reason)?.into()),
            Type::Long => Value::Integer(reader.long().map_err(reason)?),
            Type::Float => Value::Number(reader.float().map_err(reason)?.into()),
            Type::Double => Value::Number(reader.double().map_err(reason)?),
            Type::Bytes => Value::Bytes(reader.bytes().map_err(reason)?),
            Type::String => Value::Text(self.text()?),
            Type::Fixed(fixed) => {
                let mut bytes = Vec::new();
                for _ in 0..fixed.size {
                    let [byte] = reader.fixed().map_err(reason)?;
                    bytes.push(byte);
                }
                Value::Bytes(bytes)
            }
            Type::Enum(symbols) => {
                let index = reader.long().map_err(reason)?;
                let symbol = usize::try_from(index).ok().and_then(|index| symbols.symbols.get(index));
                Value::Text(
                    symbol.cloned().ok_or_else(|| format!("`{}` has no symbol {index}", symbols.name))?,
                )
            }
            Type::Union(branches) => {
                let index = reader.long().map_err(reason)?;
                let found = usize::try_from(index).ok().and_then(|at| Some((at, *branches.get(at)?)));
                let (at, branch) = found.ok_or_else(|| format!("a union has no branch {index}"))?;
                let value = self.value(branch, depth + 1)?;
                branch::named(self.types, branches, at, value)
            }
            Type::Record(record) => {
                let mut fields = Vec::with_capacity(record.fields.len());
                for field in &record.fields {
                    let value = self.value(field.type_id, depth + 1);
                    let value = value.map_err(|reason| format!("{}: {reason}", field.name))?;
                    fields.push((field.name.clone(), value));
                }
                Value::Map(fields)
            }
            Type::Array(items) => {
                let mut list = Vec::new();
                while let Some(count) = self.block()? {
                    for _ in 0..count {
                        list.push(self.value(*items, depth + 1)?);
                    }
                }
                Value::List(list)
            }
            Type::Map(values) => {
                let mut entries = Vec::new();
                while let Some(count) = self.block()? {
                    for _ in 0..count {
                        entries.push((self.text()?, self.value(*values, depth + 1)?));
                    }
                }
                Value::Map(entries)
            }
            Type::Logical { logical, base } => {
                let base = self.value(*base, depth + 1)?;
                shown(*logical, base)
            }
        })
    }

    fn text(&mut self) -> Result<String, String> {
        let bytes = self.reader.bytes().map_err(reason)?;
        String::from_utf8(bytes).map_err(|_| "a string is not UTF-8".to_owned())
    }

    /// The number of items in the next block; `None` after the last one.
    fn block(&mut self) -> Result<Option<i64>, String> {
        let mut count = self.reader.long().map_err(reason)?;
        if count < 0 {
            // The size of the block in bytes follows.
            self.reader.long().map_err(reason)?;
            count = count.saturating_neg();
        }
        self.items = self.items.saturating_add(count);
        if self.items > MOST_ITEMS {
            return Err(format!("it has more than {MOST_ITEMS} items"));
        }
        Ok((count > 0).then_some(count))
    }
}

/// The readable form of a logical type. What does not have one stays as it is encoded.
fn shown(logical: Logical, base: Value) -> Value {
    let text = match (logical, &base) {
        (Logical::Date, Value::Integer(days)) => date(*days),
        (Logical::TimeMillis, Value::Integer(units)) => time(*units, 3),
        (Logical::TimeMicros, Value::Integer(units)) => time(*units, 6),
        (Logical::TimestampMillis, Value::Integer(units)) => format!("{}Z", date_time(*units, 3)),
        (Logical::TimestampMicros, Value::Integer(units)) => format!("{}Z", date_time(*units, 6)),
        (Logical::TimestampNanos, Value::Integer(units)) => format!("{}Z", date_time(*units, 9)),
        (Logical::LocalTimestampMillis, Value::Integer(units)) => date_time(*units, 3),
        (Logical::LocalTimestampMicros, Value::Integer(units)) => date_time(*units, 6),
        (Logical::LocalTimestampNanos, Value::Integer(units)) => date_time(*units, 9),
        (Logical::Decimal { scale, .. }, Value::Bytes(bytes)) if bytes.len() <= LONGEST_DECIMAL => {
            decimal(bytes, i64::from(scale))
        }
        (Logical::BigDecimal, Value::Bytes(bytes)) => match big_decimal(bytes) {
            Some(text) => text,
            None => return base,
        },
        (Logical::Uuid, Value::Bytes(bytes)) if bytes.len() == 16 => uuid(bytes),
        (Logical::Duration, Value::Bytes(bytes)) => match duration(bytes) {
            Some(text) => text,
            None => return base,
        },
        _ => return base,
    };
    Value::Text(text)
}

/// A big-endian number in two's complement, with a decimal point.
fn decimal(unscaled: &[u8], scale: i64) -> String {
    let is_negative = unscaled.first().is_some_and(|first| first & 0x80 != 0);
    let mut magnitude = unscaled.to_vec();
    if is_negative {
        let mut carry = true;
        for byte in magnitude.iter_mut().rev() {
            let (inverted, overflows) = (!*byte).overflowing_add(u8::from(carry));
            (*byte, carry) = (inverted, overflows);
        }
    }
    let mut digits = Vec::new();
    while magnitude.iter().any(|byte| *byte != 0) {
        let mut rest = 0_u16;
        for byte in &mut magnitude {
            let part = rest << 8 | u16::from(*byte);
            *byte = u8::try_from(part / 10).unwrap_or(u8::MAX);
            rest = part % 10;
        }
        digits.push(char::from(b'0' + u8::try_from(rest).unwrap_or(0)));
    }
    let point = usize::try_from(scale).unwrap_or(0);
    while digits.len() <= point {
        digits.push('0');
    }
    let digits: String = digits.into_iter().rev().collect();
    let (whole, fraction) = digits.split_at(digits.len() - point);
    let sign = if is_negative { "-" } else { "" };
    let exponent = if scale < 0 { format!("e{}", -scale) } else { String::new() };
    if fraction.is_empty() { format!("{sign}{whole}{exponent}") } else { format!("{sign}{whole}.{fraction}") }
}

/// Bytes that have an unscaled number and its scale.
fn big_decimal(bytes: &[u8]) -> Option<String> {
    let mut reader = Reader::new(bytes);
    let unscaled = reader.bytes().ok()?;
    let scale = i64::from(reader.int().ok()?);
    (unscaled.len() <= LONGEST_DECIMAL && scale <= 10_000).then(|| decimal(&unscaled, scale))
}

fn uuid(bytes: &[u8]) -> String {
    let digits = Value::hexadecimal(bytes);
    let digits = digits.trim_start_matches("0x");
    let at = |range: std::ops::Range<usize>| digits.get(range).unwrap_or_default();
    format!("{}-{}-{}-{}-{}", at(0..8), at(8..12), at(12..16), at(16..20), at(20..32))
}

/// Months, days and milliseconds, as in ISO 8601.
fn duration(bytes: &[u8]) -> Option<String> {
    let bytes: &[u8; 12] = bytes.try_into().ok()?;
    let number = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let (months, days, millis) = (number(0)?, number(4)?, number(8)?);
    Some(format!("P{months}M{days}DT{}.{:03}S", millis / 1_000, millis % 1_000))
}

#[cfg(test)]
mod tests {
    use eventgen_registry::{SchemaId, SchemaKey};

    use super::*;

    fn read(schema: &str, payload: &[u8]) -> Result<String, String> {
        let parsed = parse_with_references::<&str>(schema, &[], Strictness::Lenient).expect("a schema");
        let schema = SchemaKey::Id(SchemaId(1));
        let (_, value) = AvroWriter(parsed).read(ParsedValue { schema, header: None, payload })?;
        Ok(serde_json::to_string(&value).expect("JSON"))
    }

    #[test]
    fn every_type_has_a_readable_form() {
        let schema = r#"{"type":"record","name":"a.B","fields":[
            {"name":"n","type":"null"},{"name":"b","type":"boolean"},{"name":"i","type":"int"},{"name":"d","type":"double"},
            {"name":"s","type":["null","string"]},{"name":"e","type":{"type":"enum","name":"E","symbols":["X","Y"]}},
            {"name":"f","type":{"type":"fixed","name":"F","size":2}},{"name":"l","type":{"type":"array","items":"long"}},
            {"name":"m","type":{"type":"map","values":"bytes"}},
            {"name":"at","type":{"type":"long","logicalType":"timestamp-millis"}},
            {"name":"p","type":{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}}]}"#;
        let mut payload = vec![1, 3];
        payload.extend(0.5_f64.to_le_bytes());
        payload.extend([2, 4, b'h', b'i', 2, 7, 8]);
        // A block with its size, and one without.
        payload.extend([1, 2, 4, 2, 6, 0]);
        payload.extend([2, 2, b'k', 2, 9, 0]);
        payload.extend([2]);
        payload.extend([4, 0xff, 0x85]);
        let expected = r#"{"n":null,"b":true,"i":-2,"d":0.5,"s":"hi","e":"Y","f":"0x0708","l":[2,3],"m":{"k":"0x09"},"at":"1970-01-01T00:00:00.001Z","p":"-1.23"}"#;
        assert_eq!(read(schema, &payload).as_deref(), Ok(expected));
        payload.push(0);
        assert!(read(schema, &payload).is_err_and(|reason| reason.contains("1 byte")), "trailing bytes");
    }

    #[test]
    fn decimals_have_their_digits() {
        for (bytes, scale, expected) in [
            (&[][..], 0, "0"),
            (&[], 2, "0.00"),
            (&[5], 3, "0.005"),
            (&[0x80], 0, "-128"),
            (&[0, 0x80], 0, "128"),
            (&[0xff], 1, "-0.1"),
            (&[1, 0, 0, 0, 0, 0, 0, 0, 0, 0], 0, "4722366482869645213696"),
            (&[7], -2, "7e2"),
        ] {
            assert_eq!(decimal(bytes, scale), expected);
        }
    }

    #[test]
    fn values_that_would_take_all_memory_or_stack_are_refused() {
        let nulls = r#"{"type":"array","items":"null"}"#;
        assert!(
            read(nulls, &[0xfe, 0xff, 0xff, 0xff, 0x0f, 0]).is_err_and(|reason| reason.contains("items"))
        );
        assert!(read(nulls, &[0x01]).is_err(), "the largest negative number is none");
        let chain = r#"{"type":"record","name":"C","fields":[{"name":"next","type":["null","C"]}]}"#;
        assert!(read(chain, &[2; 10_000]).is_err_and(|reason| reason.contains("nested")));
        assert!(read(chain, &[4]).is_err_and(|reason| reason.contains("no branch 2")));
    }
}
