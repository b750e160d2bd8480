//! Values of Rust types that Avro has no type for, written as one that it has: numbers of all sizes, hash maps, values
//! that are shared.

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::sync::Arc;

use super::AvroType;
use crate::codec::part;
use crate::{Decode, DecodeError, DecodeErrorKind, Encode, EncodeError, Part, Reader, Sink};

/// A whole number in the place of an int or a long.
pub trait IntegerValue: Copy {
    /// The number on the wire.
    ///
    /// # Errors
    /// More than 63 bits.
    fn to_wire(self) -> Result<i64, EncodeError>;

    /// The number of the wire, as far as the type holds it.
    fn from_wire(number: i64) -> Option<Self>;

    /// The type's name, for messages.
    const NAME: &'static str;
}

macro_rules! integers {
    ($($ty:ident),*) => {$(
        impl IntegerValue for $ty {
            const NAME: &'static str = stringify!($ty);

            #[inline]
            fn to_wire(self) -> Result<i64, EncodeError> {
                #[allow(clippy::allow_attributes, clippy::unnecessary_fallible_conversions, reason = "of some types all fit")]
                i64::try_from(self)
                    .map_err(|_| EncodeError::IntegerRange { value: self.to_string(), what: Self::NAME })
            }

            #[inline]
            fn from_wire(number: i64) -> Option<Self> {
                #[allow(clippy::allow_attributes, clippy::unnecessary_fallible_conversions, reason = "of some types all fit")]
                Self::try_from(number).ok()
            }
        }
    )*};
}
integers!(i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);

/// What a [`Sink`] writes of such types; every sink has it.
pub trait AdaptedSink {
    /// A whole number.
    fn integer<T: IntegerValue>(&mut self, value: T);

    /// A map, as one block, in the order of its keys: equal maps are equal bytes.
    fn hash_map<T, H>(&mut self, entries: &HashMap<String, T, H>, item: impl FnMut(&mut Self, &T));

    /// The same of values that are parts.
    fn hash_map_of<'v, T, H, P: Part>(
        &mut self,
        entries: &'v HashMap<String, T, H>,
        item: impl Fn(&'v T) -> P,
    );

    /// Null, which is the first branch, or a value.
    fn option<T: AvroType>(&mut self, value: Option<&T>);
}

impl<S: Sink> AdaptedSink for S {
    #[inline]
    fn integer<T: IntegerValue>(&mut self, value: T) {
        match value.to_wire() {
            Ok(number) => self.long(number),
            Err(error) => self.fail(error),
        }
    }

    fn hash_map<T, H>(&mut self, entries: &HashMap<String, T, H>, mut item: impl FnMut(&mut Self, &T)) {
        if !entries.is_empty() {
            self.length(entries.len());
            for (key, value) in sorted(entries) {
                self.string(key);
                item(self, value);
            }
        }
        self.put(&[0]);
    }

    fn hash_map_of<'v, T, H, P: Part>(
        &mut self,
        entries: &'v HashMap<String, T, H>,
        item: impl Fn(&'v T) -> P,
    ) {
        if !entries.is_empty() {
            self.length(entries.len());
            for (key, value) in sorted(entries) {
                self.parts((part::string(key), item(value)));
            }
        }
        self.put(&[0]);
    }

    #[inline]
    fn option<T: AvroType>(&mut self, value: Option<&T>) {
        match value {
            None => self.put(&[0]),
            Some(value) => value.encode_branch(self, 1),
        }
    }
}

fn sorted<T, H>(entries: &HashMap<String, T, H>) -> Vec<(&String, &T)> {
    let mut sorted: Vec<_> = entries.iter().collect();
    sorted.sort_unstable_by_key(|(key, _)| *key);
    sorted
}

impl Reader<'_> {
    /// A whole number that fits its type.
    #[inline]
    #[doc = include_str!("../codec/errors.md")]
    pub fn integer<T: IntegerValue>(&mut self) -> Result<T, DecodeError> {
        let position = self.position();
        let out_of_range = || DecodeError::new(position, DecodeErrorKind::OutOfRange { what: T::NAME });
        self.long().and_then(|number| T::from_wire(number).ok_or_else(out_of_range))
    }

    /// A map; of two entries with one key the later counts.
    #[inline]
    #[doc = include_str!("../codec/errors.md")]
    pub fn hash_map<T, H: BuildHasher + Default>(
        &mut self,
        min_wire_size: usize,
        item: impl FnMut(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<HashMap<String, T, H>, DecodeError> {
        Ok(self.map(min_wire_size, item)?.into_iter().collect())
    }
}

impl<T: Encode> Encode for Arc<T> {
    #[inline]
    fn encode<S: Sink>(&self, sink: &mut S) {
        T::encode(self, sink);
    }
}

impl<'a, T: Decode<'a>> Decode<'a> for Arc<T> {
    const MIN_WIRE_SIZE: usize = T::MIN_WIRE_SIZE;

    #[inline]
    fn decode(reader: &mut Reader<'a>) -> Result<Self, DecodeError> {
        T::decode(reader).map(Self::new)
    }
}
