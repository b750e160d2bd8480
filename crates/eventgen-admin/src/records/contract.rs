//! Values without a registry: by the schemas of a contract.

use std::collections::BTreeMap;

use eventgen_registry::wire;
use eventgen_schema::Contract;

use super::Record;
use crate::values::{DecodedValue, ValueError, Writer, key_writer_of, parsed, writer_of};

/// The header that names the event, as producers of eventgen write it.
const EVENT_TYPE: &str = "event-type";

/// Reads values with the schemas that a contract has now. A value of another version of a schema may be read as something else,
/// which only a registry can tell.
pub struct ContractReader {
    writers: BTreeMap<String, Box<dyn Writer>>,
    /// What reads typed keys, which all events of a topic have in common.
    keys: Option<Box<dyn Writer>>,
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
        let (mut writers, mut keys) = (BTreeMap::new(), None);
        for source in contract.topics.values().filter(|source| is_of(source)) {
            for event in contract.events_on(&source.name) {
                let writer = writer_of(contract, event)?;
                writers.insert(event.name.clone(), writer);
                if keys.is_none() {
                    keys = key_writer_of(contract, event)?;
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
    /// Reads a typed key. `None` for a key of text, and for one that the schema of the contract does not read.
    pub fn read_key(&self, record: &Record) -> Option<DecodedValue> {
        let (keys, key) = (self.keys.as_ref()?, record.key.as_deref()?);
        let parsed = parsed(key, record.header_bytes(wire::KEY_HEADER)).ok()?;
        let (event, value) = keys.read(parsed).ok()?;
        Some(DecodedValue { schema_id: parsed.schema, event, value })
    }
}
