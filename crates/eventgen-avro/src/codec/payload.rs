//! Writing and reading of whole payloads.

use super::{Decode, DecodeError, Encode, EncodeError, Reader, sink};

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

/// The value, or that there are bytes behind it. One variable from beginning to end: a value is large, and is not moved
/// where it need not be.
#[inline(always)]
pub(crate) fn finish<T>(reader: Reader<'_>, mut value: Result<T, DecodeError>) -> Result<T, DecodeError> {
    if value.is_ok()
        && let Err(error) = reader.finish()
    {
        value = Err(error);
    }
    value
}
