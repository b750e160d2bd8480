//! Puts any bytes on a topic: what a broken or foreign producer would write.

use eventgen::{Client, Error, Headers};

/// Sends a record without schema or frame and waits for its acknowledgement.
///
/// # Errors
/// A cluster that does not acknowledge the record within 10 seconds.
pub async fn send_bytes(client: &Client, topic: &str, key: &[u8], value: &[u8]) -> Result<(), Error> {
    send_with_headers(client, topic, key, value, &Headers::new()).await
}

/// Sends a record with headers, whose names may be any bytes too.
///
/// # Errors
/// As [`send_bytes`].
pub async fn send_with_headers(
    client: &Client,
    topic: &str,
    key: &[u8],
    value: &[u8],
    headers: &Headers,
) -> Result<(), Error> {
    eventgen::private::write_raw(client, topic, key, value, headers).await
}
