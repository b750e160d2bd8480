//! The traits of events, which generated code implements.
//!
//! A [`KafkaEvent`] has a topic, a key, headers and an encoding. The [`TopicEvents`] of a topic is the enum of all events on
//! it. Producers and consumers depend on these two traits and on no schema language.

use crate::{DecodeError, DecodeOptions, EncodeError, Headers, KeyBuffer, Ordering, Schema, Topic};

/// An event: a typed value with a topic, a key, headers and a schema.
pub trait KafkaEvent: Sized + Send + Sync + 'static {
    /// The events of this event's topic.
    type Topic: TopicEvents;
    /// The full name of the event's type, such as `com.example.orders.OrderEvent`.
    const NAME: &'static str;
    /// The registry subject of its schema.
    const SUBJECT: &'static str;
    /// The registry subject of the schema of the record key; `None` if keys are text. All events of a topic have the same one.
    const KEY_SUBJECT: Option<&'static str> = None;

    /// The schema, in its registered form.
    fn schema() -> Schema;

    /// The schema of the record key, in its registered form; `None` if keys are text. All events of a topic have the same one.
    fn key_schema() -> Option<Schema> {
        None
    }

    /// Writes the record key. Records with equal keys stay in order. There is no key while a field of it is absent.
    fn key(&self, key: &mut KeyBuffer);

    /// Writes the record key, which a topic that is ordered by key needs.
    ///
    /// # Errors
    /// [`EncodeError::AbsentKey`] if the topic is ordered by key and there is none. A value that the schema of the key cannot
    /// represent.
    fn ordered_key(&self, key: &mut KeyBuffer) -> Result<(), EncodeError> {
        self.key(key);
        if let Some(failure) = key.failure() {
            return Err(failure.clone());
        }
        match Self::Topic::TOPIC.ordering {
            Ordering::Key if key.as_bytes().is_none() => {
                Err(EncodeError::AbsentKey { fields: key.absent().unwrap_or("the key") })
            }
            _ => Ok(()),
        }
    }

    /// Sets the record headers that the contract names.
    fn headers(&self, headers: &mut Headers);

    /// Appends the encoded value without the frame of the registry's wire format.
    ///
    /// # Errors
    /// A value that the schema cannot represent, such as a decimal with more digits than its precision.
    fn write_payload(&self, payload: &mut Vec<u8>) -> Result<(), EncodeError>;

    /// Reads a value that [`write_payload`](Self::write_payload) wrote. Bytes after the value are an error. Unknown fields of
    /// Protobuf are part of the value.
    ///
    /// # Errors
    /// Bytes that do not decode with the schema, with the field at which decoding fails.
    fn read_payload_with(payload: &[u8], options: DecodeOptions) -> Result<Self, DecodeError>;

    /// Reads a value with the default options.
    ///
    /// # Errors
    /// As [`read_payload_with`](Self::read_payload_with).
    fn read_payload(payload: &[u8]) -> Result<Self, DecodeError> {
        Self::read_payload_with(payload, DecodeOptions::DEFAULT)
    }
}

/// All events of one topic, as an enum.
pub trait TopicEvents: Sized + Send + 'static {
    /// The topic.
    const TOPIC: &'static Topic;
    /// The kinds of event on the topic. [`read_payload`](Self::read_payload) takes an index into this list.
    const EVENTS: &'static [EventKind];

    /// Reads the payload of the event `EVENTS[kind]`.
    ///
    /// # Errors
    /// Bytes that do not decode with the event's schema.
    fn read_payload(kind: usize, payload: &[u8], options: DecodeOptions) -> Result<Self, DecodeError>;
}

/// One kind of event on a topic.
#[derive(Debug, Clone, Copy)]
pub struct EventKind {
    /// The full name of the event's type.
    pub name: &'static str,
    /// The registry subject of its schema.
    pub subject: &'static str,
    /// The registry subject of the schema of its key; `None` if keys are text.
    pub key_subject: Option<&'static str>,
    pub(crate) schema: fn() -> Schema,
    key_schema: fn() -> Option<Schema>,
}

impl EventKind {
    /// The kind of the event `E`.
    pub const fn of<E: KafkaEvent>() -> Self {
        Self {
            name: E::NAME,
            subject: E::SUBJECT,
            key_subject: E::KEY_SUBJECT,
            schema: E::schema,
            key_schema: E::key_schema,
        }
    }

    /// A kind that no type stands for.
    #[cfg(all(test, feature = "protobuf"))]
    pub(crate) const fn with_text_keys(name: &'static str, schema: fn() -> Schema) -> Self {
        Self { name, subject: "", key_subject: None, schema, key_schema: || None }
    }

    /// The schema, in its registered form.
    pub fn schema(&self) -> Schema {
        (self.schema)()
    }

    /// The schema of the key, in its registered form; `None` if keys are text.
    pub fn key_schema(&self) -> Option<Schema> {
        (self.key_schema)()
    }

    /// The subject and the schema of a typed key.
    #[cfg(feature = "kafka")]
    pub(crate) fn typed_key(&self) -> Option<(&'static str, Schema)> {
        self.key_subject.zip(self.key_schema())
    }
}
