//! The frames of typed keys: what names the schema of a key in front of its value.

use std::borrow::Cow;

use crate::registry::SchemaId;
use crate::{Client, Compatibility, Error, EventKind, KeyBuffer, Schema, TopicEvents, wire};

/// What the typed keys of a topic begin with.
#[derive(Debug)]
pub(super) struct KeyFrame {
    /// The full name of an event with such a key.
    event: &'static str,
    bytes: Vec<u8>,
}

impl KeyFrame {
    /// Looks up the id of the schema of a topic's keys. `None` if they are text.
    ///
    /// It is that of the schema of this build, also for a client that writes values in the latest versions of their
    /// subjects, and it is in the key also for one that writes the ids of values in headers. Equal keys are equal bytes: a
    /// producer that chose another id or another place for it would write them to other partitions.
    ///
    /// # Errors
    /// [`Error::NotRegistered`], [`Error::Registry`].
    pub(super) async fn look_up(
        client: &Client,
        level: Option<Compatibility>,
        events: &[EventKind],
    ) -> Result<Option<Self>, Error> {
        let Some((kind, subject, schema)) = typed(events) else { return Ok(None) };
        let mut found = client.registry().look_up_schema(subject, schema).await?;
        if found.is_none() && client.auto_register() {
            client.register_events(level, std::slice::from_ref(kind)).await?;
            found = client.registry().look_up_schema(subject, schema).await?;
        }
        let version = found.ok_or_else(|| Error::NotRegistered {
            event: kind.name,
            subject,
            registry: client.registry().url().to_owned(),
        })?;
        Ok(Some(Self::new(kind, version.id, schema)))
    }

    /// The frame of keys whose schema is not registered. It has the id 0.
    pub(super) fn unregistered(events: &[EventKind]) -> Option<Self> {
        typed(events).map(|(kind, _, schema)| Self::new(kind, SchemaId(0), schema))
    }

    fn new(kind: &EventKind, id: SchemaId, schema: Schema) -> Self {
        let mut bytes = Vec::new();
        wire::frame(id, &mut bytes);
        if let Some(indexes) = schema.message_indexes() {
            wire::message_indexes(indexes, &mut bytes);
        }
        Self { event: kind.name, bytes }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// A key with its frame; `None` if there is no key.
    ///
    /// # Errors
    /// [`Error::Encode`] if the schema of the key cannot represent its values.
    pub(super) fn framed<'a>(&self, key: &'a KeyBuffer) -> Result<Option<Cow<'a, [u8]>>, Error> {
        if let Some(source) = key.failure() {
            return Err(Error::Encode { event: self.event, source: source.clone() });
        }
        Ok(key.framed(&self.bytes))
    }
}

/// An event with a typed key, with the subject and the schema of the key. All events of a topic have the same.
fn typed(events: &[EventKind]) -> Option<(&EventKind, &'static str, Schema)> {
    events.iter().find_map(|kind| kind.typed_key().map(|(subject, schema)| (kind, subject, schema)))
}

/// The bytes of a key of the topic `T` in a record whose schemas are not registered, as a test has it.
pub fn unregistered_key<T: TopicEvents>(key: &KeyBuffer) -> Option<Vec<u8>> {
    let frame = KeyFrame::unregistered(T::EVENTS);
    key.framed(frame.as_ref().map_or(&[], KeyFrame::bytes)).map(Cow::into_owned)
}
