//! The traits of the codec: values that encode and decode themselves, and sinks with a method for each Avro type.

use std::collections::{BTreeMap, HashMap};

use super::branch::Branch;
use super::integer::IntegerValue;
use super::logical::LogicalSink;
use super::unchecked::Number;
use super::{DecodeError, EncodeError, Part, Reader, part, unchecked};

/// A value that encodes itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no Avro schema",
    label = "this type cannot write itself as Avro",
    note = "if the type is yours, write `#[derive(eventgen::AvroType)]` on it"
)]
pub trait Encode {
    /// Writes the value. A value that the schema cannot represent is reported to [`Sink::fail`].
    fn encode<S: Sink>(&self, sink: &mut S);
}

/// A value that decodes itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no Avro schema",
    label = "this type cannot read itself from Avro",
    note = "if the type is yours, write `#[derive(eventgen::AvroType)]` on it"
)]
pub trait Decode<'a>: Sized {
    /// The minimum encoded size of a value in bytes. Counts of items that cannot fit into the payload are rejected by it.
    const MIN_WIRE_SIZE: usize;

    /// Reads one value.
    ///
    /// # Errors
    /// Bytes that are not a value of the schema.
    fn decode(reader: &mut Reader<'a>) -> Result<Self, DecodeError>;

    /// Reads one value into an existing one and reuses its memory. After an error, its content is unspecified.
    ///
    /// # Errors
    /// Bytes that are not a value of the schema.
    #[inline]
    fn decode_into(reader: &mut Reader<'a>, out: &mut Self) -> Result<(), DecodeError> {
        *out = Self::decode(reader)?;
        Ok(())
    }
}

/// The values of a [`Sink`] that encode themselves. Implemented for every sink.
pub trait ValueSink {
    /// A value that encodes itself.
    fn value<T: Encode>(&mut self, value: &T);

    /// A union of one branch: its index, which is 0, and the value.
    fn single<T: ?Sized>(&mut self, value: &T, item: impl FnOnce(&mut Self, &T));

    /// A union of null and several other branches: null, or an enum of the others, which writes its own index.
    /// `null` is the index of null.
    fn optional<T: Encode>(&mut self, null: u32, value: Option<&T>);
}

/// A value that is a branch of a union, or several branches. Implemented for every type that describes its schema.
pub trait BranchValue: Sized {
    /// Writes the index, of which `first` others come before, and the value.
    fn write_branch<S: Sink>(&self, sink: &mut S, first: u32);

    /// Reads the value after its index.
    ///
    /// # Errors
    /// Bytes that are not a value of the schema.
    fn read_branch(reader: &mut Reader<'_>, branch: Branch) -> Result<Self, DecodeError>;
}

/// The values of a [`Sink`] without a direct counterpart in Avro. Implemented for every sink.
pub trait AdaptedSink {
    /// An integer.
    fn integer<T: IntegerValue>(&mut self, value: T);

    /// A map, as one block sorted by key: equal maps have equal encodings.
    fn hash_map<T, H>(&mut self, entries: &HashMap<String, T, H>, item: impl FnMut(&mut Self, &T));

    /// A map of values that are parts.
    fn hash_map_of<'v, T, H, P: Part>(
        &mut self,
        entries: &'v HashMap<String, T, H>,
        item: impl Fn(&'v T) -> P,
    );

    /// Null, the first branch, or a value.
    fn option<T: BranchValue>(&mut self, value: Option<&T>);
}

/// A destination of encoded bytes. Generated code calls its methods.
///
/// The methods return nothing, so that generated code has no branches. The first failure is kept, and the whole value
/// is discarded after it has been written.
pub trait Sink: LogicalSink + ValueSink + AdaptedSink {
    /// Appends bytes as they are.
    fn put(&mut self, bytes: &[u8]);

    /// Reports that the value does not fit its schema.
    fn fail(&mut self, error: EncodeError);

    /// Appends all parts of a tuple after a single check of the capacity.
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

    /// A map of values that are parts, as one block sorted by key: equal maps have equal encodings.
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

    /// Bytes, preceded by their length.
    #[inline]
    fn bytes(&mut self, value: &[u8]) {
        self.length(value.len());
        self.put(value);
    }

    /// A string: UTF-8, preceded by its length in bytes.
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

    /// A map, as one block sorted by key: equal maps have equal encodings.
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
