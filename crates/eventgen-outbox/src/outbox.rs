//! Stores events in the transactions of a service.

use std::sync::Arc;
use std::time::Duration;

use eventgen::private::OutboxEncoder;
use eventgen::{Client, EncodedRecord, EventKind, KafkaEvent, KeyBuffer, Topic, TopicEvents};

use crate::error::OutboxError;
use crate::headers;
use crate::table::Table;
use crate::transaction::{OutboxTransaction, StoredRecord};

/// The table that an outbox has unless it is told otherwise.
pub(crate) const DEFAULT_TABLE: &str = "outbox";

/// Stores events of some topics in the transactions of a service. A clone is cheap.
///
/// It needs the Schema Registry when it is made, and no broker at all: a service goes on while Kafka is away.
#[derive(Clone)]
pub struct Outbox {
    inner: Arc<Inner>,
}

struct Inner {
    encoder: OutboxEncoder,
    insert: String,
    insert_all: String,
}

impl Outbox {
    /// Configures an outbox. The client names topics and knows the registry.
    pub fn builder(client: &Client) -> OutboxBuilder {
        OutboxBuilder {
            client: client.clone(),
            topics: Vec::new(),
            table: DEFAULT_TABLE.to_owned(),
            wait_at_start: Duration::ZERO,
        }
    }

    /// Stores an event in a transaction: it is published if and only if the transaction commits. It is encoded at once, so
    /// that an invalid event fails the transaction and not the relay.
    ///
    /// The transaction holds an advisory lock of the event's topic and key from here to its end. Another transaction that
    /// stores an event of the same key waits for it. Two transactions that store events of the same two keys in opposite order
    /// wait for each other, and PostgreSQL ends one of them with SQLSTATE 40P01: store such events with a [`Batch`], which takes
    /// the locks in one order, or run the transaction again.
    ///
    /// # Errors
    /// [`OutboxError::Event`] for a value that the schema cannot represent or a record that is larger than its topic accepts,
    /// [`OutboxError::OtherTopic`], [`OutboxError::Database`].
    pub async fn enqueue<C: OutboxTransaction, E: KafkaEvent>(
        &self,
        transaction: &mut C,
        event: &E,
    ) -> Result<(), OutboxError> {
        self.insert(transaction, self.encode(event)?).await
    }

    /// Stores the deletion of a key of a compacted topic, as [`enqueue`](Self::enqueue) stores an event.
    ///
    /// # Errors
    /// As [`enqueue`](Self::enqueue); [`OutboxError::Event`] also if the topic is not compacted or there is no key.
    pub async fn enqueue_deletion<C: OutboxTransaction, T: TopicEvents>(
        &self,
        transaction: &mut C,
        key: &KeyBuffer,
    ) -> Result<(), OutboxError> {
        self.insert(transaction, self.encode_deletion::<T>(key)?).await
    }

    /// Collects events that are stored together, in one round trip and with the locks of their keys in one order.
    pub fn batch(&self) -> Batch {
        Batch { outbox: self.clone(), records: Vec::new() }
    }

    async fn insert<C: OutboxTransaction>(
        &self,
        transaction: &mut C,
        record: StoredRecord,
    ) -> Result<(), OutboxError> {
        transaction.insert(&self.inner.insert, &record).await.map_err(OutboxError::Database)
    }

    fn encode<E: KafkaEvent>(&self, event: &E) -> Result<StoredRecord, OutboxError> {
        let encoded = self.inner.encoder.encode(event);
        Ok(stored(encoded.ok_or(OutboxError::OtherTopic { topic: E::Topic::TOPIC.name })??))
    }

    fn encode_deletion<T: TopicEvents>(&self, key: &KeyBuffer) -> Result<StoredRecord, OutboxError> {
        let encoded = self.inner.encoder.deletion::<T>(key);
        Ok(stored(encoded.ok_or(OutboxError::OtherTopic { topic: T::TOPIC.name })??))
    }
}

fn stored(record: EncodedRecord) -> StoredRecord {
    let headers = headers::to_json(&record.headers);
    StoredRecord { topic: record.topic, key: record.key, headers, payload: record.value }
}

/// Events of any topics of an [`Outbox`] that are stored together.
#[must_use = "events are stored by `enqueue`"]
pub struct Batch {
    outbox: Outbox,
    records: Vec<StoredRecord>,
}

impl Batch {
    /// Adds an event.
    ///
    /// # Errors
    /// As [`Outbox::enqueue`], but for those of the database.
    pub fn add<E: KafkaEvent>(&mut self, event: &E) -> Result<&mut Self, OutboxError> {
        self.records.push(self.outbox.encode(event)?);
        Ok(self)
    }

    /// Adds the deletion of a key.
    ///
    /// # Errors
    /// As [`Outbox::enqueue_deletion`], but for those of the database.
    pub fn add_deletion<T: TopicEvents>(&mut self, key: &KeyBuffer) -> Result<&mut Self, OutboxError> {
        self.records.push(self.outbox.encode_deletion::<T>(key)?);
        Ok(self)
    }

    /// Stores the events. Those of one key stay in the order in which they were added.
    ///
    /// Each key takes a lock until the transaction ends. PostgreSQL has room for `max_locks_per_transaction` (64) times
    /// `max_connections` of them, and ends a transaction that needs more with SQLSTATE 53200.
    ///
    /// # Errors
    /// [`OutboxError::Database`].
    pub async fn enqueue<C: OutboxTransaction>(self, transaction: &mut C) -> Result<(), OutboxError> {
        if self.records.is_empty() {
            return Ok(());
        }
        let stored = transaction.insert_all(&self.outbox.inner.insert_all, &self.records);
        stored.await.map_err(OutboxError::Database)
    }
}

/// Configures an [`Outbox`].
#[must_use = "a builder does nothing until `connect` is awaited"]
pub struct OutboxBuilder {
    client: Client,
    topics: Vec<(&'static Topic, &'static [EventKind])>,
    table: String,
    wait_at_start: Duration,
}

impl OutboxBuilder {
    /// Adds a topic whose events are stored.
    pub fn topic<T: TopicEvents>(mut self) -> Self {
        self.topics.push((T::TOPIC, T::EVENTS));
        self
    }

    /// Sets the table, such as `orders.outbox`. Default: `outbox`. `eventgen generate sql --table` writes it.
    pub fn table(mut self, name: impl Into<String>) -> Self {
        self.table = name.into();
        self
    }

    /// Sets how long [`connect`](Self::connect) waits for a registry that does not answer. Default: zero, which returns the
    /// error of the first attempt.
    pub fn wait_at_start(mut self, limit: Duration) -> Self {
        self.wait_at_start = limit;
        self
    }

    /// Looks up the ids of the schemas of the events, once.
    ///
    /// # Errors
    /// [`OutboxError::Event`] if a schema is not registered or the registry does not answer, [`OutboxError::InvalidTable`].
    pub async fn connect(self) -> Result<Outbox, OutboxError> {
        let Self { client, topics, table: name, wait_at_start } = self;
        let table = Table::new(&name).ok_or(OutboxError::InvalidTable { name })?;
        let encoder = OutboxEncoder::look_up(&client, &topics, wait_at_start).await?;
        let (insert, insert_all) = (table.insert(), table.insert_all());
        Ok(Outbox { inner: Arc::new(Inner { encoder, insert, insert_all }) })
    }
}
