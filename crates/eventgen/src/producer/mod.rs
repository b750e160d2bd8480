//! Producing: typed events in, acknowledged records out.

mod buffers;

use std::marker::PhantomData;
use std::sync::Arc;

use buffers::{Buffers, Pool};

use crate::kafka::{Receipt, RecordWriter, Settings};
use crate::registry::SchemaId;
use crate::{Client, Error, KafkaEvent, TopicEvents};

/// Produces the events of one topic. Cheap to clone; clones share one connection and one buffer.
///
/// Idempotent (`enable.idempotence=true`, `acks=all`): librdkafka's retries write no record twice and keep the order of
/// a partition. A key has the partition that the JVM client gives it (`murmur2`). Values are in Confluent's wire format.
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
    /// The schema id of each of the topic's events, in their order.
    ids: Vec<SchemaId>,
    pool: Pool,
    /// The cluster's name of the topic.
    topic: &'static str,
}

impl<T: TopicEvents> Producer<T> {
    /// A producer; the topic is checked and the schema ids are looked up here, once.
    ///
    /// # Errors
    /// [`Error::UnknownTopic`], [`Error::NotRegistered`], and what says that the cluster or the registry does not
    /// answer.
    pub async fn new(client: &Client) -> Result<Self, Error> {
        Self::with_settings(client, &[]).await
    }

    /// A producer with settings of its own, by librdkafka's names, over those of the client.
    ///
    /// # Errors
    /// As [`new`](Self::new), and [`Error::RefusedSetting`] for one that would break a promise.
    pub async fn with_settings(client: &Client, settings: &[(&str, &str)]) -> Result<Self, Error> {
        let mut own = Settings::default();
        for (name, value) in settings {
            own.set(*name, *value);
        }
        let writer = RecordWriter::new(client.settings(), &own)?;
        let topic = client.topic(T::TOPIC).name;
        client.partition_count_of(topic).await?;
        let ids = schema_ids::<T>(client).await?;
        Ok(Self { inner: Arc::new(Inner { writer, ids, pool: Pool::default(), topic }), topic: PhantomData })
    }

    /// Sends an event and waits for its acknowledgement by all in-sync replicas. Awaiting one send after another costs
    /// a round trip each; use [`enqueue`](Self::enqueue) or several sends side by side for throughput.
    ///
    /// # Errors
    /// [`Error::Encode`] for a value that the schema cannot hold, [`Error::NotDelivered`] when the cluster does not
    /// acknowledge it within `delivery.timeout.ms` (2 minutes).
    pub async fn send<E: KafkaEvent<Topic = T>>(&self, event: &E) -> Result<Receipt, Error> {
        let buffers = self.encode(event)?;
        let receipt = self.inner.writer.send(buffers.record(self.inner.topic)).await;
        self.inner.pool.give_back(buffers);
        Ok(receipt?)
    }

    /// Hands an event over and returns, waiting only while the buffer (`queue.buffering.max.messages`,
    /// `queue.buffering.max.kbytes`) is full. Its failure, should it come, is returned by the next
    /// [`flush`](Self::flush).
    ///
    /// # Errors
    /// [`Error::Encode`] for a value that the schema cannot hold, [`Error::NotDelivered`] when librdkafka does not take
    /// the record.
    pub async fn enqueue<E: KafkaEvent<Topic = T>>(&self, event: &E) -> Result<(), Error> {
        let buffers = self.encode(event)?;
        let enqueued = self.inner.writer.enqueue(buffers.record(self.inner.topic)).await;
        self.inner.pool.give_back(buffers);
        Ok(enqueued?)
    }

    /// Waits until every event handed over, by any clone, is acknowledged or has failed.
    ///
    /// # Errors
    /// [`Error::NotFlushed`] with the number of enqueued events that failed since the last flush, and the first reason.
    pub async fn flush(&self) -> Result<(), Error> {
        self.inner.writer.flush(self.inner.topic).await
    }

    /// Key, headers and framed value of an event.
    fn encode<E: KafkaEvent<Topic = T>>(&self, event: &E) -> Result<Buffers, Error> {
        let index = T::EVENTS.iter().position(|kind| kind.name == E::NAME);
        let id = index.map(|index| self.inner.ids[index]).ok_or_else(|| Error::NotRegistered {
            event: E::NAME,
            subject: E::SUBJECT,
            registry: T::TOPIC.name.to_owned(),
        })?;
        let mut buffers = self.inner.pool.take();
        match buffers.fill(event, id) {
            Ok(()) => Ok(buffers),
            Err(source) => {
                self.inner.pool.give_back(buffers);
                Err(Error::Encode { event: E::NAME, source })
            }
        }
    }
}

/// The registry's ids of the schemas of a topic's events.
async fn schema_ids<T: TopicEvents>(client: &Client) -> Result<Vec<SchemaId>, Error> {
    let registry = client.registry();
    let mut ids = Vec::with_capacity(T::EVENTS.len());
    for kind in T::EVENTS {
        let found = registry.look_up_schema(kind.subject, kind.schema()).await?;
        ids.push(found.map(|version| version.id).ok_or_else(|| Error::NotRegistered {
            event: kind.name,
            subject: kind.subject,
            registry: registry.url().to_owned(),
        })?);
    }
    Ok(ids)
}
