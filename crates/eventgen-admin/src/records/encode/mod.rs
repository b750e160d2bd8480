//! Events from JSON, by a contract: the value in the encoding of its schema, the key and the headers as generated code writes
//! them.

mod avro;
mod decimal;
mod float;
mod json;
mod key;
mod language;
mod logical;
mod problem;
mod protobuf;

use eventgen_registry::wire::{self, ParsedValue};
use eventgen_registry::{SchemaId, SchemaKey};
use eventgen_schema::contract::{FieldPath, HeaderValue, Ordering};
use eventgen_schema::{Contract, Event, Topic, did_you_mean};
use serde_json::Value as Json;

pub(super) use key::compare;
pub use key::{KeyComparison, typed_key_payload};
use language::{Encoder, Language};
pub use problem::Problem;

use super::Header;
use crate::values::{Value, Writer, key_writer_of};

/// A record that is to be written, without the id of its schema.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct EncodedEvent {
    /// The full name of the event.
    pub event: String,
    /// The key, which decides the partition. Of a typed key what follows the id of its schema: see [`key`](Self::key).
    pub key: Option<Vec<u8>>,
    /// What a typed key holds; `None` for a key of text, and without a key.
    pub typed_key: Option<Value>,
    /// What follows the id of the schema; `None` for a deletion.
    pub payload: Option<Vec<u8>>,
    /// The headers.
    pub headers: Vec<Header>,
}

/// A key.
struct Key {
    bytes: Vec<u8>,
    /// What a typed key holds.
    value: Option<Value>,
}

const LANGUAGES: [Language; 2] = [avro::LANGUAGE, protobuf::LANGUAGE];

/// Encodes events of one kind.
pub struct EventEncoder {
    event: Event,
    is_ordered_by_key: bool,
    is_compacted: bool,
    encoder: Box<dyn Encoder>,
    /// What reads typed keys.
    keys: Option<Box<dyn Writer>>,
}

impl std::fmt::Debug for EventEncoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EventEncoder").field("event", &self.event.name).finish_non_exhaustive()
    }
}

/// Why there is no encoder.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoEncoder {
    /// The contract does not have the topic.
    #[error("the contract has no topic `{topic}`{}", near.as_ref().map_or_else(String::new, |near| format!(": did you mean `{near}`?")))]
    UnknownTopic {
        /// The topic.
        topic: String,
        /// A topic with a similar name.
        near: Option<String>,
    },
    /// The topic does not have the event.
    #[error("topic `{topic}` has no event `{event}`: it has {}", events.join(", "))]
    UnknownEvent {
        /// The topic.
        topic: String,
        /// The event.
        event: String,
        /// The events of the topic.
        events: Vec<String>,
    },
    /// The topic has several events.
    #[error("topic `{topic}` has several events, and one has to be named: {}", events.join(", "))]
    SeveralEvents {
        /// The topic.
        topic: String,
        /// The events of the topic.
        events: Vec<String>,
    },
    /// The schema cannot be used.
    #[error("the schema of `{event}` cannot be used: {reason}")]
    Schema {
        /// The event.
        event: String,
        /// Why.
        reason: String,
    },
}

impl EventEncoder {
    /// An encoder of an event of a topic, by its full or its short name. Without a name, of the only event on the topic.
    ///
    /// # Errors
    /// [`NoEncoder`].
    pub fn new(contract: &Contract, topic: &str, name: Option<&str>) -> Result<Self, NoEncoder> {
        let found: &Topic = contract.topics.get(topic).ok_or_else(|| NoEncoder::UnknownTopic {
            topic: topic.to_owned(),
            near: did_you_mean(topic, contract.topics.keys().map(String::as_str)).map(str::to_owned),
        })?;
        let events: Vec<&Event> = contract.events_on(topic).collect();
        let names = || events.iter().map(|event| event.name.clone()).collect();
        let is_named =
            |event: &&&Event, name: &str| event.name == name || event.name.rsplit('.').next() == Some(name);
        let event = match (name, events.as_slice()) {
            (None, [only]) => only,
            (None, _) => {
                return Err(NoEncoder::SeveralEvents { topic: topic.to_owned(), events: names() });
            }
            (Some(name), events) => {
                let full = events.iter().find(|event| event.name == name);
                full.or_else(|| events.iter().find(|event| is_named(event, name))).ok_or_else(|| {
                    let (topic, event) = (topic.to_owned(), name.to_owned());
                    NoEncoder::UnknownEvent { topic, event, events: names() }
                })?
            }
        };
        let unusable = |reason| NoEncoder::Schema { event: event.name.clone(), reason };
        let mut languages = LANGUAGES.into_iter();
        let language = languages.find(|language| language.schema_type.as_str() == event.schema_type);
        let language = language.ok_or_else(|| unusable(format!("{} is not supported", event.schema_type)))?;
        let encoder = (language.encoder)(contract, event).map_err(unusable)?;
        let keys = key_writer_of(contract, event).map_err(unusable)?;
        Ok(Self {
            event: (*event).clone(),
            is_ordered_by_key: found.ordering == Ordering::Key,
            is_compacted: found.is_compacted(),
            encoder,
            keys,
        })
    }

    /// The event.
    pub fn event(&self) -> &Event {
        &self.event
    }

    /// Whether the topic is compacted, so that a record without a value deletes its key.
    pub fn is_compacted(&self) -> bool {
        self.is_compacted
    }

    /// Encodes an event from its JSON.
    ///
    /// # Errors
    /// The field that is wrong, and why.
    pub fn encode(&self, text: &str) -> Result<EncodedEvent, Problem> {
        let value = &json::parse(text)?;
        let mut payload = Vec::new();
        self.encoder.encode(value, &mut payload)?;
        let mut headers = Vec::with_capacity(self.event.headers.len());
        for (name, header) in &self.event.headers {
            let text = match header {
                HeaderValue::Literal(text) => Some(text.clone()),
                HeaderValue::Field(path) => self.encoder.text(value, path)?,
            };
            headers.extend(text.map(|text| Header::new(name.as_str(), Some(text.into_bytes()))));
        }
        let (key, typed_key) = match self.key(value)? {
            Some(Key { bytes, value }) => (Some(bytes), value),
            None => (None, None),
        };
        let event = self.event.name.clone();
        Ok(EncodedEvent { event, key, typed_key, payload: Some(payload), headers })
    }

    /// Encodes the deletion of a key, from the JSON of an event or of the fields of the key alone.
    ///
    /// # Errors
    /// The field that is wrong, and why.
    pub fn deletion(&self, text: &str) -> Result<EncodedEvent, Problem> {
        let value = &json::parse(text)?;
        self.encoder.check_names(value)?;
        // A field of Protobuf that is left out would be that of another key.
        for path in &self.event.key {
            let found = path.fields.iter().try_fold(value, |value, field| json::member(value, field));
            if found.is_none_or(Json::is_null) {
                return Err(Problem::new("it is part of the key, and missing").inside(&path.fields.join(".")));
            }
        }
        let Key { bytes, value: typed_key } =
            self.key(value)?.ok_or_else(|| Problem::new("a deletion needs a key"))?;
        let event = self.event.name.clone();
        Ok(EncodedEvent { event, key: Some(bytes), typed_key, payload: None, headers: Vec::new() })
    }

    /// The key, as `KeyBuffer` of the runtime composes it, and what a typed key holds. `None` for a record without a key.
    fn key(&self, value: &Json) -> Result<Option<Key>, Problem> {
        let paths = &self.event.key;
        if paths.is_empty() {
            return Ok(None);
        }
        if let Some(keys) = &self.keys {
            return match self.encoder.key(value, paths)? {
                Ok(key) => {
                    let read = keys.read(unregistered(&key)).map_err(Problem::new)?;
                    Ok(Some(Key { bytes: key, value: Some(read.1) }))
                }
                Err(absent) => self.without_key(&paths[absent]).map(|()| None),
            };
        }
        let mut parts = Vec::with_capacity(paths.len());
        for path in paths {
            match self.encoder.text(value, path)? {
                Some(text) => parts.push(text),
                None => return self.without_key(path).map(|()| None),
            }
        }
        let key = match parts.as_slice() {
            [only] => only.clone(),
            parts => {
                let escaped = |part: &String| part.replace('\\', r"\\").replace('|', r"\|");
                parts.iter().map(escaped).collect::<Vec<_>>().join("|")
            }
        };
        Ok(Some(Key { bytes: key.into_bytes(), value: None }))
    }

    /// An error where records have to have a key, and this field of it is absent.
    fn without_key(&self, path: &FieldPath) -> Result<(), Problem> {
        if !self.is_ordered_by_key {
            return Ok(());
        }
        let problem = Problem::new("it is part of the key, and a record without a key has no order");
        Err(problem.inside(&path.fields.join(".")))
    }
}

/// What follows the id of a schema that need not be registered.
fn unregistered(payload: &[u8]) -> ParsedValue<'_> {
    ParsedValue { schema: SchemaKey::Id(SchemaId(0)), header: None, payload }
}

impl EncodedEvent {
    /// The value as it is in a record: framed with the id of the schema. `None` for a deletion.
    pub fn value(&self, id: SchemaId) -> Option<Vec<u8>> {
        let payload = self.payload.as_ref()?;
        let mut value = Vec::with_capacity(payload.len() + 5);
        wire::frame(id, &mut value);
        value.extend(payload);
        Some(value)
    }
    /// The key as it is in a record: a typed key is framed with the id of its schema. `None` for a record without a key.
    pub fn key(&self, id: Option<SchemaId>) -> Option<Vec<u8>> {
        let key = self.key.as_ref()?;
        let mut framed = Vec::with_capacity(key.len() + 5);
        if let Some(id) = id {
            wire::frame(id, &mut framed);
        }
        framed.extend(key);
        Some(framed)
    }
}
