//! Where the dead letters of a consumer and its records in retry topics go: to a producer, which is replaced after a fatal error,
//! or into the transaction that commits their records.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::Mutex;

use crate::consumer::outputs::Output;
use crate::kafka::{NotDelivered, OutgoingRecord, Receipt, RecordWriter, Sending, Settings, record_size};
use crate::observe::trace::Span;
use crate::producer::Limits;
use crate::{Client, Error};

/// The setting that limits the size of what a consumer fetches, librdkafka's default for it, and the largest size that a
/// producer accepts, in bytes.
const LARGEST_FETCH: &str = "receive.message.max.bytes";
const LARGEST_FETCH_DEFAULT: usize = 100_000_000;
const LARGEST_RECORD: usize = 1_000_000_000;

/// Writes records of the runtime to any topic.
pub(crate) enum LetterWriter {
    /// At once.
    Producer(LetterProducer),
    /// In the transaction that commits the record that a letter is about.
    Transaction(LetterLimits),
}

/// How large letters in transactions may be. One that its topic refuses would fail the transaction, so that it is known before.
pub(crate) struct LetterLimits {
    limits: Limits,
    /// The largest records of topics that the cluster has told at the start, in bytes.
    reported: HashMap<String, usize>,
}

impl LetterLimits {
    /// Asks the cluster how large the records of these topics may be. It is what decides: a topic that was created from a contract
    /// takes more than the cluster's default also where the contract does not state a size, and one that exists may take less than
    /// the contract states. Without an answer, the contract is right. The records of a topic go to others in these `ways`.
    pub(crate) async fn ask(client: &Client, limits: Limits, ways: &[(&str, &str)]) -> Self {
        let mut topics: Vec<String> =
            ways.iter().flat_map(|(from, to)| [*from, *to]).map(str::to_owned).collect();
        topics.sort_unstable();
        topics.dedup();
        let reported = client.largest_records(topics).await;
        for warning in narrow(&reported, ways) {
            tracing::warn!("{warning}");
        }
        Self { limits, reported }
    }

    /// The most bytes of a record of a topic whose contract states this size.
    fn of(&self, topic: &str, stated: Option<usize>) -> usize {
        self.limits.of(self.reported.get(topic).copied().or(stated))
    }
}

/// Says which topics accept smaller records than the topic that they get their records from.
fn narrow(reported: &HashMap<String, usize>, ways: &[(&str, &str)]) -> Vec<String> {
    let smaller = ways.iter().filter_map(|(from, to)| {
        let (source, target) = (reported.get(*from)?, reported.get(*to)?);
        (target < source).then(|| {
            format!(
                "topic `{to}` accepts records of {target} bytes (`max.message.bytes`), and `{from}`, from which it gets its \
                 records, {source}: larger ones become dead letters at once, or lose their values; raise it, \
                 `eventgen topics plan` compares the topics with the contract"
            )
        })
    });
    smaller.collect()
}

/// A record that was handed to the writer.
pub(crate) enum HandedOver {
    /// It is acknowledged at this offset.
    At(i64),
    /// It is to be part of the transaction that commits the record from which it comes.
    Output(Output),
}

/// A producer of dead letters.
pub(crate) struct LetterProducer {
    client: Client,
    settings: Settings,
    current: Mutex<Arc<RecordWriter>>,
}

impl LetterWriter {
    /// The writer of a consumer with these settings.
    ///
    /// # Errors
    /// Refused settings.
    pub(crate) fn new(client: &Client, consumer: &Settings) -> Result<Self, Error> {
        let mut settings = Settings::default();
        // Shorter than for an application's producer, because the record is kept and written again.
        settings.set("delivery.timeout.ms", "30000");
        settings.set("message.max.bytes", largest_fetch(client, consumer).to_string());
        // The default of the JVM client. A topic refuses a whole batch, and a letter must not be refused because of others.
        settings.set("batch.size", "16384");
        let current = Mutex::new(Arc::new(RecordWriter::new(client.settings(), &settings)?));
        Ok(Self::Producer(LetterProducer { client: client.clone(), settings, current }))
    }

    /// Letters to a topic may follow.
    pub(super) async fn begin(&self, topic: &str) {
        // The producer of transactions begins the series of its topics itself.
        if let Self::Producer(producer) = self {
            producer.current.lock().await.meters().begin(topic);
        }
    }

    /// Whether letters are refused together with the transaction that they are part of, so that it is to be known before
    /// whether they are accepted.
    pub(super) fn is_transactional(&self) -> bool {
        matches!(self, Self::Transaction(_))
    }

    /// Writes a record and waits for its acknowledgement; or returns it as an output of the record that it is about. `limit` is
    /// the largest record that its topic accepts, if the contract says so.
    pub(super) async fn send(
        &self,
        record: OutgoingRecord<'_>,
        limit: Option<usize>,
    ) -> Result<HandedOver, NotDelivered> {
        match self {
            Self::Producer(producer) => {
                let receipt = producer.send(record).await?;
                Ok(HandedOver::At(receipt.offset))
            }
            Self::Transaction(limits) => {
                let limit = limits.of(record.topic, limit);
                let size = record_size(record.key, record.payload, record.headers);
                if size > limit {
                    return Err(NotDelivered::too_large(record.topic, size, limit));
                }
                Ok(HandedOver::Output(Output::copied(record)))
            }
        }
    }
}

/// The most bytes of a record that a consumer with these settings can fetch. Producers of letters accept as much: their
/// topics decide which letters are too large.
pub(crate) fn largest_fetch(client: &Client, consumer: &Settings) -> usize {
    let fetched = consumer.get(LARGEST_FETCH).or(client.settings().get(LARGEST_FETCH));
    // librdkafka reports a value that is not a number.
    fetched.and_then(|bytes| bytes.parse().ok()).unwrap_or(LARGEST_FETCH_DEFAULT).min(LARGEST_RECORD)
}

impl LetterProducer {
    async fn send(&self, record: OutgoingRecord<'_>) -> Result<Receipt, NotDelivered> {
        let writer = Arc::clone(&*self.current.lock().await);
        // A letter carries the context of its record, so that it has no span of its own.
        match writer.send(record, Sending::begin(Span::default())).await {
            Err(error) if error.is_fatal() => {
                self.replace(&writer).await;
                // Closing a producer blocks.
                tokio::task::spawn_blocking(move || drop(writer));
                Err(error)
            }
            // The topic has gained partitions: the client would ask for them in minutes.
            Err(error) if error.is_unknown_partition() => {
                let topic = record.topic.to_owned();
                // If it does not get an answer now, the next attempt asks again.
                let _ = tokio::task::spawn_blocking(move || writer.ask_for_partitions(&topic)).await;
                Err(error)
            }
            answer => answer,
        }
    }

    /// Replaces the producer, unless another task has done so.
    async fn replace(&self, failed: &Arc<RecordWriter>) {
        let mut current = self.current.lock().await;
        if Arc::ptr_eq(&current, failed) {
            match RecordWriter::new(self.client.settings(), &self.settings) {
                Ok(writer) => *current = Arc::new(writer),
                Err(error) => tracing::error!(%error, "cannot replace the producer of dead letters"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Headers;

    /// Whether a letter of this size becomes part of a transaction, to a topic whose contract states a limit, and whose cluster
    /// reports one.
    async fn is_accepted(size: usize, stated: Option<usize>, reported: Option<usize>) -> bool {
        let limits = Limits { unstated: 1_000_000, largest: 2_000_000 };
        let reported = reported.map(|limit| ("orders.dlq".to_owned(), limit)).into_iter().collect();
        let writer = LetterWriter::Transaction(LetterLimits { limits, reported });
        let (value, headers) = (vec![0; size], Headers::new());
        let record = OutgoingRecord {
            topic: "orders.dlq",
            partition: Some(0),
            key: None,
            payload: Some(&value),
            headers: &headers,
            timestamp: None,
        };
        match writer.send(record, stated).await {
            Ok(HandedOver::Output(_)) => true,
            Ok(HandedOver::At(_)) => unreachable!("it waits for the transaction"),
            Err(error) => {
                assert!(error.is_too_large(), "{error:?}");
                false
            }
        }
    }

    #[test]
    fn a_topic_that_accepts_less_than_its_source_is_named_at_the_start() {
        let reported = [("orders", 1_048_588), ("orders.billing.retry.1", 10), ("orders.dlq", 1_064_972)];
        let reported = reported.map(|(topic, limit)| (topic.to_owned(), limit)).into_iter().collect();
        let ways =
            [("orders", "orders.billing.retry.1"), ("orders", "orders.dlq"), ("orders", "not reported")];
        let [warning] = &narrow(&reported, &ways)[..] else { panic!("one topic is narrow") };
        assert!(warning.contains("`orders.billing.retry.1` accepts records of 10 bytes"), "{warning}");
        assert!(warning.contains("max.message.bytes") && warning.contains("1048588"), "{warning}");
    }

    #[tokio::test]
    async fn a_letter_in_a_transaction_may_be_as_large_as_its_topic_accepts() {
        const STATED: Option<usize> = Some(1_064_972);
        assert!(is_accepted(1_040_000, STATED, None).await, "the largest record of a topic with the default");
        assert!(!is_accepted(1_064_972, STATED, None).await);
        assert!(!is_accepted(1_040_000, None, None).await);
        assert!(!is_accepted(2_000_000, Some(5_000_000), None).await);
        assert!(
            is_accepted(1_060_000, None, STATED).await,
            "the cluster knows what the contract does not state"
        );
        assert!(!is_accepted(1_040_000, STATED, Some(1_000_000)).await, "the topic decides");
        assert!(!is_accepted(2_000_000, None, Some(5_000_000)).await);
    }
}
