//! Records that are written.

use std::collections::BTreeMap;

use eventgen_registry::blocking::RegistryClient;
use eventgen_registry::{NewSchema, RegistryError, SchemaId, SchemaReference, SchemaType};
use eventgen_schema::contract::{KeySchema, RegisteredSchema};
use eventgen_schema::{Contract, Event};

use super::Header;

/// A record that is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingRecord {
    /// The key, which decides the partition, as for the JVM client (murmur2). Without one, any partition.
    pub key: Option<Vec<u8>>,
    /// The value; `None` deletes the key on a compacted topic.
    pub value: Option<Vec<u8>>,
    /// The headers.
    pub headers: Vec<Header>,
}

/// Where a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// The partition.
    pub partition: i32,
    /// The offset.
    pub offset: i64,
}

/// Why a record was not written, or is not known to be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unsent {
    /// It failed, or was not acknowledged in time. It may have been written all the same.
    #[error("{0}")]
    Failed(String),
    /// The run ended before it was sent.
    #[error("interrupted before it was sent")]
    Interrupted,
}

/// Looks up the id of an event's schema. `None` if the registry lacks it, or a schema that it refers to. Blocks.
///
/// # Errors
/// [`RegistryError`].
pub fn registered_id(
    registry: &RegistryClient,
    contract: &Contract,
    event: &Event,
) -> Result<Option<SchemaId>, RegistryError> {
    look_up(registry, contract, (&event.subject, &event.registered()))
}

/// Looks up the id of the schema of typed keys, as [`registered_id`] does. It is that of the contract, also if the subject has a
/// later version: with another id, equal keys would be other bytes.
///
/// # Errors
/// [`RegistryError`].
pub fn registered_key_id(
    registry: &RegistryClient,
    contract: &Contract,
    key: &KeySchema,
) -> Result<Option<SchemaId>, RegistryError> {
    look_up(registry, contract, (&key.subject, &key.registered()))
}

fn look_up(
    registry: &RegistryClient,
    contract: &Contract,
    (subject, schema): (&str, &RegisteredSchema<'_>),
) -> Result<Option<SchemaId>, RegistryError> {
    let mut versions: BTreeMap<String, SchemaReference> = BTreeMap::new();
    let find =
        |subject: &str, schema: &RegisteredSchema<'_>, versions: &BTreeMap<String, SchemaReference>| {
            let references: Vec<SchemaReference> =
                schema.references.iter().filter_map(|name| versions.get(name).cloned()).collect();
            let schema_type = SchemaType::new(schema.schema_type);
            registry.look_up(subject, &NewSchema { schema_type, text: schema.text, references: &references })
        };
    for referred in contract.references(schema) {
        let subject = contract.reference_strategy.subject(&referred.name);
        let found = find(&subject, &referred.registered(schema.schema_type), &versions)?;
        let Some(found) = found else { return Ok(None) };
        let (name, subject, version) = (referred.name.clone(), found.subject, found.version);
        versions.insert(referred.name.clone(), SchemaReference { name, subject, version });
    }
    Ok(find(subject, schema, &versions)?.map(|found| found.id))
}
