//! Writes any bytes to a topic, as a broken or foreign producer would.

use eventgen::{Client, Error, Headers};

/// Writes a record without a schema or a frame and waits for its acknowledgement.
///
/// # Errors
/// [`Error::UnknownTopic`] if the topic does not exist, or the cluster does not acknowledge the record within 10 seconds.
pub async fn send_bytes(client: &Client, topic: &str, key: &[u8], value: &[u8]) -> Result<(), Error> {
    send_with_headers(client, topic, key, value, &Headers::new()).await
}

/// Writes a record with headers. The names of headers may be any bytes, too.
///
/// # Errors
/// See [`send_bytes`].
pub async fn send_with_headers(
    client: &Client,
    topic: &str,
    key: &[u8],
    value: &[u8],
    headers: &Headers,
) -> Result<(), Error> {
    send_record(client, topic, Some(key), Some(value), headers).await
}

/// Writes a record that may have no key, no value (a tombstone), or neither. Records without a key go to any partition.
///
/// # Errors
/// See [`send_bytes`].
pub async fn send_record(
    client: &Client,
    topic: &str,
    key: Option<&[u8]>,
    value: Option<&[u8]>,
    headers: &Headers,
) -> Result<(), Error> {
    eventgen::private::write_raw(client, topic, key, value, headers).await
}
