//! A header of a record.

/// A header of a record. Names are bytes: the protocol does not require UTF-8.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Its name.
    pub name: Vec<u8>,
    /// Its value.
    pub value: Option<Vec<u8>>,
}

impl Header {
    /// A header.
    pub fn new(name: impl Into<Vec<u8>>, value: Option<Vec<u8>>) -> Self {
        Self { name: name.into(), value }
    }
}
