//! The frame around registered values: Confluent's
//! [wire format](https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format),
//! a zero byte and the schema's id as four bytes, big-endian; for Protobuf then the message's indexes.

use thiserror::Error;

use crate::{SchemaGuid, SchemaId, SchemaKey};

/// The record header with the schema of the value, in place of a frame (Confluent's clients since version 8).
pub const VALUE_HEADER: &str = "__value_schema_id";
/// The record header with the schema of the key.
pub const KEY_HEADER: &str = "__key_schema_id";

/// The first byte of every framed value.
const MAGIC: u8 = 0;
/// The first byte of a header that holds a guid.
const MAGIC_OF_GUID: u8 = 1;
/// The length of a frame, in bytes.
const FRAME: usize = 5;

/// Why a value has no frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FrameError {
    /// The value is shorter than a frame.
    #[error("the value has {length} bytes; a registered value begins with a frame of {FRAME}")]
    TooShort {
        /// The length of the value, in bytes.
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
    /// The header [`VALUE_HEADER`] or [`KEY_HEADER`] holds neither a guid nor an id.
    #[error(
        "the header of the schema id has {length} bytes that are neither a guid (0x01 and 16 bytes) nor an id (0x00 and 4)"
    )]
    InvalidHeader {
        /// The length of the header's value, in bytes.
        length: usize,
    },
    /// The value of a Protobuf schema does not have message indexes after its frame.
    #[error("the value has no message indexes after its schema id: {reason}")]
    NoMessageIndexes {
        /// Why.
        reason: &'static str,
    },
}

/// The largest number of indexes that is read. Messages are not nested that deep.
const MAX_INDEXES: usize = 64;

/// Appends the frame of a value of this schema. The payload follows it.
pub fn frame(id: SchemaId, value: &mut Vec<u8>) {
    value.push(MAGIC);
    value.extend_from_slice(&id.0.to_be_bytes());
}

/// The schema id and the payload of a framed value.
///
/// # Errors
/// The value does not begin with a frame.
pub fn parse(value: &[u8]) -> Result<(SchemaId, &[u8]), FrameError> {
    match value {
        [MAGIC, a, b, c, d, payload @ ..] => Ok((SchemaId(u32::from_be_bytes([*a, *b, *c, *d])), payload)),
        [found, ..] if *found != MAGIC => Err(FrameError::NoMagic { found: *found }),
        _ => Err(FrameError::TooShort { length: value.len() }),
    }
}

/// Appends what the header [`VALUE_HEADER`] or [`KEY_HEADER`] holds. For Protobuf the message indexes follow it there, not in
/// the value.
pub fn header(schema: SchemaKey, header: &mut Vec<u8>) {
    match schema {
        SchemaKey::Id(id) => frame(id, header),
        SchemaKey::Guid(guid) => {
            header.push(MAGIC_OF_GUID);
            header.extend_from_slice(&guid.0);
        }
    }
}

/// The schema that a header names, and the rest of the header.
///
/// # Errors
/// [`FrameError::InvalidHeader`].
pub fn parse_header(header: &[u8]) -> Result<(SchemaKey, &[u8]), FrameError> {
    let invalid = FrameError::InvalidHeader { length: header.len() };
    match header.split_first() {
        Some((&MAGIC, _)) => parse(header).map(|(id, rest)| (SchemaKey::Id(id), rest)).map_err(|_| invalid),
        Some((&MAGIC_OF_GUID, rest)) => {
            let (guid, rest) = rest.split_first_chunk().ok_or(invalid)?;
            Ok((SchemaKey::Guid(SchemaGuid(*guid)), rest))
        }
        _ => Err(invalid),
    }
}

/// A value, and what names its schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParsedValue<'a> {
    /// The schema.
    pub schema: SchemaKey,
    /// What follows the schema in the header, if it is there: for Protobuf the message indexes, which the payload then lacks.
    pub header: Option<&'a [u8]>,
    /// What follows the schema in the value; all of the value if the schema is in the header.
    pub payload: &'a [u8],
}

/// Finds the schema of a value: in the header [`VALUE_HEADER`] of its record if it has one, else in the frame. For a key, the
/// header is [`KEY_HEADER`].
///
/// # Errors
/// [`FrameError::InvalidHeader`], or as [`parse`].
pub fn parse_value<'a>(value: &'a [u8], header: Option<&'a [u8]>) -> Result<ParsedValue<'a>, FrameError> {
    if let Some(header) = header {
        let (schema, rest) = parse_header(header)?;
        return Ok(ParsedValue { schema, header: Some(rest), payload: value });
    }
    let (id, payload) = parse(value)?;
    Ok(ParsedValue { schema: SchemaKey::Id(id), header: None, payload })
}

/// Whether a key names a schema: in the header [`KEY_HEADER`] of its record, or in a frame with another id than 0. Most keys
/// have none. A registry gives no schema the id 0, which 8-byte numbers begin with that are not large.
pub fn is_framed(key: &[u8], header: Option<&[u8]>) -> bool {
    header.is_some() || parse(key).is_ok_and(|(id, _)| id.0 != 0)
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

/// The message indexes at the start of a payload, and the bytes after them.
///
/// # Errors
/// The payload does not begin with message indexes.
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
    fn a_header_is_read_as_it_was_written() {
        let guid = SchemaGuid([7; 16]);
        for key in [SchemaKey::Guid(guid), SchemaKey::Id(SchemaId(258))] {
            let mut bytes = Vec::new();
            header(key, &mut bytes);
            bytes.push(9);
            assert_eq!(parse_header(&bytes), Ok((key, [9].as_slice())));
        }
        for bytes in [&[][..], &[1], &[1; 16], &[0, 0, 0, 1], &[2; 17]] {
            assert_eq!(parse_header(bytes), Err(FrameError::InvalidHeader { length: bytes.len() }));
        }
    }

    #[test]
    fn keys_that_name_no_schema_are_not_framed() {
        for (key, header, is) in [
            (&[0, 0, 0, 0, 7][..], None, true),
            (&[0, 0, 0, 0, 0, 0, 0, 7], None, false),
            (b"ada", None, false),
            (&[0, 0, 0, 7], None, false),
            (b"ada", Some(&[0, 0, 0, 0, 7][..]), true),
        ] {
            assert_eq!(is_framed(key, header), is, "{key:?}");
        }
    }

    #[test]
    fn values_without_a_frame_are_refused() {
        assert_eq!(parse(&[]), Err(FrameError::TooShort { length: 0 }));
        assert_eq!(parse(&[0, 1, 2, 3]), Err(FrameError::TooShort { length: 4 }));
        assert_eq!(parse(b"{\"a\":1}"), Err(FrameError::NoMagic { found: b'{' }));
    }

    /// Byte strings of Confluent's clients: <https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format>.
    #[test]
    fn message_indexes_are_those_of_confluents_clients() {
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
        // The long form of the path to the first message is read, but not written.
        assert_eq!(parse_message_indexes(&[2, 0]), Ok((vec![0], [].as_slice())));
    }

    #[test]
    fn payloads_without_message_indexes_are_refused() {
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
