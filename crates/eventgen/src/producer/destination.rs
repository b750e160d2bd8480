//! A topic that events are written to.

use std::borrow::Cow;

use super::buffers::{Buffers, Form, Pool, Stamp};
use super::key_frame::KeyFrame;
use super::latest::{Latest, latest};
use crate::client::StartUp;
use crate::kafka::{OutgoingRecord, Sending};
use crate::observe::SendMeters;
use crate::observe::trace::Spans;
use crate::registry::{SchemaId, SchemaKey, SubjectVersion};
use crate::{
    Client, Compatibility, Error, EventKind, Headers, KafkaEvent, KeyBuffer, Topic, TopicEvents as _,
};

/// A topic of the cluster, and the ids of the schemas of its events.
pub(super) struct Destination {
    /// The topic, with its name in the cluster.
    topic: Topic,
    /// In the order of [`TopicEvents::EVENTS`](crate::TopicEvents::EVENTS).
    forms: Vec<Form>,
    /// What typed keys begin with.
    key: Option<KeyFrame>,
    spans: Spans,
}

impl Destination {
    /// Checks that the topic exists and looks up the ids of its schemas.
    ///
    /// # Errors
    /// [`Error::UnknownTopic`], [`Error::NotRegistered`], [`Error::BrokersUnreachable`], [`Error::Authentication`],
    /// [`Error::Registry`].
    pub(super) async fn look_up(
        client: &Client,
        start: &StartUp,
        topic: &Topic,
        events: &[EventKind],
    ) -> Result<Self, Error> {
        let name = client.topic(topic).name;
        start.request(|| client.partition_count_of(name)).await?;
        Self::look_up_schemas(client, start, topic, events).await
    }

    /// Looks up the ids of the schemas of a topic, and does not ask the cluster for it.
    ///
    /// # Errors
    /// [`Error::NotRegistered`], [`Error::Registry`].
    pub(super) async fn look_up_schemas(
        client: &Client,
        start: &StartUp,
        topic: &Topic,
        events: &[EventKind],
    ) -> Result<Self, Error> {
        let topic = client.topic(topic);
        let forms = start.request(|| forms(client, topic.compatibility, events)).await?;
        let key = start.request(|| KeyFrame::look_up(client, topic.compatibility, events)).await?;
        Ok(Self { topic, forms, key, spans: Spans::of_producer(&[topic.name]) })
    }

    /// A topic with the name of its contract. The ids of its schemas are the indexes of its events.
    pub(super) fn unregistered(topic: &Topic, events: &[EventKind]) -> Self {
        let form = |(id, _)| Form { stamp: Stamp::Frame(SchemaId(id)), conversion: None };
        let forms = (0..).zip(events).map(form).collect();
        let key = KeyFrame::unregistered(events);
        Self { topic: *topic, forms, key, spans: Spans::of_producer(&[topic.name]) }
    }

    /// The name of the topic in the cluster.
    pub(super) fn topic(&self) -> &'static str {
        self.topic.name
    }

    /// Makes the spans of records.
    pub(super) fn spans(&self) -> &Spans {
        &self.spans
    }

    /// Key, headers and framed value of an event of this topic.
    ///
    /// # Errors
    /// [`Error::Encode`].
    pub(super) fn fill<E: KafkaEvent>(
        &self,
        event: &E,
        pool: &Pool,
        meters: &SendMeters,
    ) -> Result<Buffers, Error> {
        let index = E::Topic::EVENTS.iter().position(|kind| kind.name == E::NAME);
        let form = index.map(|index| &self.forms[index]).ok_or_else(|| Error::NotRegistered {
            event: E::NAME,
            subject: E::SUBJECT,
            registry: E::Topic::TOPIC.name.to_owned(),
        })?;
        let mut buffers = pool.take();
        match buffers.fill(event, form, self.key.as_ref()) {
            Ok(()) => Ok(buffers),
            Err(source) => {
                pool.give_back(buffers);
                meters.not_encoded(self.topic.name);
                Err(Error::Encode { event: E::NAME, source })
            }
        }
    }

    /// The key of a deletion, with its frame if it is typed.
    ///
    /// # Errors
    /// [`Error::NotCompacted`], [`Error::AbsentKey`], [`Error::Encode`].
    pub(super) fn deleted_key<'a>(&self, key: &'a KeyBuffer) -> Result<Cow<'a, [u8]>, Error> {
        let topic = self.topic.name;
        if !self.topic.is_compacted() {
            return Err(Error::NotCompacted { topic: topic.to_owned() });
        }
        match &self.key {
            Some(frame) => frame.framed(key)?,
            None => key.as_bytes().map(Cow::Borrowed),
        }
        .ok_or_else(|| Error::AbsentKey { topic: topic.to_owned() })
    }

    /// The deletion of such a key. It has no headers but those of its context, because the contract's headers are values of an
    /// event.
    pub(super) fn deletion<'a>(
        &self,
        key: &'a [u8],
        headers: &'a mut Headers,
    ) -> (OutgoingRecord<'a>, Sending) {
        let topic = self.topic.name;
        let sending = Sending::begin(self.spans.send(topic, true, headers));
        let (partition, key, payload, timestamp) = (None, Some(key), None, None);
        (OutgoingRecord { topic, partition, key, payload, headers, timestamp }, sending)
    }
}

/// How values of events are written, and name their schemas in the registry.
async fn forms(
    client: &Client,
    level: Option<Compatibility>,
    events: &[EventKind],
) -> Result<Vec<Form>, Error> {
    let registry = client.registry();
    let mut forms = Vec::with_capacity(events.len());
    let stamp = |version: &SubjectVersion| {
        if client.schema_id_in_header() {
            Stamp::Header(version.guid.map_or(SchemaKey::Id(version.id), SchemaKey::Guid))
        } else {
            Stamp::Frame(version.id)
        }
    };
    for kind in events {
        let mut found = find(client, kind).await?;
        if found.is_none() && client.auto_register() {
            client.register_events(level, std::slice::from_ref(kind)).await?;
            found = find(client, kind).await?;
        }
        let (version, conversion) = found.ok_or_else(|| Error::NotRegistered {
            event: kind.name,
            subject: kind.subject,
            registry: registry.url().to_owned(),
        })?;
        forms.push(Form { stamp: stamp(&version), conversion });
    }
    Ok(forms)
}

/// The version that events are written in; `None` if the registry lacks it.
async fn find(client: &Client, kind: &EventKind) -> Result<Option<Latest>, Error> {
    if client.use_latest_version() {
        return latest(client.registry(), kind).await;
    }
    let found = client.registry().look_up_schema(kind.subject, kind.schema()).await?;
    Ok(found.map(|version| (version, None)))
}
