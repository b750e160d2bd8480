//! Topics that are known before the first record, as the outputs of a consumer and the events of an outbox are: an outage
//! that begins later does not keep its handlers from encoding events.

use std::collections::HashMap;

use super::EncodedRecord;
use super::buffers::Pool;
use super::destination::Destination;
use super::limits::{Limits, largest_record};
use crate::client::StartUp;
use crate::kafka::record_size;
use crate::key::displayed;
use crate::observe::{SendMeters, trace};
use crate::{Client, Error, EventKind, Headers, KafkaEvent, KeyBuffer, Topic, TopicEvents};

/// The topics that a consumer or an outbox writes to, by the contract's name.
#[derive(Default)]
pub(crate) struct Outlets {
    known: HashMap<&'static str, Outlet>,
    pool: Pool,
    meters: SendMeters,
}

struct Outlet {
    destination: Destination,
    /// The most bytes of a record.
    limit: usize,
}

impl Outlets {
    /// Looks up topics and the schemas of their events.
    ///
    /// # Errors
    /// As [`Destination::look_up`].
    pub(crate) async fn look_up(
        client: &Client,
        start: &StartUp,
        topics: &[(&'static Topic, &'static [EventKind])],
        limits: Limits,
    ) -> Result<Self, Error> {
        let mut outlets = Self::default();
        for (topic, events) in topics {
            let destination = Destination::look_up(client, start, topic, events).await?;
            outlets.add(topic, destination, limits.of(largest_record(topic.config)));
        }
        Ok(outlets)
    }

    /// Looks up the schemas of topics, and does not ask the cluster for these. A topic whose contract does not say how large
    /// its records may be accepts `limit` bytes.
    ///
    /// # Errors
    /// As [`Destination::look_up_schemas`].
    pub(super) async fn look_up_schemas(
        client: &Client,
        start: &StartUp,
        topics: &[(&'static Topic, &'static [EventKind])],
        limit: usize,
    ) -> Result<Self, Error> {
        let mut outlets = Self::default();
        for (topic, events) in topics {
            let destination = Destination::look_up_schemas(client, start, topic, events).await?;
            outlets.add(topic, destination, largest_record(topic.config).unwrap_or(limit));
        }
        Ok(outlets)
    }

    /// Topics with the names of their contracts, whose schemas are not registered: the id of one is its index among those of its
    /// topic.
    pub(crate) fn unregistered(topics: &[(&'static Topic, &'static [EventKind])], limits: Limits) -> Self {
        let mut outlets = Self::default();
        for (topic, events) in topics {
            let destination = Destination::unregistered(topic, events);
            outlets.add(topic, destination, limits.of(largest_record(topic.config)));
        }
        outlets
    }

    fn add(&mut self, topic: &'static Topic, destination: Destination, limit: usize) {
        self.meters.begin(destination.topic());
        self.known.insert(topic.name, Outlet { destination, limit });
    }

    /// The record of an event; `None` if its topic is none of these.
    ///
    /// # Errors
    /// [`Error::Encode`], [`Error::OutputTooLarge`].
    pub(crate) fn encode<E: KafkaEvent>(&self, event: &E) -> Option<Result<EncodedRecord, Error>> {
        let outlet = self.known.get(E::Topic::TOPIC.name)?;
        Some(outlet.destination.fill(event, &self.pool, &self.meters).and_then(|buffers| {
            let mut record = buffers.to_record(outlet.destination.topic());
            self.pool.give_back(buffers);
            trace::carry_current(&mut record.headers);
            outlet.check(&record)?;
            Ok(record)
        }))
    }

    /// The record that deletes a key; `None` if the topic is none of these.
    ///
    /// # Errors
    /// [`Error::NotCompacted`], [`Error::AbsentKey`].
    pub(crate) fn deletion<T: TopicEvents>(&self, key: &KeyBuffer) -> Option<Result<EncodedRecord, Error>> {
        let outlet = self.known.get(T::TOPIC.name)?;
        Some(outlet.destination.deleted_key(key).map(|key| {
            let (topic, key) = (outlet.destination.topic(), Some(key.into_owned()));
            let mut record = EncodedRecord::new(topic, key, Headers::new(), None);
            trace::carry_current(&mut record.headers);
            record
        }))
    }
}

impl Outlet {
    /// A record that the topic refuses would fail the transaction of many others.
    fn check(&self, record: &EncodedRecord) -> Result<(), Error> {
        let size = record_size(record.key.as_deref(), record.value.as_deref(), &record.headers);
        if size <= self.limit {
            return Ok(());
        }
        let (topic, key) = (record.topic.clone(), record.key.as_deref().map(displayed));
        Err(Error::OutputTooLarge { topic, key, size, limit: self.limit })
    }
}
