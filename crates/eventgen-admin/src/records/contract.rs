//! Values without a registry: by the schemas of a contract.

use std::collections::BTreeMap;

use eventgen_registry::SchemaKey;
use eventgen_registry::wire::{self, ParsedValue};
use eventgen_schema::Contract;

use super::Record;
use super::encode::{KeyComparison, compare};
use crate::values::{DecodedValue, ValueError, Writer, decoded, key_writer_of, parsed, writer_of};

/// The header of a dead letter that names the topic of its record.
const SOURCE: &str = "__dlq.errors.topic";
/// The header that names the event, as producers of eventgen write it.
const EVENT_TYPE: &str = "event-type";

/// Reads values with the schemas that a contract has now. A value of another version of a schema may be read as something else,
/// which only a registry can tell.
pub struct ContractReader {
    writers: BTreeMap<String, Box<dyn Writer>>,
    /// What reads the keys of each topic, which all events of it have in common; `None` where they are text.
    keys: BTreeMap<String, Option<Box<dyn Writer>>>,
}

impl std::fmt::Debug for ContractReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ContractReader").field("events", &self.writers.keys()).finish_non_exhaustive()
    }
}

impl ContractReader {
    /// A reader of a topic of the contract, or of one of its dead-letter and retry topics. `None` if the contract has no event for
    /// it.
    ///
    /// # Errors
    /// Why a schema cannot be used.
    pub fn new(contract: &Contract, topic: &str) -> Result<Option<Self>, String> {
        let is_of = |source: &eventgen_schema::Topic| {
            source.name == topic
                || source.dead_letter.as_ref().is_some_and(|letters| letters.topic == topic)
                || source.retry_topics().iter().any(|retry| retry.name == topic)
        };
        let (mut writers, mut keys) = (BTreeMap::new(), BTreeMap::new());
        for source in contract.topics.values().filter(|source| is_of(source)) {
            for event in contract.events_on(&source.name) {
                let writer = writer_of(contract, event)?;
                writers.insert(event.name.clone(), writer);
                if !keys.contains_key(&source.name) {
                    keys.insert(source.name.clone(), key_writer_of(contract, event)?);
                }
            }
        }
        Ok((!writers.is_empty()).then_some(Self { writers, keys }))
    }

    /// Reads the value of a record; `None` is a tombstone.
    ///
    /// # Errors
    /// Why it was not read.
    pub fn read(&self, record: &Record) -> Result<Option<DecodedValue>, ValueError> {
        let Some(value) = &record.value else { return Ok(None) };
        let parsed = parsed(value, record.header_bytes(wire::VALUE_HEADER))?;
        let failed = |reason: String| ValueError::Value { id: parsed.schema, reason };
        let named = record.header(EVENT_TYPE);
        let only = || (self.writers.len() == 1).then(|| self.writers.values().next()).flatten();
        let writer = named.and_then(|name| self.writers.get(name)).or_else(only).ok_or_else(|| {
            failed(match named {
                Some(name) => format!("the contract has no event `{name}` on this topic"),
                None => "the topic has several events, and the record has no header `event-type`".to_owned(),
            })
        })?;
        let (event, value) = writer.read(parsed).map_err(failed)?;
        Ok(Some(DecodedValue { schema_id: parsed.schema, event, value }))
    }

    /// Reads a typed key. `None` for a key of text, and for none.
    ///
    /// # Errors
    /// Why a key is not read that is typed by the contract, or that names a schema which the contract does not have.
    pub fn read_key(&self, record: &Record) -> Result<Option<DecodedValue>, ValueError> {
        match (&record.key, self.keys_of(record)) {
            (Some(key), Some(keys)) => decoded(keys, framed(key, record)?).map(Some),
            (Some(key), None) if wire::is_framed(key, record.header_bytes(wire::KEY_HEADER)) => {
                Err(no_schema(framed(key, record)?.schema))
            }
            _ => Ok(None),
        }
    }

    /// Compares a key with one that is asked for: see [`ValueReader::compare_key`](crate::values::ValueReader::compare_key).
    ///
    /// # Errors
    /// Why the key was not read, so that it may be the same one.
    pub fn compare_key(&self, record: &Record, wanted: &str) -> Result<KeyComparison, ValueError> {
        let Some(key) = &record.key else { return Ok(KeyComparison::Different) };
        if key == wanted.as_bytes() {
            return Ok(KeyComparison::Equal);
        }
        if !wire::is_framed(key, record.header_bytes(wire::KEY_HEADER)) {
            return Ok(KeyComparison::Different);
        }
        let key = framed(key, record)?;
        compare(self.keys_of(record).ok_or_else(|| no_schema(key.schema))?, key, wanted)
    }

    /// What reads the typed key of a record. A topic with dead letters of several topics has the one of each in a header.
    fn keys_of(&self, record: &Record) -> Option<&dyn Writer> {
        let of_only = || (self.keys.len() == 1).then(|| self.keys.values().next()).flatten();
        let keys = of_only().or_else(|| self.keys.get(record.header(SOURCE)?))?;
        keys.as_deref()
    }
}

/// The parts of a typed key.
fn framed<'a>(key: &'a [u8], record: &'a Record) -> Result<ParsedValue<'a>, ValueError> {
    let reason = || "the key has no schema id, and keys are typed in the contract".to_owned();
    parsed(key, record.header_bytes(wire::KEY_HEADER)).map_err(|_| ValueError::NoFrame { reason: reason() })
}

/// A key with a schema, where the contract has keys of text.
fn no_schema(id: SchemaKey) -> ValueError {
    ValueError::Schema {
        id,
        reason: "the contract has no schema for this key, and there is no registry".to_owned(),
    }
}
