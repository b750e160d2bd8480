//! Writing and reading of whole payloads.

use super::{Decode, DecodeError, Encode, EncodeError, Part, Reader, Sink, unchecked};

/// Appends the encoding of `value` to `payload`. On an error, `payload` is unchanged.
///
/// # Errors
/// A value that its schema cannot represent.
pub fn write<T: Encode>(value: &T, payload: &mut Vec<u8>) -> Result<(), EncodeError> {
    write_with(payload, |buffer| value.encode(buffer))
}

/// Appends the values that `write` writes to `payload`, one after another as the fields of a record. On an error, `payload`
/// is unchanged.
///
/// # Errors
/// A value that its schema cannot represent.
pub fn write_with(payload: &mut Vec<u8>, write: impl FnOnce(&mut Buffer<'_>)) -> Result<(), EncodeError> {
    let start = payload.len();
    let mut buffer = Buffer { bytes: payload, error: None };
    write(&mut buffer);
    match buffer.error {
        None => Ok(()),
        Some(error) => {
            payload.truncate(start);
            Err(error)
        }
    }
}

/// Reads one value from all of `payload`.
///
/// # Errors
/// Bytes that are not a value of the schema, or bytes left after it.
pub fn read<'a, T: Decode<'a>>(payload: &'a [u8]) -> Result<T, DecodeError> {
    let mut reader = Reader::new(payload);
    let value = T::decode(&mut reader);
    finish(reader, value)
}

/// Reads the values that `read` reads, one after another as the fields of a record, from all of `payload`: what
/// [`write_with`] has written.
///
/// # Errors
/// As [`read`](fn@read).
pub fn read_with<'a, T>(
    payload: &'a [u8],
    read: impl FnOnce(&mut Reader<'a>) -> Result<T, DecodeError>,
) -> Result<T, DecodeError> {
    let mut reader = Reader::new(payload);
    let value = read(&mut reader);
    finish(reader, value)
}

/// Splits the value of a union into the index of the branch and the value of the branch (specification 1.12, "Unions").
///
/// # Errors
/// Bytes that do not start with an index.
pub fn split_branch(payload: &[u8]) -> Result<(i64, &[u8]), DecodeError> {
    let mut reader = Reader::new(payload);
    let index = reader.long()?;
    Ok((index, &payload[reader.position()..]))
}

/// Reads one value from all of `payload` into an existing one and reuses its memory. After an error, its content is
/// unspecified.
///
/// # Errors
/// Bytes that are not a value of the schema, or bytes left after it.
pub fn read_into<'a, T: Decode<'a>>(payload: &'a [u8], out: &mut T) -> Result<(), DecodeError> {
    let mut reader = Reader::new(payload);
    T::decode_into(&mut reader, out)?;
    reader.finish()
}

/// The value, or an error if bytes are left. Uses one variable throughout, because a value is large to move.
#[inline(always)]
pub(crate) fn finish<T>(reader: Reader<'_>, mut value: Result<T, DecodeError>) -> Result<T, DecodeError> {
    if value.is_ok()
        && let Err(error) = reader.finish()
    {
        value = Err(error);
    }
    value
}

/// A buffer that remembers the first failure.
#[derive(Debug)]
pub struct Buffer<'a> {
    bytes: &'a mut Vec<u8>,
    error: Option<EncodeError>,
}

impl Sink for Buffer<'_> {
    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    // Inlined, because the parts of a record then stay in registers.
    #[inline(always)]
    fn parts<P: Part>(&mut self, parts: P) {
        unchecked::append(self.bytes, parts, &mut self.error);
    }

    fn fail(&mut self, error: EncodeError) {
        self.error.get_or_insert(error);
    }
}
