//! Types of an application's own, which say what their schema is: what `#[derive(AvroType)]` implements, and what the
//! fields of such types may be besides what generation makes of a schema.

mod adapted;
mod branch;
mod definition;
mod std_types;
mod value_types;

use crate::{Decode, DecodeError, Encode, Reader, Sink};

pub use adapted::{AdaptedSink, IntegerValue};
pub use branch::Branch;
pub use definition::{Definition, Field, Piece, compose};

/// A type with an Avro schema of its own.
///
/// Derive it: a struct is a record, an enum without data an enum, an enum with data a union, and a struct of one field
/// without a name is what that field is.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no Avro schema",
    label = "no Avro schema is known for this type",
    note = "if the type is yours, write `#[derive(eventgen::AvroType)]` on it",
    note = "if it is not, take a type that Avro has, such as `String`, and convert"
)]
pub trait AvroType: Encode + for<'a> Decode<'a> {
    /// How many branches the schema has if it is a union; 0 if it is none.
    const BRANCHES: u32 = 0;
    /// What is on the wire, as a number by which equal layouts are told; `None` where types are in it whose schemas are
    /// not known when it is compiled.
    const SHAPE: Option<u64> = None;

    /// The schema.
    fn definition() -> &'static Definition;

    /// Writes the value as a branch of a union, in which `first` branches stand before it.
    #[doc(hidden)]
    #[inline]
    fn encode_branch<S: Sink>(&self, sink: &mut S, first: u32) {
        sink.long(i64::from(first));
        self.encode(sink);
    }

    /// Reads the value behind its index.
    ///
    /// # Errors
    /// Bytes that are no value of the schema.
    #[doc(hidden)]
    #[inline]
    fn decode_branch(reader: &mut Reader<'_>, branch: Branch) -> Result<Self, DecodeError> {
        match branch.index() {
            0 => Self::decode(reader),
            _ => Err(branch.unknown(1)),
        }
    }
}
