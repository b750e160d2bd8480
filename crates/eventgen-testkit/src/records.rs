//! Reads all records of a topic, for assertions and for display.

use eventgen::private::RawRecord;
use eventgen::types::chrono::{DateTime, Utc};
use eventgen::{Client, Error, Headers};

/// A record of a topic.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Record {
    /// Its partition.
    pub partition: i32,
    /// Its offset.
    pub offset: i64,
    /// Its timestamp, if it has one.
    pub timestamp: Option<DateTime<Utc>>,
    /// Its key.
    pub key: Option<Vec<u8>>,
    /// Its value, with the frame of the registry.
    pub value: Option<Vec<u8>>,
    /// Its headers.
    pub headers: Headers,
}

/// All records of a topic up to its current end, ordered by partition and offset.
///
/// # Errors
/// [`Error::UnknownTopic`] if the topic does not exist, or the cluster does not answer.
pub async fn records(client: &Client, topic: &str) -> Result<Vec<Record>, Error> {
    Ok(eventgen::private::read_raw(client, topic).await?.into_iter().map(Record::from).collect())
}

impl From<RawRecord> for Record {
    fn from(raw: RawRecord) -> Self {
        Self {
            partition: raw.partition,
            offset: raw.offset,
            timestamp: raw.timestamp.and_then(DateTime::from_timestamp_millis),
            key: raw.key,
            value: raw.value,
            headers: raw.headers,
        }
    }
}
