//! Typed keys in Protobuf: a message without presence, whose fields are written in the order of their numbers.

use prost::encoding::{WireType, encode_key, encode_varint};

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
