//! Record headers: an ordered list of names and values, in which names may repeat.
//!
//! Names are bytes. The protocol of Kafka does not require UTF-8
//! ([KIP-82](https://cwiki.apache.org/confluence/x/CUZpAw)): the Java client writes UTF-8 only, clients in C may write any
//! bytes. librdkafka truncates a name at its first zero byte.

use crate::Text;

/// The headers of a record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers {
    entries: Vec<(Vec<u8>, Option<Vec<u8>>)>,
}

impl Headers {
    /// No headers.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a header to the text form of a value and removes all earlier headers with this name.
    pub fn set(&mut self, name: impl AsRef<[u8]>, value: impl Text) {
        let mut bytes = Vec::new();
        value.write_text(&mut bytes);
        self.remove(&name);
        self.append(name, Some(bytes));
    }

    /// Appends a header, even if there is already one with this name. Kafka allows a null value.
    pub fn append(&mut self, name: impl AsRef<[u8]>, value: Option<Vec<u8>>) {
        self.entries.push((name.as_ref().to_vec(), value));
    }

    /// Removes all headers with this name.
    pub fn remove(&mut self, name: impl AsRef<[u8]>) {
        self.entries.retain(|(existing, _)| existing != name.as_ref());
    }

    /// The value of the last header with this name, as bytes.
    pub fn bytes(&self, name: impl AsRef<[u8]>) -> Option<&[u8]> {
        self.iter().rev().find(|(existing, _)| *existing == name.as_ref())?.1
    }

    /// The value of the last header with this name, if it is UTF-8.
    pub fn text(&self, name: impl AsRef<[u8]>) -> Option<&str> {
        std::str::from_utf8(self.bytes(name)?).ok()
    }

    /// All headers in order: the bytes of the name, and the value.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&[u8], Option<&[u8]>)> + ExactSizeIterator {
        self.entries.iter().map(|(name, value)| (name.as_slice(), value.as_deref()))
    }

    /// The number of headers.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are no headers.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}
