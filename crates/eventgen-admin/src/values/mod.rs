//! Values of records as data, read with the schemas that they were written with: of any topic whose values have the frame of
//! a Schema Registry, whether a contract knows their events or not.

mod avro;
mod branch;
mod language;
mod protobuf;
mod time;
mod value;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use eventgen_registry::blocking::RegistryClient;
use eventgen_registry::wire::{self, ParsedValue};
use eventgen_registry::{RegistryError, SchemaKey};

#[cfg(all(test, feature = "records"))]
pub(crate) use avro::decode;
#[cfg(feature = "records")]
pub(crate) use branch::{full_name, type_word};
#[cfg(feature = "records")]
use eventgen_registry::{ReferencedSchema, RegisteredSchema};
#[cfg(feature = "records")]
use eventgen_schema::{Contract, Event, contract};
#[cfg(feature = "records")]
pub(crate) use language::Definition;
use language::Language;
pub(crate) use language::Writer;
#[cfg(feature = "records")]
pub(crate) use protobuf::compiled;
pub use value::Value;

/// Bytes as hexadecimal digits after `0x`.
pub fn hexadecimal(bytes: &[u8]) -> String {
    Value::hexadecimal(bytes)
}

/// A time in UTC as ISO 8601, by its milliseconds since the Unix epoch.
pub fn timestamp(millis: i64) -> String {
    format!("{}Z", time::date_time(millis, 3))
}

const LANGUAGES: [Language; 2] = [avro::LANGUAGE, protobuf::LANGUAGE];

/// A value that was read.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct DecodedValue {
    /// The id of the schema that it was written with, or its guid.
    pub schema_id: SchemaKey,
    /// The full name of its event.
    pub event: String,
    /// The value.
    pub value: Value,
}

/// Why a value was not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ValueError {
    /// It does not begin with a frame, and no header names its schema.
    #[error("{reason}")]
    NoFrame {
        /// What it begins with.
        reason: String,
    },
    /// The registry has no schema of this id, or none that the schema refers to.
    #[error(
        "the registry has no schema {id}: the record was written with another registry, or the schema was deleted"
    )]
    UnknownSchema {
        /// The id.
        id: SchemaKey,
    },
    /// The schema cannot be read, or is in a language that is not supported.
    #[error("schema {id} cannot be read: {reason}")]
    Schema {
        /// The id.
        id: SchemaKey,
        /// Why.
        reason: String,
    },
    /// The value is none of its schema.
    #[error("the bytes do not decode with schema {id}: {reason}")]
    Value {
        /// The id.
        id: SchemaKey,
        /// Why.
        reason: String,
    },
    /// The registry does not answer, or not with a schema.
    #[error("schema {id} cannot be looked up: {reason}")]
    Registry {
        /// The id.
        id: SchemaKey,
        /// What the client of the registry reports.
        reason: String,
    },
}

impl ValueError {
    /// The id of the schema that the value was written with, or its guid, if the value names one.
    pub fn schema_id(&self) -> Option<SchemaKey> {
        match self {
            Self::NoFrame { .. } => None,
            Self::UnknownSchema { id }
            | Self::Schema { id, .. }
            | Self::Value { id, .. }
            | Self::Registry { id, .. } => Some(*id),
        }
    }
}

/// Reads values. Asks the registry once for each schema. Blocks while it does.
pub struct ValueReader {
    registry: RegistryClient,
    writers: HashMap<SchemaKey, Result<Box<dyn Writer>, ValueError>>,
}

impl std::fmt::Debug for ValueReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ValueReader").field("registry", &self.registry).finish_non_exhaustive()
    }
}

impl ValueReader {
    /// A reader that asks this registry.
    pub fn new(registry: RegistryClient) -> Self {
        Self { registry, writers: HashMap::new() }
    }

    /// Reads a value with the schema that it was written with. `header` is what the record has in
    /// [`VALUE_HEADER`](wire::VALUE_HEADER), and for a key in [`KEY_HEADER`](wire::KEY_HEADER), if it has that.
    ///
    /// # Errors
    /// Why it was not read. A registry that does not answer is asked again with the next value.
    pub fn read(&mut self, value: &[u8], header: Option<&[u8]>) -> Result<DecodedValue, ValueError> {
        let parsed = parsed(value, header)?;
        decoded(self.writer(parsed.schema)?, parsed)
    }

    /// Reads a key with a schema of the registry. `header` is what the record has in [`KEY_HEADER`](wire::KEY_HEADER). `None` for
    /// any other key: bytes without a frame are what most keys are, and a registry gives no schema the id 0, which the numbers of
    /// a JVM `LongSerializer` seem to have.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_key(
        &mut self,
        key: &[u8],
        header: Option<&[u8]>,
    ) -> Result<Option<DecodedValue>, ValueError> {
        if wire::is_framed(key, header) { self.read(key, header).map(Some) } else { Ok(None) }
    }

    /// What reads values of a schema.
    pub(crate) fn writer(&mut self, id: SchemaKey) -> Result<&dyn Writer, ValueError> {
        let writer = match self.writers.entry(id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => match writer(&self.registry, id) {
                Err(error @ ValueError::Registry { .. }) => return Err(error),
                answer => unknown.insert(answer),
            },
        };
        writer.as_deref().map_err(Clone::clone)
    }
}

/// A value of the schema that it was written with.
pub(crate) fn decoded(writer: &dyn Writer, value: ParsedValue<'_>) -> Result<DecodedValue, ValueError> {
    let id = value.schema;
    let (event, value) = writer.read(value).map_err(|reason| ValueError::Value { id, reason })?;
    Ok(DecodedValue { schema_id: id, event, value })
}

/// The parts of a value.
pub(crate) fn parsed<'a>(value: &'a [u8], header: Option<&'a [u8]>) -> Result<ParsedValue<'a>, ValueError> {
    wire::parse_value(value, header).map_err(|error| ValueError::NoFrame { reason: error.to_string() })
}

fn writer(registry: &RegistryClient, id: SchemaKey) -> Result<Box<dyn Writer>, ValueError> {
    let failed = |error: RegistryError| ValueError::Registry { id, reason: error.to_string() };
    let unknown = || ValueError::UnknownSchema { id };
    let schema = match id {
        SchemaKey::Id(id) => registry.schema_by_id(id).map_err(failed)?,
        SchemaKey::Guid(guid) => registry.schema_by_guid(guid).map_err(failed)?.map(Arc::new),
    };
    let schema = schema.ok_or_else(unknown)?;
    let referenced = registry.referenced_schemas(&schema).map_err(failed)?.ok_or_else(unknown)?;
    let language = LANGUAGES.into_iter().find(|language| language.schema_type == schema.schema_type);
    let unreadable = |reason: String| ValueError::Schema { id, reason };
    let language = language
        .ok_or_else(|| unreadable(format!("it is in {}, which is not supported", schema.schema_type)))?;
    (language.parse)(&schema, &referenced).map_err(unreadable)
}

/// How values of an event of a contract are read.
#[cfg(feature = "records")]
pub(crate) fn writer_of(contract: &Contract, event: &Event) -> Result<Box<dyn Writer>, String> {
    of_schema(contract, &event.registered())
}

/// How typed keys of an event of a contract are read; `None` if its keys are text.
#[cfg(feature = "records")]
pub(crate) fn key_writer_of(contract: &Contract, event: &Event) -> Result<Option<Box<dyn Writer>>, String> {
    event.typed_key.as_ref().map(|key| of_schema(contract, &key.registered())).transpose()
}

#[cfg(feature = "records")]
fn of_schema(
    contract: &Contract,
    schema: &contract::RegisteredSchema<'_>,
) -> Result<Box<dyn Writer>, String> {
    let mut languages = LANGUAGES.into_iter();
    let language = languages.find(|language| language.schema_type.as_str() == schema.schema_type);
    let language = language.ok_or_else(|| format!("{} is not supported", schema.schema_type))?;
    let referenced = contract.references(schema).into_iter();
    let referenced: Vec<ReferencedSchema> =
        referenced.map(|schema| ReferencedSchema::new(schema.name.as_str(), schema.text.as_str())).collect();
    (language.parse)(&RegisteredSchema::new(language.schema_type.clone(), schema.text), &referenced)
}
