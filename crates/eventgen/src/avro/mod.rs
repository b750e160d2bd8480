//! The Avro binary codec that generated code calls (specification 1.12, "Binary Encoding").
//!
//! Generated types write themselves into a [`Sink`] and read themselves from a [`Reader`]; nothing generic stands in
//! between. Reading trusts no byte: lengths and counts are checked against what is left before anything is allocated.

mod big_decimal;
mod chrono_values;
mod decimal;
mod duration;
mod error;
#[cfg(feature = "serde")]
pub mod fixed_bytes;
mod integer_values;
#[cfg(feature = "jiff")]
mod jiff_values;
mod logical;
mod nesting;
mod reader;
#[cfg(feature = "rust_decimal")]
mod rust_decimal_values;
mod sink;
mod temporal;
mod values;

pub use decimal::DecimalValue;
pub use duration::Duration;
pub use error::{DecodeError, EncodeError};
pub use logical::LogicalSink;
pub use nesting::MAX_DEPTH;
pub use reader::Reader;
pub use sink::Sink;
pub use temporal::{DateValue, LocalTimestampValue, TimeValue, TimestampValue, Unit};
pub use values::ValueSink;
#[doc(hidden)]
pub use values::default_value;

/// A value that writes itself as Avro.
pub trait Encode {
    /// Writes the value. What the schema cannot hold is reported to [`Sink::fail`].
    fn encode<S: Sink>(&self, sink: &mut S);
}

/// A value that reads itself from Avro.
pub trait Decode<'a>: Sized {
    /// The fewest bytes a value takes on the wire: what tells a hostile count from an honest one.
    const MIN_WIRE_SIZE: usize;

    /// Reads one value and leaves the reader behind it.
    ///
    /// # Errors
    /// Bytes that are no value of the schema.
    fn decode(reader: &mut Reader<'a>) -> Result<Self, DecodeError>;
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
    let value = T::decode(&mut reader)?;
    reader.finish()?;
    Ok(value)
}
