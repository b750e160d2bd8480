//! Rust types that describe their own schema: what `#[derive(AvroType)]` implements, and the library types that fields
//! of such types may have.

mod adapted;
mod branch;
mod definition;
mod std_types;
mod value_types;

use crate::codec::Branch;
use crate::{Decode, DecodeError, Encode, Reader, Sink};

pub use definition::{Definition, Field, Fragment, compose};

/// A type that describes its own Avro schema.
///
/// Derive it. A struct is a record, an enum without data is an enum, an enum with data is a union, and a struct with one
/// unnamed field is the type of that field.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no Avro schema",
    label = "no Avro schema is known for this type",
    note = "if the type is yours, write `#[derive(eventgen::AvroType)]` on it",
    note = "if it is not, take a type that Avro has, such as `String`, and convert"
)]
pub trait AvroType: Encode + for<'a> Decode<'a> {
    /// The number of branches if the schema is a union; otherwise 0.
    const BRANCHES: u32 = 0;
    /// The [layout hash](crate::model::layout_hash) of the schema; `None` if it contains types whose schemas are not known
    /// at compile time.
    const LAYOUT: Option<u64> = None;

    /// The schema.
    fn definition() -> &'static Definition;

    /// Writes the value as a branch of a union that is preceded by `first` others.
    #[doc(hidden)]
    #[inline]
    fn encode_branch<S: Sink>(&self, sink: &mut S, first: u32) {
        sink.long(i64::from(first));
        self.encode(sink);
    }

    /// Reads the value after its index.
    ///
    /// # Errors
    /// Bytes that are not a value of the schema.
    #[doc(hidden)]
    #[inline]
    fn decode_branch(reader: &mut Reader<'_>, branch: Branch) -> Result<Self, DecodeError> {
        match branch.index() {
            0 => Self::decode(reader),
            _ => Err(branch.unknown(1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashMap};
    use std::sync::Arc;

    use super::*;
    use crate::model::{Composite, fingerprint, layout_hash, layout_of};
    use crate::parse::{Strictness, parse};

    /// Holds the hash that is computed at compile time against that of the schema.
    fn check<T: AvroType>() {
        let (text, _) = compose(T::definition());
        let parsed = parse(&text, Strictness::Strict).expect("a valid schema");
        assert_eq!(T::LAYOUT, Some(layout_hash(&parsed.types, parsed.root)), "{text}");
    }

    #[test]
    fn layout_hashes_of_types_are_those_of_their_schemas() {
        check::<bool>();
        check::<u16>();
        check::<i64>();
        check::<f32>();
        check::<f64>();
        check::<Arc<str>>();
        check::<Vec<u8>>();
        check::<Vec<i32>>();
        check::<BTreeMap<String, f64>>();
        check::<HashMap<String, Vec<String>>>();
        check::<uuid::Uuid>();
        check::<chrono::NaiveDate>();
        check::<chrono::DateTime<chrono::Utc>>();
    }

    #[test]
    fn layout_hashes_of_unions_are_those_of_their_schemas() {
        let parsed = parse(r#"["null",{"type":"array","items":"int"}]"#, Strictness::Strict).expect("valid");
        let null = Some(fingerprint(b"\"null\""));
        let union = layout_of(Composite::Union, [null, <Vec<i32>>::LAYOUT]);
        assert_eq!(union, Some(layout_hash(&parsed.types, parsed.root)));
    }
}
