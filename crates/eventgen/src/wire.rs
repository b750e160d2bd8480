//! The frame around registered values: Confluent's
//! [wire format](https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format),
//! a zero byte and the schema's id as four bytes, big-endian.

use thiserror::Error;

use crate::registry::SchemaId;

/// The first byte of every framed value.
const MAGIC: u8 = 0;
/// Bytes before the payload.
const FRAME: usize = 5;

/// A value without a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FrameError {
    /// Fewer bytes than a frame has.
    #[error("the value has {length} bytes; a registered value begins with a frame of {FRAME}")]
    TooShort {
        /// How many there are.
        length: usize,
    },
    /// The first byte is not 0.
    #[error(
        "the value begins with byte {found:#04x}, not with 0x00: it was not written with a Schema Registry"
    )]
    NoMagic {
        /// The byte.
        found: u8,
    },
}

/// Appends the frame of a value of this schema; the payload follows.
pub fn frame(id: SchemaId, value: &mut Vec<u8>) {
    value.push(MAGIC);
    value.extend_from_slice(&id.0.to_be_bytes());
}

/// The schema's id and the payload of a framed value.
///
/// # Errors
/// Bytes that do not begin with a frame.
pub fn parse(value: &[u8]) -> Result<(SchemaId, &[u8]), FrameError> {
    match value {
        [MAGIC, a, b, c, d, payload @ ..] => Ok((SchemaId(u32::from_be_bytes([*a, *b, *c, *d])), payload)),
        [found, ..] if *found != MAGIC => Err(FrameError::NoMagic { found: *found }),
        _ => Err(FrameError::TooShort { length: value.len() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_read_as_it_was_written() {
        let mut value = Vec::new();
        frame(SchemaId(0x0102_0304), &mut value);
        assert_eq!(value, [0, 1, 2, 3, 4]);
        value.push(9);
        assert_eq!(parse(&value), Ok((SchemaId(0x0102_0304), [9].as_slice())));
    }

    #[test]
    fn what_is_no_frame_is_refused() {
        assert_eq!(parse(&[]), Err(FrameError::TooShort { length: 0 }));
        assert_eq!(parse(&[0, 1, 2, 3]), Err(FrameError::TooShort { length: 4 }));
        assert_eq!(parse(b"{\"a\":1}"), Err(FrameError::NoMagic { found: b'{' }));
    }
}
