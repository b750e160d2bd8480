//! Schemas of the types of the standard library.

use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;
use std::sync::Arc;

use super::{AvroType, Definition, Fragment};
use crate::model::{Composite, layout_of};
use crate::{Decode, DecodeError, Encode, Reader, Sink};

/// A type without a name: its text and its codec.
macro_rules! plain_type {
    ($ty:ty, $size:expr, $text:literal, $canonical:literal, |$sink:ident, $value:ident| $write:expr, |$reader:ident| $read:expr) => {
        impl $crate::Encode for $ty {
            #[inline]
            fn encode<S: $crate::Sink>(&self, $sink: &mut S) {
                let $value = self;
                $write;
            }
        }

        impl<'a> $crate::Decode<'a> for $ty {
            const MIN_WIRE_SIZE: usize = $size;

            #[inline]
            fn decode($reader: &mut $crate::Reader<'a>) -> Result<Self, $crate::DecodeError> {
                $read
            }
        }

        impl $crate::AvroType for $ty {
            const LAYOUT: Option<u64> = Some($crate::fingerprint($text.as_bytes()));

            fn definition() -> &'static $crate::Definition {
                const {
                    &$crate::Definition {
                        name: None,
                        namespace: None,
                        is_union: false,
                        text: &[$crate::Fragment::Text($text)],
                        canonical: &[$crate::Fragment::Text($canonical)],
                        fields: &[],
                    }
                }
            }
        }
    };
}
pub(super) use plain_type;

macro_rules! integer_types {
    ($text:literal: $($ty:ty),*) => {$(
        plain_type!($ty, 1, $text, $text, |sink, value| sink.integer(*value), |reader| reader.integer());
    )*};
}

plain_type!(bool, 1, r#""boolean""#, r#""boolean""#, |sink, value| sink.boolean(*value), |reader| reader
    .boolean());
integer_types!(r#""int""#: i8, i16, i32, u16);
integer_types!(r#""long""#: i64, isize, u32, u64, usize);
plain_type!(f32, 4, r#""float""#, r#""float""#, |sink, value| sink.float(*value), |reader| reader.float());
plain_type!(f64, 8, r#""double""#, r#""double""#, |sink, value| sink.double(*value), |reader| reader
    .double());
plain_type!(String, 1, r#""string""#, r#""string""#, |sink, value| sink.string(value), |reader| reader
    .string());
plain_type!(Box<str>, 1, r#""string""#, r#""string""#, |sink, value| sink.string(value), |reader| reader
    .text());
plain_type!(Arc<str>, 1, r#""string""#, r#""string""#, |sink, value| sink.string(value), |reader| reader
    .text());
plain_type!(Vec<u8>, 1, r#""bytes""#, r#""bytes""#, |sink, value| sink.bytes(value), |reader| reader.bytes());

/// The fragments around another type.
macro_rules! around {
    ($before:literal, $behind:literal) => {
        const {
            &Definition {
                name: None,
                namespace: None,
                is_union: false,
                text: &[Fragment::Text($before), Fragment::Type(T::definition), Fragment::Text($behind)],
                canonical: &[Fragment::Text($before), Fragment::Type(T::definition), Fragment::Text($behind)],
                fields: &[],
            }
        }
    };
}

macro_rules! pointers {
    ($($pointer:ident)*) => {$(
        impl<T: AvroType> AvroType for $pointer<T> {
            const BRANCHES: u32 = T::BRANCHES;
            const LAYOUT: Option<u64> = T::LAYOUT;

            fn definition() -> &'static Definition {
                T::definition()
            }

            fn encode_branch<S: Sink>(&self, sink: &mut S, first: u32) {
                T::encode_branch(self, sink, first);
            }

            fn decode_branch(reader: &mut Reader<'_>, branch: super::Branch) -> Result<Self, DecodeError> {
                T::decode_branch(reader, branch).map(Self::new)
            }
        }
    )*};
}

// They are not there on the wire.
pointers! { Box Arc }

impl<T: AvroType> Encode for Vec<T> {
    fn encode<S: Sink>(&self, sink: &mut S) {
        sink.array(self, |sink, item| item.encode(sink));
    }
}

impl<'a, T: AvroType> Decode<'a> for Vec<T> {
    const MIN_WIRE_SIZE: usize = 1;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, DecodeError> {
        reader.array(<T as Decode<'a>>::MIN_WIRE_SIZE, T::decode)
    }
}

impl<T: AvroType> AvroType for Vec<T> {
    const LAYOUT: Option<u64> = layout_of(Composite::Array, [T::LAYOUT]);

    fn definition() -> &'static Definition {
        around!(r#"{"type":"array","items":"#, "}")
    }
}

impl<T: AvroType> Encode for BTreeMap<String, T> {
    fn encode<S: Sink>(&self, sink: &mut S) {
        sink.map(self, |sink, item| item.encode(sink));
    }
}

impl<'a, T: AvroType> Decode<'a> for BTreeMap<String, T> {
    const MIN_WIRE_SIZE: usize = 1;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, DecodeError> {
        reader.map(<T as Decode<'a>>::MIN_WIRE_SIZE, T::decode)
    }
}

impl<T: AvroType> AvroType for BTreeMap<String, T> {
    const LAYOUT: Option<u64> = layout_of(Composite::Map, [T::LAYOUT]);

    fn definition() -> &'static Definition {
        around!(r#"{"type":"map","values":"#, "}")
    }
}

impl<T: AvroType, H> Encode for HashMap<String, T, H> {
    fn encode<S: Sink>(&self, sink: &mut S) {
        sink.hash_map(self, |sink, item| item.encode(sink));
    }
}

impl<'a, T: AvroType, H: BuildHasher + Default> Decode<'a> for HashMap<String, T, H> {
    const MIN_WIRE_SIZE: usize = 1;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, DecodeError> {
        reader.hash_map(<T as Decode<'a>>::MIN_WIRE_SIZE, T::decode)
    }
}

impl<T: AvroType, H: BuildHasher + Default> AvroType for HashMap<String, T, H> {
    const LAYOUT: Option<u64> = layout_of(Composite::Map, [T::LAYOUT]);

    fn definition() -> &'static Definition {
        around!(r#"{"type":"map","values":"#, "}")
    }
}
