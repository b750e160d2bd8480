//! Record keys: what decides the partition, and with it the order.

use crate::Text;

/// Between the parts of a composite key.
const SEPARATOR: u8 = b'|';
/// Before a separator or an escape that is part of a value.
const ESCAPE: u8 = b'\\';

/// The key of a record while it is being made; the buffer is used again for the next one.
///
/// The form is the contract's `keyFormat: string`. A single field is written as its plain text, so that a string key
/// equals what a JVM `StringSerializer` writes. Several fields are joined by `|`, with `\` before any `|` or `\` inside a
/// value: two different lists of values never make the same key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyBuffer {
    bytes: Vec<u8>,
    present: bool,
}

impl KeyBuffer {
    /// A record without a key; [`set`](Self::set) and [`compose`](Self::compose) give it one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes the text form of one value the key.
    pub fn set(&mut self, value: impl Text) {
        self.clear();
        self.present = true;
        value.write_text(&mut self.bytes);
    }

    /// Makes several values the key.
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

    /// Takes the key away.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.present = false;
    }

    /// The key's bytes, `None` for a record without a key.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        self.present.then_some(self.bytes.as_slice())
    }
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
    fn a_single_string_is_written_as_it_is() {
        let mut key = KeyBuffer::new();
        key.set("a|b\\c");
        assert_eq!(key.as_bytes(), Some(b"a|b\\c".as_slice()));
        key.clear();
        assert_eq!(key.as_bytes(), None);
    }

    #[test]
    fn composite_keys_are_injective() {
        assert_eq!(composed(&[&"a", &42_i64]), b"a|42");
        assert_ne!(composed(&[&"a|b", &"c"]), composed(&[&"a", &"b|c"]));
        assert_ne!(composed(&[&"a\\", &"b"]), composed(&[&"a", &"\\b"]));
        assert_ne!(composed(&[&"a\\|b"]), composed(&[&"a\\", &"b"]));
    }
}
