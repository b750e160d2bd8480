//! An open transaction, as its work sees it.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use super::asked::{Asked, NotAdded};
use crate::client::StartUp;
use crate::kafka::{RecordWriter, Sending};
use crate::observe::trace::Spans;
use crate::producer::EncodedRecord;
use crate::producer::buffers::Pool;
use crate::producer::destination::Destination;
use crate::{Client, Error, Headers, KafkaEvent, KeyBuffer, TopicEvents};

/// An open transaction: see [`TransactionalProducer::transaction`](super::TransactionalProducer::transaction).
///
/// Records are added to the producer's buffer, and the commit waits for their acknowledgement. Methods wait only while the
/// buffer is full, and at the first record of a topic that the builder does not name, which is looked up.
///
/// **A transaction commits only what its work has asked for as a whole.** If a record is not added, it is aborted with
/// [`NotWritten`](super::TransactionError::NotWritten), also if the work drops the error or the future of the method, or
/// sends something else instead. What may fail is checked before it is sent.
pub struct Transaction<'a> {
    writer: &'a RecordWriter,
    destinations: &'a Destinations,
    asked: Asked,
}

impl<'a> Transaction<'a> {
    pub(super) fn new(writer: &'a RecordWriter, destinations: &'a Destinations) -> Self {
        Self { writer, destinations, asked: Asked::default() }
    }

    /// What its work has asked for.
    pub(super) fn into_asked(self) -> Asked {
        self.asked
    }

    /// Adds an event to the transaction.
    ///
    /// # Errors
    /// [`Error::Encode`] for a value that the schema cannot represent. [`Error::NotDelivered`] if librdkafka refuses the
    /// record, also because the transaction has failed. At the first record of a topic, the errors of
    /// [`Producer::new`](crate::Producer::new). Each of them aborts the transaction.
    pub fn send<E: KafkaEvent>(&self, event: &E) -> impl Future<Output = Result<(), Error>> {
        // Not an `async fn`, here and below: a future that is dropped before it is polled counts, too.
        let asking = self.asked.begin(E::Topic::TOPIC.name);
        async move {
            let added = self.add_event(event).await;
            asking.end(added)
        }
    }

    async fn add_event<E: KafkaEvent>(&self, event: &E) -> Result<(), NotAdded> {
        let destination = self.destinations.find::<E::Topic>(self.writer).await?;
        let pool = &self.destinations.pool;
        let mut buffers = destination.fill(event, pool, self.writer.meters())?;
        let topic = destination.topic();
        let sending = buffers.begin(destination.spans(), topic);
        let enqueued = self.writer.enqueue(buffers.record(topic), sending).await;
        pool.give_back(buffers);
        Ok(enqueued?)
    }

    /// Adds the deletion of a key of the topic `T` to the transaction: see [`Producer::delete`](crate::Producer::delete).
    ///
    /// # Errors
    /// As [`send`](Self::send), and [`Error::NotCompacted`], [`Error::AbsentKey`].
    pub fn delete<T: TopicEvents>(&self, key: &KeyBuffer) -> impl Future<Output = Result<(), Error>> {
        let asking = self.asked.begin(T::TOPIC.name);
        async move {
            let added = self.add_deletion::<T>(key).await;
            asking.end(added)
        }
    }

    async fn add_deletion<T: TopicEvents>(&self, key: &KeyBuffer) -> Result<(), NotAdded> {
        let destination = self.destinations.find::<T>(self.writer).await?;
        let mut headers = Headers::new();
        let key = destination.deleted_key(key)?;
        let (record, sending) = destination.deletion(&key, &mut headers);
        Ok(self.writer.enqueue(record, sending).await?)
    }

    /// Adds a record from an outbox to the transaction: see [`Producer::send_encoded`](crate::Producer::send_encoded).
    ///
    /// # Errors
    /// [`Error::NotDelivered`] as for [`send`](Self::send).
    pub fn send_encoded(&self, record: &EncodedRecord) -> impl Future<Output = Result<(), Error>> {
        let asking = self.asked.begin(record.topic.clone());
        async move {
            let added = self.add_encoded(record).await;
            asking.end(added)
        }
    }

    async fn add_encoded(&self, record: &EncodedRecord) -> Result<(), NotAdded> {
        let mut headers = record.headers.clone();
        let span = self.destinations.outbox.send(&record.topic, record.value.is_none(), &mut headers);
        let sending = Sending::begin(span);
        Ok(self.writer.enqueue(record.outgoing(&headers), sending).await?)
    }
}

/// The topics that were written to, by the contract's name.
pub(super) struct Destinations {
    client: Client,
    known: RwLock<HashMap<&'static str, Arc<Destination>>>,
    pool: Pool,
    /// Makes the spans of records from an outbox.
    outbox: Spans,
}

impl Destinations {
    pub(super) fn new(client: Client, known: Vec<(&'static str, Destination)>) -> Self {
        let known = known.into_iter().map(|(name, destination)| (name, Arc::new(destination))).collect();
        let outbox = Spans::of_producer(&[]);
        Self { client, known: RwLock::new(known), pool: Pool::default(), outbox }
    }

    /// The topic `T`, which is looked up once.
    async fn find<T: TopicEvents>(&self, writer: &RecordWriter) -> Result<Arc<Destination>, Error> {
        let name = T::TOPIC.name;
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned();
        if let Some(destination) = known {
            return Ok(destination);
        }
        let start = StartUp::new(format!("transaction with `{name}`"), Duration::ZERO);
        let destination = Destination::look_up(&self.client, &start, T::TOPIC, T::EVENTS).await?;
        writer.meters().begin(destination.topic());
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        Ok(Arc::clone(known.entry(name).or_insert_with(|| Arc::new(destination))))
    }
}
