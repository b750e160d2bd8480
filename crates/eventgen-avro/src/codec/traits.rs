//! What generated types implement.

use super::{DecodeError, Reader, Sink};

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
