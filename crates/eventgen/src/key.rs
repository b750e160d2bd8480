//! Record keys. The key decides the partition of a record, and records with equal keys stay in order.

#[cfg(feature = "kafka")]
use std::borrow::Cow;

use crate::{DecodeError, EncodeError, Text, wire};

/// Separates the parts of a composite key.
const SEPARATOR: u8 = b'|';
/// Precedes a separator or an escape that is part of a value.
const ESCAPE: u8 = b'\\';

/// The key of a record that is being built. The buffer can be reused for the next record.
///
/// The format is the contract's `keyFormat: string`. A single field is written as its text without escapes, so that a
/// string key equals the bytes that a JVM `StringSerializer` writes. Several fields are joined by `|`, and any `|` or `\` in
/// a value is preceded by `\`, so that different lists of values never have the same key.
///
/// A typed key (`keyFormat: avro` or `protobuf`) is a value of a schema of the registry. The registry is known to producers
/// only: they put the frame with the id of the schema before the value, and what decides the partition are both.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyBuffer {
    bytes: Vec<u8>,
    present: bool,
    /// Fields of the key in messages that are absent.
    absent: Option<&'static str>,
    /// Whether the bytes are a value to which a producer adds a frame.
    is_unframed: bool,
    /// Why a value cannot be written with the schema of the key.
    failure: Option<EncodeError>,
}

impl KeyBuffer {
    /// The key of a record without a key, until [`set`](Self::set) or [`compose`](Self::compose) is called.
    pub fn new() -> Self {
        Self::default()
    }

    /// A key with these bytes, as a record has them: of a [`Delivery`](crate::Delivery), of another topic, or of a test. A typed
    /// key has its frame in them.
    ///
    /// ```
    /// use eventgen::KeyBuffer;
    ///
    /// let key = KeyBuffer::from_bytes("north|chair");
    /// assert_eq!(key.as_bytes(), Some(b"north|chair".as_slice()));
    /// ```
    pub fn from_bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self { bytes: bytes.into(), present: true, ..Self::default() }
    }

    /// Sets the key to the text form of one value.
    pub fn set(&mut self, value: impl Text) {
        self.clear();
        self.present = true;
        value.write_text(&mut self.bytes);
    }

    /// Sets the key to several values.
    pub fn compose(&mut self, values: &[&dyn Text]) {
        self.clear();
        self.present = true;
        let mut part = Vec::new();
        for (index, value) in values.iter().enumerate() {
            if index > 0 {
                self.bytes.push(SEPARATOR);
            }
            part.clear();
            value.write_text(&mut part);
            for &byte in &part {
                if byte == SEPARATOR || byte == ESCAPE {
                    self.bytes.push(ESCAPE);
                }
                self.bytes.push(byte);
            }
        }
    }

    /// Sets the key to a value that a schema describes, which `write` appends. A producer adds the frame.
    pub fn set_typed(&mut self, write: impl FnOnce(&mut Vec<u8>) -> Result<(), EncodeError>) {
        self.clear();
        match write(&mut self.bytes) {
            Ok(()) => (self.present, self.is_unframed) = (true, true),
            Err(error) => {
                self.bytes.clear();
                self.failure = Some(error);
            }
        }
    }

    /// Removes the key.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.is_unframed = false;
        self.failure = None;
        self.present = false;
        self.absent = None;
    }

    /// Removes the key of an event whose topic is ordered by key. A message that holds one of these fields is absent.
    #[doc(hidden)]
    pub fn set_absent(&mut self, fields: &'static str) {
        self.clear();
        self.absent = Some(fields);
    }

    pub(crate) fn absent(&self) -> Option<&'static str> {
        self.absent
    }

    /// The error of [`set_typed`](Self::set_typed).
    pub(crate) fn failure(&self) -> Option<&EncodeError> {
        self.failure.as_ref()
    }

    /// The bytes of the key in a record; a typed key that has no frame gets this one. `None` for a record without a key.
    #[cfg(feature = "kafka")]
    pub(crate) fn framed(&self, frame: &[u8]) -> Option<Cow<'_, [u8]>> {
        let bytes = self.as_bytes()?;
        Some(if self.is_unframed { [frame, bytes].concat().into() } else { bytes.into() })
    }

    /// Puts a frame before a typed key that has none.
    #[cfg(feature = "kafka")]
    pub(crate) fn frame(&mut self, frame: &[u8]) {
        if std::mem::take(&mut self.is_unframed) {
            self.bytes.splice(..0, frame.iter().copied());
        }
    }

    /// The bytes of the key; `None` for a record without a key. Those of a typed key that an event or `key_of` has made are the
    /// value without the frame.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        self.present.then_some(self.bytes.as_slice())
    }
}

/// The value of a typed key of a record, which follows the id of its schema.
///
/// # Errors
/// [`DecodeError::Key`].
pub fn value(key: &[u8]) -> Result<&[u8], DecodeError> {
    let framed = wire::parse(key);
    let framed = framed.map_err(|_| DecodeError::Key { reason: "it does not begin with the id of a schema" });
    framed.map(|(_, value)| value)
}

/// The most characters of a key in a message.
#[cfg(feature = "kafka")]
const DISPLAYED: usize = 64;

/// A key for messages: its text with escaped control characters, at most 64 characters.
#[cfg(feature = "kafka")]
pub(crate) fn displayed(key: &[u8]) -> String {
    let text = String::from_utf8_lossy(&key[..key.len().min(4 * DISPLAYED)]);
    text.chars().take(DISPLAYED).flat_map(char::escape_debug).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn composed(values: &[&dyn Text]) -> Vec<u8> {
        let mut key = KeyBuffer::new();
        key.compose(values);
        key.as_bytes().expect("a key").to_vec()
    }

    #[test]
    fn a_single_string_is_written_without_escapes() {
        let mut key = KeyBuffer::new();
        key.set("a|b\\c");
        assert_eq!(key.as_bytes(), Some(b"a|b\\c".as_slice()));
        key.clear();
        assert_eq!(key.as_bytes(), None);
    }

    #[test]
    fn a_typed_key_gets_its_frame_once() {
        let mut key = KeyBuffer::from_bytes("old");
        key.set_typed(|value| {
            value.push(7);
            Ok(())
        });
        assert_eq!(key.as_bytes(), Some([7].as_slice()));
        key.frame(&[0, 1]);
        key.frame(&[0, 2]);
        assert_eq!(key, KeyBuffer::from_bytes([0, 1, 7]));
        let mut text = KeyBuffer::from_bytes("text");
        text.frame(&[0, 1]);
        assert_eq!(text.as_bytes(), Some(b"text".as_slice()));
    }

    #[test]
    fn a_value_that_the_schema_cannot_represent_leaves_no_key() {
        let error = EncodeError::AbsentKey { fields: "id" };
        let mut key = KeyBuffer::from_bytes("old");
        key.set_typed(|value| {
            value.push(7);
            Err(error.clone())
        });
        assert_eq!((key.as_bytes(), key.failure()), (None, Some(&error)));
        key.set("new");
        assert_eq!((key.as_bytes(), key.failure()), (Some(b"new".as_slice()), None));
    }

    #[test]
    fn composite_keys_are_injective() {
        assert_eq!(composed(&[&"a", &42_i64]), b"a|42");
        assert_ne!(composed(&[&"a|b", &"c"]), composed(&[&"a", &"b|c"]));
        assert_ne!(composed(&[&"a\\", &"b"]), composed(&[&"a", &"\\b"]));
        assert_ne!(composed(&[&"a\\|b"]), composed(&[&"a\\", &"b"]));
    }
}
