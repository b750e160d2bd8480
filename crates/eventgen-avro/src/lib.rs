//! Apache Avro for eventgen: the binary codec that generated code calls (specification 1.12, "Binary Encoding"), and the
//! resolution of what was written with another version of a schema ("Schema Resolution").
//!
//! Generated types write themselves into a [`Sink`] and read themselves from a [`Reader`]; nothing generic stands in
//! between. Reading trusts no byte: lengths and counts are checked against what is left before anything is allocated.
#![expect(
    clippy::inline_always,
    reason = "by measurement: what a record is made of must become one piece of code"
)]

mod big_decimal;
mod chrono_values;
mod containers;
mod decimal;
mod duration;
mod error;
#[cfg(feature = "serde")]
pub mod fixed_bytes;
mod integer_values;
#[cfg(feature = "jiff")]
mod jiff_values;
mod limits;
mod logical;
pub mod model;
mod nesting;
mod number_slice;
mod numbers;
mod own;
pub mod parse;
pub mod part;
mod plan;
mod reader;
#[cfg(feature = "rust_decimal")]
mod rust_decimal_values;
mod schema;
mod shape;
mod sink;
mod skim;
mod strings;
mod temporal;
mod unchecked;
mod values;
mod walk;

pub use decimal::DecimalValue;
pub use duration::Duration;
pub use error::{DecodeError, DecodeErrorKind, EncodeError};
pub use limits::Limits;
pub use logical::LogicalSink;
#[doc(hidden)]
pub use model::{Composite as ShapeKind, layout_of as shape_of};
pub use model::{canonical_form, fingerprint};
pub use nesting::MAX_DEPTH;
pub use number_slice::{Number, NumberIter, NumberSlice};
pub use own::{AdaptedSink, AvroType, Branch, Definition, Field, IntegerValue, Piece, compose};
pub use plan::{Plan, PlanError, Unresolvable};
pub use reader::Reader;
pub use schema::{Schema, SchemaError};
pub use sink::Sink;
pub use temporal::{DateValue, LocalTimestampValue, TimeValue, TimestampValue, Unit};
pub use unchecked::Part;
pub use values::ValueSink;
#[doc(hidden)]
pub use values::default_value;

/// A value that writes itself as Avro.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no Avro schema",
    label = "this type cannot write itself as Avro",
    note = "if the type is yours, write `#[derive(eventgen::AvroType)]` on it"
)]
pub trait Encode {
    /// Writes the value. What the schema cannot hold is reported to [`Sink::fail`].
    fn encode<S: Sink>(&self, sink: &mut S);
}

/// A value that reads itself from Avro.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no Avro schema",
    label = "this type cannot read itself from Avro",
    note = "if the type is yours, write `#[derive(eventgen::AvroType)]` on it"
)]
pub trait Decode<'a>: Sized {
    /// The fewest bytes a value takes on the wire: what tells a hostile count from an honest one.
    const MIN_WIRE_SIZE: usize;

    /// Reads one value and leaves the reader behind it.
    ///
    /// # Errors
    /// Bytes that are no value of the schema.
    fn decode(reader: &mut Reader<'a>) -> Result<Self, DecodeError>;

    /// Reads one value into another, whose memory is used again. What it holds after an error is some value.
    ///
    /// # Errors
    /// Bytes that are no value of the schema.
    #[inline]
    fn decode_into(reader: &mut Reader<'a>, out: &mut Self) -> Result<(), DecodeError> {
        *out = Self::decode(reader)?;
        Ok(())
    }
}

/// Appends the encoding of `value` to `payload`; leaves `payload` as it was when it fails.
///
/// # Errors
/// A value that its schema cannot hold.
pub fn write<T: Encode>(value: &T, payload: &mut Vec<u8>) -> Result<(), EncodeError> {
    sink::write(value, payload)
}

/// Reads one value from all of `payload`.
///
/// # Errors
/// Bytes that are no value of the schema, or bytes left over behind it.
pub fn read<'a, T: Decode<'a>>(payload: &'a [u8]) -> Result<T, DecodeError> {
    let mut reader = Reader::new(payload);
    let value = T::decode(&mut reader);
    finish(reader, value)
}

/// The index of the branch at the start of a union's value, and the value of the branch behind it (specification 1.12,
/// "Unions").
///
/// # Errors
/// Bytes that do not begin with an index.
pub fn split_branch(payload: &[u8]) -> Result<(i64, &[u8]), DecodeError> {
    let mut reader = Reader::new(payload);
    let index = reader.long()?;
    Ok((index, &payload[reader.position()..]))
}

/// Reads an event from all of `payload`, within limits. `schema` returns the text of its schema, which is used only to name
/// the field of an error.
///
/// # Errors
/// Bytes that are no value of the schema, or bytes left over behind it.
pub fn read_event<'a, T: Decode<'a>, S: Into<&'static str>>(
    payload: &'a [u8],
    limits: Limits,
    schema: fn() -> S,
) -> Result<T, DecodeError> {
    let mut reader = Reader::with_limits(payload, limits);
    let value = T::decode(&mut reader);
    let mut value = finish(reader, value);
    if let Err(error) = &mut value {
        locate(error, payload, limits, || schema().into());
    }
    value
}

/// The value, or that there are bytes behind it. One variable from beginning to end: a value is large, and is not moved
/// where it need not be.
#[inline(always)]
fn finish<T>(reader: Reader<'_>, mut value: Result<T, DecodeError>) -> Result<T, DecodeError> {
    if value.is_ok()
        && let Err(error) = reader.finish()
    {
        value = Err(error);
    }
    value
}

/// Tells an error its field.
#[cold]
#[inline(never)]
fn locate(error: &mut DecodeError, payload: &[u8], limits: Limits, schema: impl Fn() -> &'static str) {
    if let Some(shapes) = shape::Shapes::kept(schema()) {
        error.set_path(walk::path(&shapes, payload, error.position(), limits));
    }
}

/// Reads one value from all of `payload` into another, whose memory is used again. What it holds after an error is some
/// value.
///
/// # Errors
/// Bytes that are no value of the schema, or bytes left over behind it.
pub fn read_into<'a, T: Decode<'a>>(payload: &'a [u8], out: &mut T) -> Result<(), DecodeError> {
    let mut reader = Reader::new(payload);
    T::decode_into(&mut reader, out)?;
    reader.finish()
}
