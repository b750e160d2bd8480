//! Produces typed events as acknowledged records.

mod buffers;
mod destination;
mod encoded;
mod key_frame;
mod latest;
mod limits;
mod outbox;
mod outlets;
mod transactions;

use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use buffers::{Buffers, Pool};
use destination::Destination;
pub use encoded::EncodedRecord;
#[doc(hidden)]
pub use key_frame::unregistered_key;
pub(crate) use limits::{Limits, largest_record};
pub use outbox::{NotSent, NotSentKind, OutboxEncoder, RecordSender, SenderSettings};
pub(crate) use outlets::Outlets;
pub(crate) use transactions::{NotBegun, NotCommitted, Opening, PREPARE, Session};
pub use transactions::{Transaction, TransactionError, TransactionalProducer, TransactionalProducerBuilder};

use crate::client::StartUp;
use crate::kafka::{Receipt, RecordWriter, Sending, Settings};
use crate::observe::trace;
use crate::{Client, Error, Headers, KafkaEvent, KeyBuffer, TopicEvents};

/// Produces the events of one topic. A clone is cheap and shares the connections and the buffer.
///
/// The producer is idempotent (`enable.idempotence=true`, `acks=all`): the retries of librdkafka write no record twice and
/// keep the order of a partition. The partition of a key is the one that the JVM client chooses (`murmur2`). Values are in
/// Confluent's wire format.
pub struct Producer<T> {
    inner: Arc<Inner>,
    topic: PhantomData<fn() -> T>,
}

impl<T> Clone for Producer<T> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner), topic: PhantomData }
    }
}

struct Inner {
    writer: RecordWriter,
    destination: Destination,
    pool: Pool,
}

impl<T: TopicEvents> Producer<T> {
    /// Connects a producer: checks that the topic exists and looks up the ids of its schemas, once.
    ///
    /// # Errors
    /// [`Error::UnknownTopic`], [`Error::NotRegistered`], [`Error::BrokersUnreachable`], [`Error::Authentication`],
    /// [`Error::Registry`], [`Error::InvalidSettings`] if librdkafka refuses a setting of the client,
    /// [`Error::RefusedSetting`] if one would break a guarantee.
    pub async fn new(client: &Client) -> Result<Self, Error> {
        Self::builder(client).connect().await
    }

    /// Configures a producer. [`connect`](ProducerBuilder::connect) returns it.
    pub fn builder(client: &Client) -> ProducerBuilder<T> {
        ProducerBuilder {
            client: client.clone(),
            settings: Settings::default(),
            wait_at_start: Duration::ZERO,
            topic: PhantomData,
        }
    }

    /// Sends an event and waits until all in-sync replicas have acknowledged it. Sends that are awaited one after another
    /// cost a round trip each. For throughput, use [`enqueue`](Self::enqueue) or concurrent sends.
    ///
    /// # Errors
    /// [`Error::Encode`] for a value that the schema cannot represent, [`Error::NotDelivered`] if the cluster does not
    /// acknowledge the record within `delivery.timeout.ms` (2 minutes). The record may have been written all the same, and
    /// sending it again may write it twice.
    pub async fn send<E: KafkaEvent<Topic = T>>(&self, event: &E) -> Result<Receipt, Error> {
        let mut buffers = self.fill(event)?;
        let sending = buffers.begin(self.inner.destination.spans(), self.topic());
        let receipt = self.inner.writer.send(buffers.record(self.topic()), sending).await;
        self.inner.pool.give_back(buffers);
        Ok(receipt?)
    }

    /// Adds an event to the buffer and returns without waiting for its acknowledgement. Waits only while the buffer is full
    /// (`queue.buffering.max.messages`, `queue.buffering.max.kbytes`). If the record fails later, the next
    /// [`flush`](Self::flush) returns the failure.
    ///
    /// # Errors
    /// [`Error::Encode`] for a value that the schema cannot represent, [`Error::NotDelivered`] if librdkafka refuses the
    /// record.
    pub async fn enqueue<E: KafkaEvent<Topic = T>>(&self, event: &E) -> Result<(), Error> {
        let mut buffers = self.fill(event)?;
        let sending = buffers.begin(self.inner.destination.spans(), self.topic());
        let enqueued = self.inner.writer.enqueue(buffers.record(self.topic()), sending).await;
        self.inner.pool.give_back(buffers);
        Ok(enqueued?)
    }

    /// Deletes a key: writes a record without a value (a tombstone), and waits until all in-sync replicas have acknowledged
    /// it. Only a compacted topic has deletions: consumers pass them to [`Handler::deleted`](crate::Handler::deleted), and
    /// compaction removes the earlier records of the key.
    ///
    /// The generated type of an event has a function `key_of`, which returns the key of its fields' values. The record has
    /// no headers, because the contract's headers are values of an event.
    ///
    /// ```ignore
    /// customers.delete(&CustomerChanged::key_of(&customer_id)).await?;
    /// ```
    ///
    /// # Errors
    /// [`Error::NotCompacted`] if the contract of the topic does not have `cleanup.policy: compact`, [`Error::AbsentKey`] if
    /// the key is absent, [`Error::NotDelivered`] as for [`send`](Self::send).
    pub async fn delete(&self, key: &KeyBuffer) -> Result<Receipt, Error> {
        let mut headers = Headers::new();
        let key = self.inner.destination.deleted_key(key)?;
        let (record, sending) = self.inner.destination.deletion(&key, &mut headers);
        Ok(self.inner.writer.send(record, sending).await?)
    }

    /// Adds a deletion to the buffer, as [`enqueue`](Self::enqueue) adds an event.
    ///
    /// # Errors
    /// As [`delete`](Self::delete).
    pub async fn enqueue_deletion(&self, key: &KeyBuffer) -> Result<(), Error> {
        let mut headers = Headers::new();
        let key = self.inner.destination.deleted_key(key)?;
        let (record, sending) = self.inner.destination.deletion(&key, &mut headers);
        Ok(self.inner.writer.enqueue(record, sending).await?)
    }

    /// Waits until every event that any clone has enqueued or sent before this call is acknowledged or has failed. It does
    /// not wait for later ones, and takes at most `delivery.timeout.ms` (2 minutes).
    ///
    /// # Errors
    /// [`Error::NotFlushed`] with the number of enqueued events that failed since the last flush, and the topics, keys,
    /// partitions and reasons of the first 100. Each of them may have been written all the same.
    pub async fn flush(&self) -> Result<(), Error> {
        self.inner.writer.flush(self.topic()).await
    }

    /// Flushes, then closes the connections without blocking the calling thread. They stay open while clones of this
    /// producer exist; the last clone that is closed or dropped closes them.
    ///
    /// A producer that is dropped without `close` waits for its records on a background thread, for at most 5 seconds and
    /// only while the process runs.
    ///
    /// # Errors
    /// As [`flush`](Self::flush). The connections are closed also after an error.
    pub async fn close(self) -> Result<(), Error> {
        let flushed = self.flush().await;
        if let Some(inner) = Arc::into_inner(self.inner) {
            inner.writer.close().await;
        }
        flushed
    }

    /// Encodes an event to the record that [`send`](Self::send) would write, for example to store it in an outbox.
    ///
    /// # Errors
    /// [`Error::Encode`] for a value that the schema cannot represent.
    pub fn encode<E: KafkaEvent<Topic = T>>(&self, event: &E) -> Result<EncodedRecord, Error> {
        let buffers = self.fill(event)?;
        let mut record = buffers.to_record(self.topic());
        trace::carry_current(&mut record.headers);
        self.inner.pool.give_back(buffers);
        Ok(record)
    }

    /// Sends an encoded record and waits for its acknowledgement. The record names its topic, so that one producer can
    /// relay the records of several topics.
    ///
    /// # Errors
    /// [`Error::NotDelivered`] as for [`send`](Self::send).
    pub async fn send_encoded(&self, record: &EncodedRecord) -> Result<Receipt, Error> {
        let is_traced = cfg!(feature = "otel");
        let mut own = if is_traced { record.headers.clone() } else { Headers::new() };
        let sending = Sending::begin(self.inner.destination.spans().send(
            &record.topic,
            record.value.is_none(),
            &mut own,
        ));
        let headers = if is_traced { &own } else { &record.headers };
        Ok(self.inner.writer.send(record.outgoing(headers), sending).await?)
    }

    /// Key, headers and framed value of an event.
    fn fill<E: KafkaEvent<Topic = T>>(&self, event: &E) -> Result<Buffers, Error> {
        let Inner { writer, destination, pool } = &*self.inner;
        destination.fill(event, pool, writer.meters())
    }

    fn topic(&self) -> &'static str {
        self.inner.destination.topic()
    }
}

/// Configures a [`Producer`].
///
/// ```no_run
/// # use eventgen::{Client, Error, Producer, TopicEvents};
/// # async fn connect<T: TopicEvents>(client: &Client) -> Result<Producer<T>, Error> {
/// let producer = Producer::builder(client).set("linger.ms", "20").connect().await?;
/// # Ok(producer)
/// # }
/// ```
#[must_use = "a builder does nothing until `connect` is awaited"]
pub struct ProducerBuilder<T> {
    client: Client,
    settings: Settings,
    wait_at_start: Duration,
    topic: PhantomData<fn() -> T>,
}

impl<T: TopicEvents> ProducerBuilder<T> {
    /// Sets a librdkafka property by its name. It overrides the client's value.
    pub fn set(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.set(name, value);
        self
    }

    /// Sets how long [`connect`](Self::connect) waits for a cluster or a registry that does not answer. Default: zero, which
    /// returns the error of the first attempt after about 5 s.
    ///
    /// Attempts have pauses of up to 5 s, and a line is logged when the wait begins and when it ends. A topic that does not
    /// exist, a schema that is not registered and credentials that are refused are errors at once. Dropping the future of
    /// `connect` ends the wait.
    pub fn wait_at_start(mut self, limit: Duration) -> Self {
        self.wait_at_start = limit;
        self
    }

    /// Connects the producer: checks that the topic exists and looks up the ids of its schemas, once.
    ///
    /// # Errors
    /// As [`Producer::new`], also for the settings of this builder.
    pub async fn connect(self) -> Result<Producer<T>, Error> {
        let Self { client, settings, wait_at_start, .. } = self;
        let writer = RecordWriter::new(client.settings(), &settings)?;
        let start = StartUp::new(format!("producer of `{}`", client.topic(T::TOPIC).name), wait_at_start);
        let destination = Destination::look_up(&client, &start, T::TOPIC, T::EVENTS).await?;
        writer.meters().begin(destination.topic());
        Ok(Producer {
            inner: Arc::new(Inner { writer, destination, pool: Pool::default() }),
            topic: PhantomData,
        })
    }
}
