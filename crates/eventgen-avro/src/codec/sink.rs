//! Writing: one method for each Avro type, over anything that takes bytes.

use std::collections::BTreeMap;

use super::logical::LogicalSink;
use super::unchecked::Number;
use super::values::ValueSink;
use super::{EncodeError, Part, part, unchecked};
use crate::describe::AdaptedSink;

/// Where encoded bytes go.
///
/// Writing returns nothing, so that generated code stays straight; the first failure is kept and the whole value is
/// given up once it has been written.
pub trait Sink: LogicalSink + ValueSink + AdaptedSink {
    /// Appends bytes as they are.
    fn put(&mut self, bytes: &[u8]);

    /// Reports that the value does not fit its schema.
    fn fail(&mut self, error: EncodeError);

    /// Appends all parts of a tuple, behind one check of the room they need.
    fn parts<P: Part>(&mut self, parts: P) {
        let (mut bytes, mut failure) = (Vec::new(), None);
        unchecked::append(&mut bytes, parts, &mut failure);
        self.put(&bytes);
        if let Some(error) = failure {
            self.fail(error);
        }
    }

    /// An array, as one block, of items that are parts.
    #[inline]
    fn array_of<'v, T, P: Part>(&mut self, items: &'v [T], item: impl Fn(&'v T) -> P) {
        if !items.is_empty() {
            self.length(items.len());
            for value in items {
                self.parts(item(value));
            }
        }
        self.parts(part::boolean(false));
    }

    /// A map, as one block, of values that are parts, in the order of its keys: equal maps are equal bytes.
    #[inline]
    fn map_of<'v, T, P: Part>(&mut self, entries: &'v BTreeMap<String, T>, item: impl Fn(&'v T) -> P) {
        if !entries.is_empty() {
            self.length(entries.len());
            for (key, value) in entries {
                self.parts((part::string(key), item(value)));
            }
        }
        self.parts(part::boolean(false));
    }

    /// A boolean: one byte.
    #[inline]
    fn boolean(&mut self, value: bool) {
        self.put(&[u8::from(value)]);
    }

    /// An int: zig-zag, variable length.
    #[inline]
    fn int(&mut self, value: i32) {
        self.long(i64::from(value));
    }

    /// A long: zig-zag, variable length, at most 10 bytes.
    #[inline]
    fn long(&mut self, value: i64) {
        self.parts(part::long(value));
    }

    /// A float: four bytes, little-endian.
    #[inline]
    fn float(&mut self, value: f32) {
        self.put(&value.to_le_bytes());
    }

    /// A double: eight bytes, little-endian.
    #[inline]
    fn double(&mut self, value: f64) {
        self.put(&value.to_le_bytes());
    }

    /// Bytes behind their length.
    #[inline]
    fn bytes(&mut self, value: &[u8]) {
        self.length(value.len());
        self.put(value);
    }

    /// A string: UTF-8 behind its length in bytes.
    #[inline]
    fn string(&mut self, value: &str) {
        self.bytes(value.as_bytes());
    }

    /// A length or a count.
    #[inline]
    fn length(&mut self, length: usize) {
        self.parts(Number((length as u64) << 1));
    }

    /// An array, as one block.
    #[inline]
    fn array<T>(&mut self, items: &[T], mut item: impl FnMut(&mut Self, &T)) {
        if !items.is_empty() {
            self.length(items.len());
            for value in items {
                item(self, value);
            }
        }
        self.put(&[0]);
    }

    /// A map, as one block, in the order of its keys: equal maps are equal bytes.
    #[inline]
    fn map<T>(&mut self, entries: &BTreeMap<String, T>, mut item: impl FnMut(&mut Self, &T)) {
        if !entries.is_empty() {
            self.length(entries.len());
            for (key, value) in entries {
                self.string(key);
                item(self, value);
            }
        }
        self.put(&[0]);
    }

    /// A union of null and one other type; `null` is the index of null, 0 or 1.
    #[inline]
    fn nullable<T>(&mut self, null: u8, value: Option<&T>, item: impl FnOnce(&mut Self, &T)) {
        match value {
            None => self.put(&[null << 1]),
            Some(value) => {
                self.put(&[(1 - null) << 1]);
                item(self, value);
            }
        }
    }
}

/// A buffer that remembers the first failure.
struct Buffer<'a> {
    bytes: &'a mut Vec<u8>,
    error: Option<EncodeError>,
}

impl Sink for Buffer<'_> {
    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    // The parts of a record are made for one place each: there they stay in registers.
    #[inline(always)]
    fn parts<P: Part>(&mut self, parts: P) {
        unchecked::append(self.bytes, parts, &mut self.error);
    }

    fn fail(&mut self, error: EncodeError) {
        self.error.get_or_insert(error);
    }
}

/// See [`super::write`].
pub(crate) fn write<T: super::Encode>(value: &T, payload: &mut Vec<u8>) -> Result<(), EncodeError> {
    let start = payload.len();
    let mut buffer = Buffer { bytes: payload, error: None };
    value.encode(&mut buffer);
    match buffer.error {
        None => Ok(()),
        Some(error) => {
            payload.truncate(start);
            Err(error)
        }
    }
}
