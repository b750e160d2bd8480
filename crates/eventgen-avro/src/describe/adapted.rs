//! Rust types without a direct counterpart in Avro: integers of all sizes, hash maps, shared values.

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::sync::Arc;

use crate::codec::{AdaptedSink, BranchValue, IntegerValue, part};
use crate::{Decode, DecodeError, DecodeErrorKind, Encode, Part, Reader, Sink};

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
    fn option<T: BranchValue>(&mut self, value: Option<&T>) {
        match value {
            None => self.put(&[0]),
            Some(value) => value.write_branch(self, 1),
        }
    }
}

fn sorted<T, H>(entries: &HashMap<String, T, H>) -> Vec<(&String, &T)> {
    let mut sorted: Vec<_> = entries.iter().collect();
    sorted.sort_unstable_by_key(|(key, _)| *key);
    sorted
}

#[doc(hidden)]
impl Reader<'_> {
    /// An integer that fits its type.
    #[inline]
    #[doc = include_str!("../codec/errors.md")]
    pub fn integer<T: IntegerValue>(&mut self) -> Result<T, DecodeError> {
        let position = self.position();
        let out_of_range = || DecodeError::new(position, DecodeErrorKind::OutOfRange { what: T::NAME });
        self.long().and_then(|number| T::from_wire(number).ok_or_else(out_of_range))
    }

    /// A map. Of two entries with the same key, the later one is kept.
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
