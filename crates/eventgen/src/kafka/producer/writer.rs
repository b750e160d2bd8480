//! Writes records of any bytes to any topic.

use std::sync::Arc;
use std::time::Duration;

use rdkafka::ClientConfig;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::{BaseRecord, Producer as _, ThreadedProducer};
use tokio::sync::oneshot;

use super::acknowledgements::{Acknowledgements, Receiver, Sending, Waiting};
use super::failed_record::Cause;
use super::settled::Settled;
use super::{NotDelivered, Receipt, record_size, settings};
use crate::kafka::settings::refused;
use crate::kafka::{Role, Settings, headers};
use crate::observe::SendMeters;
use crate::{Error, Headers};

/// How long the thread of a dropped writer waits for records that were not flushed.
const DROP_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a request for the partitions of a topic may take.
const METADATA_TIMEOUT: Duration = Duration::from_secs(2);
/// How often a record is tried again that does not fit into a buffer without other records, and the pause in between.
const TRIES_ALONE: u32 = 1_000;
const PAUSE_ALONE: Duration = Duration::from_millis(1);

/// A record to be written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OutgoingRecord<'a> {
    pub(crate) topic: &'a str,
    /// `None` chooses the partition by the key.
    pub(crate) partition: Option<i32>,
    pub(crate) key: Option<&'a [u8]>,
    pub(crate) payload: Option<&'a [u8]>,
    pub(crate) headers: &'a Headers,
    /// Milliseconds since the Unix epoch; `None` is now.
    pub(crate) timestamp: Option<i64>,
}

/// Writes records and tracks each until it is acknowledged.
pub(crate) struct RecordWriter {
    /// `None` only while the writer is being dropped or closed.
    producer: Option<ThreadedProducer<Acknowledgements>>,
    /// Whether unacknowledged records are discarded with the writer: those of transactions count only if they are committed,
    /// and those of an outbox are stored.
    discards: bool,
    /// The most bytes of a record.
    largest: usize,
}

/// The setting for the largest record, and librdkafka's default.
const LARGEST: &str = "message.max.bytes";
const LARGEST_DEFAULT: usize = 1_000_000;

/// The result of adding a record to the buffer.
enum Submitted {
    Buffered,
    /// The buffer is full. Returns what waits for the acknowledgement, and whether other records will leave the buffer.
    Full {
        receiver: Receiver,
        sending: Sending,
        others: bool,
    },
}

impl RecordWriter {
    pub(crate) fn new(shared: &Settings, own: &Settings) -> Result<Self, Error> {
        Role::Producer.check(own)?;
        Self::create(&shared.configure(&settings::DEFAULTS, own, &settings::INVARIANTS)?, false)
    }

    /// A writer whose settings have a `transactional.id`: see [`transactions`](super::transactions).
    pub(crate) fn transactional(shared: &Settings, own: &Settings) -> Result<Self, Error> {
        Role::Producer.check(own)?;
        let config = shared.configure(&settings::COMMON, own, &settings::TRANSACTIONAL_INVARIANTS)?;
        Self::create(&config, true)
    }

    /// A writer whose unacknowledged records are discarded when it is dropped.
    pub(crate) fn discarding(shared: &Settings, own: &Settings) -> Result<Self, Error> {
        Role::Producer.check(own)?;
        Self::create(&shared.configure(&settings::DEFAULTS, own, &settings::INVARIANTS)?, true)
    }

    fn create(config: &ClientConfig, discards: bool) -> Result<Self, Error> {
        let producer = config
            .create_with_context(Acknowledgements::default())
            .map_err(|error| refused("producer", config, &error))?;
        let largest = config.get(LARGEST).and_then(|bytes| bytes.parse().ok()).unwrap_or(LARGEST_DEFAULT);
        Ok(Self { producer: Some(producer), discards, largest })
    }

    /// Writes a record and waits for its acknowledgement.
    pub(crate) async fn send(
        &self,
        record: OutgoingRecord<'_>,
        sending: Sending,
    ) -> Result<Receipt, NotDelivered> {
        let (sender, receipt) = oneshot::channel();
        self.submit(record, Receiver::Sender(sender), sending).await?;
        receipt.await.unwrap_or_else(|_| Err(NotDelivered::closed(record.topic)))
    }

    /// Hands a record over with a number of the caller. Waits while the buffer is full, and not for the acknowledgement.
    pub(crate) async fn begin(
        &self,
        record: OutgoingRecord<'_>,
        settled: &Arc<Settled>,
        number: i64,
        sending: Sending,
    ) -> Result<(), NotDelivered> {
        self.submit(record, Receiver::Settled(Arc::clone(settled), number), sending).await
    }

    /// Writes a record; its failure is returned by the next [`flush`](Self::flush).
    pub(crate) async fn enqueue(
        &self,
        record: OutgoingRecord<'_>,
        sending: Sending,
    ) -> Result<(), NotDelivered> {
        self.submit(record, Receiver::Flush, sending).await
    }

    /// Writes a record as [`enqueue`](Self::enqueue) does, and blocks the thread while the buffer is full.
    pub(crate) fn enqueue_blocking(
        &self,
        record: OutgoingRecord<'_>,
        mut sending: Sending,
    ) -> Result<(), NotDelivered> {
        let mut tries_alone = 0;
        loop {
            match self.try_submit(record, Receiver::Flush, sending)? {
                Submitted::Buffered => return Ok(()),
                Submitted::Full { sending: same, others, .. } if others || tries_alone < TRIES_ALONE => {
                    sending = same;
                    tries_alone += u32::from(!others);
                    std::thread::sleep(PAUSE_ALONE);
                }
                Submitted::Full { sending, .. } => {
                    return Err(self.larger_than_the_buffer(sending, record.topic));
                }
            }
        }
    }

    /// Whether an enqueued record was refused for what it is, such as its size: sending it again would be in vain.
    pub(crate) fn has_refused_record(&self) -> bool {
        self.acknowledgements().has_refused_record()
    }

    /// Asks the cluster for the partitions of a topic, which the client otherwise does every five minutes. Blocks.
    pub(crate) fn ask_for_partitions(&self, topic: &str) {
        if let Some(producer) = &self.producer {
            // The client remembers the answer.
            let _ = producer.client().fetch_metadata(Some(topic), METADATA_TIMEOUT);
        }
    }

    /// The metrics of this writer.
    pub(crate) fn meters(&self) -> &SendMeters {
        &self.acknowledgements().meters
    }

    /// Waits until every record that was handed over before this call is acknowledged or has failed.
    pub(crate) async fn flush(&self, topic: &str) -> Result<(), Error> {
        self.acknowledgements().flushed().await;
        self.acknowledgements().take_failures(topic)
    }

    /// The number of enqueued records that have failed since the last call, and the likely cause.
    pub(super) fn take_failed(&self) -> (u64, Option<Cause>) {
        self.acknowledgements().take_failed()
    }

    /// Adds a record to the buffer. Waits while the buffer is full.
    async fn submit(
        &self,
        record: OutgoingRecord<'_>,
        mut receiver: Receiver,
        mut sending: Sending,
    ) -> Result<(), NotDelivered> {
        let mut tries_alone = 0;
        loop {
            let mut next = std::pin::pin!(self.acknowledgements().next_to_leave());
            next.as_mut().enable();
            match self.try_submit(record, receiver, sending)? {
                Submitted::Buffered => return Ok(()),
                Submitted::Full { receiver: back, sending: same, others: true } => {
                    (receiver, sending) = (back, same);
                    next.await;
                }
                // librdkafka frees the room of a record a moment after it has reported the record. If there is still no room
                // after that, this record is larger than the buffer.
                Submitted::Full { receiver: back, sending: same, others: false }
                    if tries_alone < TRIES_ALONE =>
                {
                    (receiver, sending) = (back, same);
                    tries_alone += 1;
                    tokio::time::sleep(PAUSE_ALONE).await;
                }
                Submitted::Full { sending, .. } => {
                    return Err(self.larger_than_the_buffer(sending, record.topic));
                }
            }
        }
    }

    fn larger_than_the_buffer(&self, sending: Sending, topic: &str) -> NotDelivered {
        let code = Some(RDKafkaErrorCode::QueueFull);
        self.acknowledgements().not_sent(sending, topic, code);
        NotDelivered {
            topic: topic.to_owned(),
            code,
            reason:
                "the record alone is larger than the producer's buffer: raise `queue.buffering.max.kbytes`"
                    .to_owned(),
        }
    }

    fn try_submit(
        &self,
        record: OutgoingRecord<'_>,
        receiver: Receiver,
        sending: Sending,
    ) -> Result<Submitted, NotDelivered> {
        let generation = self.acknowledgements().submitted();
        let rdkafka_record = BaseRecord::<[u8], [u8], Box<Waiting>> {
            topic: record.topic,
            partition: record.partition,
            payload: record.payload,
            key: record.key,
            timestamp: record.timestamp,
            headers: (!record.headers.is_empty()).then(|| headers::to_native(record.headers)),
            delivery_opaque: Box::new(Waiting { receiver, generation, sending }),
        };
        match self.producer().send(rdkafka_record) {
            Ok(()) => Ok(Submitted::Buffered),
            Err((error, refused)) => {
                let others = self.acknowledgements().not_submitted(generation);
                let Waiting { receiver, sending, .. } = *refused.delivery_opaque;
                match error {
                    KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull) => {
                        Ok(Submitted::Full { receiver, sending, others })
                    }
                    error => {
                        let code = error.rdkafka_error_code();
                        self.acknowledgements().not_sent(sending, record.topic, code);
                        Err(if code == Some(RDKafkaErrorCode::MessageSizeTooLarge) {
                            let OutgoingRecord { topic, key, payload, headers, .. } = record;
                            let size = record_size(key, payload, headers);
                            NotDelivered::larger_than_the_producer_accepts(topic, key, size, self.largest)
                        } else {
                            NotDelivered::failed(record.topic.to_owned(), &error)
                        })
                    }
                }
            }
        }
    }

    /// Closes the producer on a thread for blocking work and waits for it. Flush first.
    pub(crate) async fn close(mut self) {
        if let Some(producer) = self.producer.take() {
            crate::client::blocking(move || free(&producer)).await;
        }
    }

    pub(super) fn producer(&self) -> &ThreadedProducer<Acknowledgements> {
        self.producer.as_ref().expect("it is taken by value or in `drop` only")
    }

    pub(super) fn acknowledgements(&self) -> &Acknowledgements {
        self.producer().client().context()
    }
}

impl Drop for RecordWriter {
    /// Waits for the records of the producer and closes it on a separate thread, because both block. The warning is logged on
    /// this thread, because the process may end before the other one runs.
    fn drop(&mut self) {
        let Some(producer) = self.producer.take() else { return };
        let (outstanding, discards) = (producer.client().context().outstanding(), self.discards);
        if outstanding > 0 && !discards {
            tracing::warn!(
                outstanding,
                "a producer is dropped before its records are acknowledged: call close()"
            );
        }
        let free = move || if discards { drop(producer) } else { free(&producer) };
        if let Err(error) = std::thread::Builder::new().name("eventgen close".to_owned()).spawn(free) {
            tracing::error!(%error, "no thread to close a producer: its unacknowledged records are lost");
        }
    }
}

/// Waits for the records that were not flushed. librdkafka drops the records in its buffer when a producer is closed.
fn free(producer: &ThreadedProducer<Acknowledgements>) {
    let acknowledgements = producer.client().context();
    if acknowledgements.outstanding() > 0
        && let Err(error) = producer.flush(DROP_TIMEOUT)
    {
        let lost = acknowledgements.outstanding();
        tracing::error!(%error, lost, "records were dropped with their producer");
    }
}
