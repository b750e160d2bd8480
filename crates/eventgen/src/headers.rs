//! Record headers: names with values, in order, names may repeat.

use crate::Text;

/// The headers of a record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers {
    entries: Vec<(String, Option<Vec<u8>>)>,
}

impl Headers {
    /// No headers.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a header to the text form of a value, in the place of all earlier headers of that name.
    pub fn set(&mut self, name: &str, value: impl Text) {
        let mut bytes = Vec::new();
        value.write_text(&mut bytes);
        self.remove(name);
        self.append(name, Some(bytes));
    }

    /// Adds a header behind the others, whatever there is of that name; Kafka allows a null value.
    pub fn append(&mut self, name: &str, value: Option<Vec<u8>>) {
        self.entries.push((name.to_owned(), value));
    }

    /// Takes away all headers of that name.
    pub fn remove(&mut self, name: &str) {
        self.entries.retain(|(existing, _)| existing != name);
    }

    /// The value of the last header of that name, as bytes.
    pub fn bytes(&self, name: &str) -> Option<&[u8]> {
        self.iter().rev().find(|(existing, _)| *existing == name)?.1
    }

    /// The value of the last header of that name, if it is UTF-8.
    pub fn text(&self, name: &str) -> Option<&str> {
        std::str::from_utf8(self.bytes(name)?).ok()
    }

    /// All headers, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, Option<&[u8]>)> + ExactSizeIterator {
        self.entries.iter().map(|(name, value)| (name.as_str(), value.as_deref()))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}
