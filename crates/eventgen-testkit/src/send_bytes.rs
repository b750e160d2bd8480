//! Puts any bytes on a topic: what a broken or foreign producer would write.

use std::time::Duration;

use eventgen::{Client, Error, Headers};
use rdkafka::ClientConfig;
use rdkafka::error::KafkaError;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};

/// Sends a record without schema or frame and waits for its acknowledgement. Only brokers without authentication can be
/// written to.
///
/// # Errors
/// A cluster that does not acknowledge the record within 10 seconds.
pub async fn send_bytes(client: &Client, topic: &str, key: &[u8], value: &[u8]) -> Result<(), Error> {
    send_with_headers(client, topic, key, value, &Headers::new()).await
}

/// The same with headers, whose names may be any bytes too.
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
    let servers = client.bootstrap_servers().to_owned();
    let (topic, key, value, headers) = (topic.to_owned(), key.to_vec(), value.to_vec(), headers.clone());
    let sent = tokio::task::spawn_blocking(move || {
        send(&servers, &topic, &key, &value, &headers)
            .map_err(|error| Error::kafka(format!("sending to topic `{topic}`"), error))
    });
    sent.await.unwrap_or_else(|failure| std::panic::resume_unwind(failure.into_panic()))
}

fn send(servers: &str, topic: &str, key: &[u8], value: &[u8], headers: &Headers) -> Result<(), KafkaError> {
    let producer: BaseProducer = ClientConfig::new()
        .set("bootstrap.servers", servers)
        .set("partitioner", "murmur2_random")
        // What is too large is for the topic to say.
        .set("message.max.bytes", "100000000")
        .create()?;
    let record = BaseRecord::to(topic).key(key).payload(value).headers(headers.to_native());
    producer.send(record).map_err(|(error, _)| error)?;
    producer.flush(Duration::from_secs(10))
}
