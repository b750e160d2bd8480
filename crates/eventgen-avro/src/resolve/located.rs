//! Reading of events, with the field in an error.

use super::structure::Structure;
use super::walk::path;
use crate::codec::finish;
use crate::{Decode, DecodeError, Limits, Reader};

/// Reads an event from all of `payload`, within limits. `schema` returns the text of its schema, which is used only to
/// find the field of an error.
///
/// # Errors
/// Bytes that are not a value of the schema, or bytes left after it.
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

/// Sets the field of an error.
#[cold]
#[inline(never)]
fn locate(error: &mut DecodeError, payload: &[u8], limits: Limits, schema: impl Fn() -> &'static str) {
    if let Some(structure) = Structure::cached(schema()) {
        error.set_path(path(&structure, payload, error.position(), limits));
    }
}
