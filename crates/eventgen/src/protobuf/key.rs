//! Typed keys in Protobuf: a message without presence, whose fields are written in the order of their numbers.

use prost::encoding::{WireType, decode_key, decode_varint, encode_key, encode_varint};

use crate::{DecodeError, wire};

/// Writes the fields of a key. Fields with their default value are left out, as every implementation of proto3 does, so that
/// equal keys are equal bytes.
#[derive(Debug)]
pub struct KeyFields<'a>(&'a mut Vec<u8>);

impl<'a> KeyFields<'a> {
    /// Appends the fields to `bytes`.
    pub fn new(bytes: &'a mut Vec<u8>) -> Self {
        Self(bytes)
    }

    /// A `string`.
    pub fn string(&mut self, number: u32, value: &str) {
        if !value.is_empty() {
            encode_key(number, WireType::LengthDelimited, self.0);
            encode_varint(value.len() as u64, self.0);
            self.0.extend_from_slice(value.as_bytes());
        }
    }

    /// A `bool`.
    pub fn bool(&mut self, number: u32, value: bool) {
        self.uint64(number, value.into());
    }

    /// An `int32`, or the number of an enum: ten bytes if it is negative.
    pub fn int32(&mut self, number: u32, value: i32) {
        self.int64(number, value.into());
    }

    /// An `int64`.
    pub fn int64(&mut self, number: u32, value: i64) {
        self.uint64(number, value.cast_unsigned());
    }

    /// A `uint32`.
    pub fn uint32(&mut self, number: u32, value: u32) {
        self.uint64(number, value.into());
    }

    /// A `uint64`.
    pub fn uint64(&mut self, number: u32, value: u64) {
        if value != 0 {
            encode_key(number, WireType::Varint, self.0);
            encode_varint(value, self.0);
        }
    }

    /// A `sint32`.
    pub fn sint32(&mut self, number: u32, value: i32) {
        self.sint64(number, value.into());
    }

    /// A `sint64`.
    pub fn sint64(&mut self, number: u32, value: i64) {
        self.uint64(number, ((value << 1) ^ (value >> 63)).cast_unsigned());
    }

    /// A `fixed32`.
    pub fn fixed32(&mut self, number: u32, value: u32) {
        if value != 0 {
            encode_key(number, WireType::ThirtyTwoBit, self.0);
            self.0.extend_from_slice(&value.to_le_bytes());
        }
    }

    /// An `sfixed32`.
    pub fn sfixed32(&mut self, number: u32, value: i32) {
        self.fixed32(number, value.cast_unsigned());
    }

    /// A `fixed64`.
    pub fn fixed64(&mut self, number: u32, value: u64) {
        if value != 0 {
            encode_key(number, WireType::SixtyFourBit, self.0);
            self.0.extend_from_slice(&value.to_le_bytes());
        }
    }

    /// An `sfixed64`.
    pub fn sfixed64(&mut self, number: u32, value: i64) {
        self.fixed64(number, value.cast_unsigned());
    }
}

/// A field of a key.
#[derive(Debug, Clone, Copy)]
enum Field<'a> {
    Number(u64),
    Fixed32(u32),
    Fixed64(u64),
    Bytes(&'a [u8]),
}

/// Reads the fields of a key. One that is not there has the default of its type, and other fields are ignored.
#[derive(Debug)]
pub struct KeyReader<'a>(Vec<(u32, Field<'a>)>);

impl<'a> KeyReader<'a> {
    /// The fields of the key of a record.
    ///
    /// # Errors
    /// [`DecodeError::Key`], [`DecodeError::Protobuf`].
    pub fn new(key: &'a [u8]) -> Result<Self, DecodeError> {
        let (indexes, mut rest) = wire::parse_message_indexes(crate::key::value(key)?)
            .map_err(|_| failed("it has no message after the id of its schema"))?;
        if indexes != [0] {
            return Err(failed("it is not the first message of its schema"));
        }
        let mut fields = Vec::new();
        while !rest.is_empty() {
            let (number, wire_type) = decode_key(&mut rest)?;
            let field = match wire_type {
                WireType::Varint => Field::Number(decode_varint(&mut rest)?),
                WireType::ThirtyTwoBit => {
                    let (bytes, after) = rest.split_first_chunk().ok_or_else(cut)?;
                    rest = after;
                    Field::Fixed32(u32::from_le_bytes(*bytes))
                }
                WireType::SixtyFourBit => {
                    let (bytes, after) = rest.split_first_chunk().ok_or_else(cut)?;
                    rest = after;
                    Field::Fixed64(u64::from_le_bytes(*bytes))
                }
                WireType::LengthDelimited => {
                    let length = usize::try_from(decode_varint(&mut rest)?).map_err(|_| cut())?;
                    let (bytes, after) = rest.split_at_checked(length).ok_or_else(cut)?;
                    rest = after;
                    Field::Bytes(bytes)
                }
                WireType::StartGroup | WireType::EndGroup => return Err(failed("it has a group")),
            };
            fields.push((number, field));
        }
        Ok(Self(fields))
    }

    /// The last field with a number, which is the one that counts.
    fn last(&self, number: u32) -> Option<Field<'a>> {
        self.0.iter().rev().find(|(known, _)| *known == number).map(|(_, field)| *field)
    }

    /// A `string`.
    ///
    /// # Errors
    /// [`DecodeError::Key`]: the field has another type, or is not UTF-8.
    pub fn string(&self, number: u32) -> Result<String, DecodeError> {
        match self.last(number) {
            None => Ok(String::new()),
            Some(Field::Bytes(bytes)) => {
                let text = std::str::from_utf8(bytes).map_err(|_| failed("a string is not UTF-8"))?;
                Ok(text.to_owned())
            }
            Some(_) => Err(other_type()),
        }
    }

    /// A `uint64`.
    ///
    /// # Errors
    /// [`DecodeError::Key`]: the field has another type.
    pub fn uint64(&self, number: u32) -> Result<u64, DecodeError> {
        match self.last(number) {
            None => Ok(0),
            Some(Field::Number(value)) => Ok(value),
            Some(_) => Err(other_type()),
        }
    }

    /// A `fixed32`.
    ///
    /// # Errors
    /// As [`uint64`](Self::uint64).
    pub fn fixed32(&self, number: u32) -> Result<u32, DecodeError> {
        match self.last(number) {
            None => Ok(0),
            Some(Field::Fixed32(value)) => Ok(value),
            Some(_) => Err(other_type()),
        }
    }

    /// A `fixed64`.
    ///
    /// # Errors
    /// As [`uint64`](Self::uint64).
    pub fn fixed64(&self, number: u32) -> Result<u64, DecodeError> {
        match self.last(number) {
            None => Ok(0),
            Some(Field::Fixed64(value)) => Ok(value),
            Some(_) => Err(other_type()),
        }
    }
}

/// Methods for the types that are encoded as others.
macro_rules! derived {
    ($($(#[$doc:meta])* $name:ident: $ty:ty = $from:ident $convert:expr;)*) => {
        impl KeyReader<'_> {
            $(
                $(#[$doc])*
                ///
                /// # Errors
                /// As [`uint64`](Self::uint64).
                pub fn $name(&self, number: u32) -> Result<$ty, DecodeError> {
                    self.$from(number).map($convert)
                }
            )*
        }
    };
}

derived! {
    /// A `bool`.
    bool: bool = uint64 |value| value != 0;
    /// A `uint32`.
    uint32: u32 = uint64 low;
    /// An `int32`, or the number of an enum.
    int32: i32 = uint64 |value| low(value).cast_signed();
    /// An `int64`.
    int64: i64 = uint64 u64::cast_signed;
    /// A `sint32`.
    sint32: i32 = uint64 |value| low(zigzag(value).cast_unsigned()).cast_signed();
    /// A `sint64`.
    sint64: i64 = uint64 zigzag;
    /// An `sfixed32`.
    sfixed32: i32 = fixed32 u32::cast_signed;
    /// An `sfixed64`.
    sfixed64: i64 = fixed64 u64::cast_signed;
}

/// The lower bits, which Protobuf takes of a number that is too large.
#[expect(clippy::cast_possible_truncation, reason = "it is meant")]
fn low(value: u64) -> u32 {
    value as u32
}

fn zigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -(value & 1).cast_signed()
}

fn failed(reason: &'static str) -> DecodeError {
    DecodeError::Key { reason }
}

fn cut() -> DecodeError {
    failed("it ends inside a field")
}

fn other_type() -> DecodeError {
    failed("a field has another type: written with another schema?")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl Fn(&mut KeyFields<'_>)) -> Vec<u8> {
        let mut key = vec![0, 0, 0, 0, 7, 0];
        write(&mut KeyFields::new(&mut key));
        key
    }

    #[test]
    fn every_field_is_read_as_it_was_written() {
        for (large, small) in [(i64::MIN, i32::MIN), (-1, -1), (0, 0), (i64::MAX, i32::MAX)] {
            let key = written(|fields| {
                fields.int64(1, large);
                fields.sint64(2, large);
                fields.sfixed64(3, large);
                fields.int32(4, small);
                fields.sint32(5, small);
                fields.sfixed32(6, small);
                fields.uint64(7, large.cast_unsigned());
                fields.uint32(8, small.cast_unsigned());
                fields.fixed64(9, large.cast_unsigned());
                fields.fixed32(10, small.cast_unsigned());
                fields.bool(11, small < 0);
                fields.string(12, "Zoë");
            });
            let fields = KeyReader::new(&key).expect("a key");
            assert_eq!(
                [fields.int64(1), fields.sint64(2), fields.sfixed64(3)],
                [Ok(large), Ok(large), Ok(large)]
            );
            assert_eq!(
                [fields.int32(4), fields.sint32(5), fields.sfixed32(6)],
                [Ok(small), Ok(small), Ok(small)]
            );
            assert_eq!(
                [fields.uint64(7), fields.fixed64(9)],
                [Ok(large.cast_unsigned()), Ok(large.cast_unsigned())]
            );
            assert_eq!(
                [fields.uint32(8), fields.fixed32(10)],
                [Ok(small.cast_unsigned()), Ok(small.cast_unsigned())]
            );
            assert_eq!((fields.bool(11), fields.string(12)), (Ok(small < 0), Ok("Zoë".to_owned())));
            assert_eq!(
                (fields.string(13), fields.bool(14), fields.fixed32(15)),
                (Ok(String::new()), Ok(false), Ok(0))
            );
        }
    }

    #[test]
    fn bytes_that_are_not_a_key_are_an_error() {
        let whole = written(|fields| {
            fields.string(1, "ada");
            fields.fixed64(2, 1);
        });
        for end in 0..whole.len() {
            // Cut between two fields it is a key whose second field has the default.
            assert_eq!(KeyReader::new(&whole[..end]).is_ok(), [6, 11].contains(&end), "{end}");
        }
        let fields = KeyReader::new(&whole).expect("a key");
        assert_eq!(fields.uint64(1), Err(other_type()));
        assert_eq!(fields.string(2), Err(other_type()));
        assert!(KeyReader::new(b"ada").is_err());
        assert_eq!(
            KeyReader::new(&[0, 0, 0, 0, 7, 2, 2]).err(),
            Some(failed("it is not the first message of its schema"))
        );
        assert!(KeyReader::new(&[0, 0, 0, 0, 7, 0, 0x0b]).is_err(), "a group");
        assert!(
            KeyReader::new(&[0, 0, 0, 0, 7, 0, 10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1])
                .is_err()
        );
        let fields = KeyReader::new(&[0, 0, 0, 0, 7, 0, 10, 1, 0xff]).expect("fields");
        assert_eq!(fields.string(1), Err(failed("a string is not UTF-8")));
    }
}
