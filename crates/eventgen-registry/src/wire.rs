//! The frame around registered values: Confluent's
//! [wire format](https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format),
//! a zero byte and the schema's id as four bytes, big-endian; for Protobuf then the message's indexes.

use thiserror::Error;

use crate::SchemaId;

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
    /// No message indexes where a Protobuf value has them.
    #[error("the value has no message indexes behind its schema id: {reason}")]
    NoMessageIndexes {
        /// What is there.
        reason: &'static str,
    },
}

/// The most indexes that are read: messages are nested less deeply.
const MAX_INDEXES: usize = 64;

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

/// Appends the path to a message of a Protobuf schema: how many indexes follow, then the index of the outermost message
/// in its file, and that of each nested one in the message around it, all as zigzag varints. The path to the first
/// message of a file, by far the most frequent, is the single byte 0.
///
/// Indexes count what is declared with `message`, as Confluent's Java client does. (Its Go and Python clients also count
/// the messages that map fields imply, and so name another message where such a field stands before a nested one.)
pub fn message_indexes(indexes: &[u32], value: &mut Vec<u8>) {
    if indexes == [0] {
        value.push(0);
        return;
    }
    let count = u32::try_from(indexes.len()).unwrap_or(u32::MAX);
    for number in std::iter::once(count).chain(indexes.iter().copied()) {
        // Zigzag of a number that is not negative is twice that number.
        prost::encoding::encode_varint(u64::from(number) << 1, value);
    }
}

/// The message indexes at the start of a payload, and what is behind them.
///
/// # Errors
/// Bytes that do not begin with message indexes.
pub fn parse_message_indexes(mut payload: &[u8]) -> Result<(Vec<u32>, &[u8]), FrameError> {
    let number = |payload: &mut &[u8]| {
        let number = prost::encoding::decode_varint(payload)
            .map_err(|_| FrameError::NoMessageIndexes { reason: "a number is cut short or too long" })?;
        match number & 1 {
            0 => u32::try_from(number >> 1).ok(),
            _ => None,
        }
        .ok_or(FrameError::NoMessageIndexes { reason: "a number is negative or too large" })
    };
    let count = number(&mut payload)? as usize;
    if count > MAX_INDEXES {
        return Err(FrameError::NoMessageIndexes { reason: "there are more than messages are nested" });
    }
    let mut indexes = Vec::with_capacity(count.max(1));
    for _ in 0..count {
        indexes.push(number(&mut payload)?);
    }
    if indexes.is_empty() {
        indexes.push(0);
    }
    Ok((indexes, payload))
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

    /// Byte strings of Confluent's clients: <https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format>.
    #[test]
    fn message_indexes_are_confluents() {
        for (indexes, bytes) in [
            (vec![0], vec![0]),
            (vec![1], vec![2, 2]),
            (vec![0, 0], vec![4, 0, 0]),
            (vec![1, 0], vec![4, 2, 0]),
            (vec![2, 1, 0], vec![6, 4, 2, 0]),
            (vec![64], vec![2, 0x80, 1]),
        ] {
            let mut value = Vec::new();
            message_indexes(&indexes, &mut value);
            assert_eq!(value, bytes, "{indexes:?}");
            value.push(9);
            assert_eq!(parse_message_indexes(&value), Ok((indexes, [9].as_slice())));
        }
        // The long form of the first message, which nobody writes and everybody reads.
        assert_eq!(parse_message_indexes(&[2, 0]), Ok((vec![0], [].as_slice())));
    }

    #[test]
    fn what_are_no_message_indexes_is_refused() {
        for bytes in [
            &[][..],
            &[2],
            &[4, 0],
            &[1],
            &[2, 1],
            &[0xff; 11],
            &[0xfe, 0xff, 0xff, 0xff, 0xff, 0x7f],
            &[200, 1],
        ] {
            assert!(parse_message_indexes(bytes).is_err(), "{bytes:?}");
        }
    }
}
