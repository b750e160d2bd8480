//! The parts of a record whose sizes are bounded before they are written: what generated code hands to
//! [`Sink::parts`](super::Sink::parts), which checks the room for all of them at once.

use uuid::Uuid;

use super::Part;
use super::integer::IntegerValue;
use super::logical::decimal::{self, DecimalValue};
use super::logical::temporal::{DateValue, LocalTimestampValue, TimeValue, TimestampValue, Unit};
use super::unchecked::{Block, Bytes, Fallible, FallibleNumber, Long, Nullable, Number, Numbers, Short};
use super::zigzag::zigzag;

/// A boolean: one byte.
#[inline(always)]
pub fn boolean(value: bool) -> impl Part {
    Short::new([u8::from(value)], 1)
}

/// An int or the index of an enum's symbol or a union's branch: zig-zag, variable length.
#[inline(always)]
pub fn int(value: i32) -> impl Part {
    Number(zigzag(i64::from(value)))
}

/// A long: zig-zag, variable length, at most 10 bytes.
#[inline(always)]
pub fn long(value: i64) -> impl Part {
    Long(zigzag(value))
}

/// An integer of any type that fits in a long.
#[inline(always)]
pub fn integer<T: IntegerValue>(value: T) -> impl Part {
    FallibleNumber(move || value.to_wire())
}

/// A float: four bytes, little-endian.
#[inline(always)]
pub fn float(value: f32) -> impl Part {
    Short::new(value.to_le_bytes(), 4)
}

/// A double: eight bytes, little-endian.
#[inline(always)]
pub fn double(value: f64) -> impl Part {
    Short::new(value.to_le_bytes(), 8)
}

/// Bytes, preceded by their length.
#[inline(always)]
pub fn bytes(value: &[u8]) -> impl Part {
    Bytes(value)
}

/// A string: UTF-8, preceded by its length in bytes.
#[inline(always)]
pub fn string(value: &str) -> impl Part {
    Bytes(value.as_bytes())
}

/// A fixed: its bytes as they are.
#[inline(always)]
pub fn fixed<const SIZE: usize>(value: &[u8; SIZE]) -> impl Part {
    Short::new(*value, SIZE)
}

/// A union of null and one other type; `null` is the index of null, 0 or 1.
#[inline(always)]
pub fn nullable<P: Part>(null: u8, value: Option<P>) -> impl Part {
    Nullable { null, value }
}

/// An array of doubles, copied at once.
#[inline(always)]
pub fn doubles(values: &[f64]) -> impl Part {
    Block(values)
}

/// An array of floats, copied at once.
#[inline(always)]
pub fn floats(values: &[f32]) -> impl Part {
    Block(values)
}

/// An array of ints.
#[inline(always)]
pub fn ints(values: &[i32]) -> impl Part {
    Numbers(values)
}

/// An array of longs.
#[inline(always)]
pub fn longs(values: &[i64]) -> impl Part {
    Numbers(values)
}

/// A decimal on bytes, of at most 38 digits. `precision` and `scale` are those of the schema.
#[inline(always)]
pub fn decimal<T: DecimalValue>(value: &T, precision: u32, scale: u32) -> impl Part {
    Fallible(move || decimal::digits(value, precision, scale))
}

/// A uuid on string.
#[inline(always)]
pub fn uuid(value: &Uuid) -> impl Part {
    let mut text = [0; 37];
    text[0] = 36 << 1;
    if let Some(rest) = text[1..].first_chunk_mut::<36>() {
        value.hyphenated().encode_lower(rest);
    }
    Short::new(text, 37)
}

/// A uuid on fixed(16).
#[inline(always)]
pub fn uuid_fixed(value: &Uuid) -> impl Part {
    fixed(value.as_bytes())
}

/// Days since 1970-01-01.
#[inline(always)]
pub fn date<T: DateValue>(value: &T) -> impl Part {
    FallibleNumber(|| value.to_days().map(i64::from))
}

/// Milliseconds since midnight, truncated.
#[inline(always)]
pub fn time_millis<T: TimeValue>(value: &T) -> impl Part {
    long(value.to_units(Unit::Millis))
}

/// Microseconds since midnight, truncated.
#[inline(always)]
pub fn time_micros<T: TimeValue>(value: &T) -> impl Part {
    long(value.to_units(Unit::Micros))
}

/// Milliseconds since the Unix epoch, rounded towards the past.
#[inline(always)]
pub fn timestamp_millis<T: TimestampValue>(value: &T) -> impl Part {
    FallibleNumber(|| value.to_units(Unit::Millis))
}

/// Microseconds since the Unix epoch, rounded towards the past.
#[inline(always)]
pub fn timestamp_micros<T: TimestampValue>(value: &T) -> impl Part {
    FallibleNumber(|| value.to_units(Unit::Micros))
}

/// Nanoseconds since the Unix epoch; only the years 1677 to 2262 fit.
#[inline(always)]
pub fn timestamp_nanos<T: TimestampValue>(value: &T) -> impl Part {
    FallibleNumber(|| value.to_units(Unit::Nanos))
}

/// Milliseconds since 1970-01-01T00:00, rounded towards the past.
#[inline(always)]
pub fn local_timestamp_millis<T: LocalTimestampValue>(value: &T) -> impl Part {
    FallibleNumber(|| value.to_units(Unit::Millis))
}

/// Microseconds since 1970-01-01T00:00, rounded towards the past.
#[inline(always)]
pub fn local_timestamp_micros<T: LocalTimestampValue>(value: &T) -> impl Part {
    FallibleNumber(|| value.to_units(Unit::Micros))
}

/// Nanoseconds since 1970-01-01T00:00; only the years 1677 to 2262 fit.
#[inline(always)]
pub fn local_timestamp_nanos<T: LocalTimestampValue>(value: &T) -> impl Part {
    FallibleNumber(|| value.to_units(Unit::Nanos))
}

#[cfg(test)]
mod tests {
    use super::super::{Reader, unchecked};
    use super::*;

    /// The encoding of the specification, one byte at a time.
    fn by_the_book(value: i64) -> Vec<u8> {
        let (mut bits, mut bytes) = (zigzag(value), Vec::new());
        loop {
            let low = (bits & 0x7f) as u8;
            bits >>= 7;
            if bits == 0 {
                bytes.push(low);
                return bytes;
            }
            bytes.push(low | 0x80);
        }
    }

    #[test]
    fn numbers_of_every_length_are_written_and_read_by_the_book() {
        for bits in 0..64 {
            for near in -3..=3_i64 {
                for value in [(1_i64 << bits).wrapping_add(near), (-1_i64 << bits).wrapping_add(near)] {
                    let mut bytes = Vec::new();
                    unchecked::append(&mut bytes, long(value), &mut None);
                    assert_eq!(bytes, by_the_book(value), "{value}");
                    // With other bytes after it, and at the end of the payload.
                    for behind in [&[][..], &[0xff; 10], &[0; 10]] {
                        let payload = [&bytes[..], behind].concat();
                        let mut reader = Reader::new(&payload);
                        assert_eq!(reader.long(), Ok(value));
                        assert_eq!(reader.position(), bytes.len());
                    }
                }
            }
        }
    }
}
