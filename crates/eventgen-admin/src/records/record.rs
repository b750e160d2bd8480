//! A record as it is in a topic.

use crate::values;

/// A record.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Record {
    /// The partition.
    pub partition: i32,
    /// The offset.
    pub offset: i64,
    /// When it was created or appended, in milliseconds since the Unix epoch; `None` for records of brokers before 0.10.
    pub timestamp: Option<i64>,
    /// The key.
    pub key: Option<Vec<u8>>,
    /// The value; `None` is a tombstone.
    pub value: Option<Vec<u8>>,
    /// The headers in order. Names may repeat.
    pub headers: Vec<Header>,
}

/// A header.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Header {
    /// The name, which need not be UTF-8.
    pub name: Vec<u8>,
    /// The value.
    pub value: Option<Vec<u8>>,
}

impl Header {
    /// A header.
    pub fn new(name: impl Into<Vec<u8>>, value: Option<Vec<u8>>) -> Self {
        Self { name: name.into(), value }
    }
}

impl Record {
    /// The timestamp by RFC 3339, in UTC.
    pub fn time(&self) -> Option<String> {
        self.timestamp.map(values::timestamp)
    }

    /// The value of the last header of this name, if it is UTF-8.
    pub fn header(&self, name: &str) -> Option<&str> {
        std::str::from_utf8(self.header_bytes(name)?).ok()
    }

    /// The value of the last header of this name.
    pub fn header_bytes(&self, name: &str) -> Option<&[u8]> {
        let header = self.headers.iter().rev().find(|header| header.name == name.as_bytes())?;
        header.value.as_deref()
    }
}

/// What a reader has next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextRecord {
    /// A record.
    Record(Record),
    /// Nothing yet.
    Nothing,
    /// Nothing more: all that was asked for has been read.
    End,
}
