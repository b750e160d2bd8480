//! The values of records: by the registry, else by the contract.

use eventgen_admin::values::{DecodedValue, ValueError, ValueReader};
use eventgen_admin::{ContractReader, KeyComparison, Record};
use eventgen_registry::wire;
use eventgen_schema::Manifest;

use crate::arguments::{self, Schemas};
use crate::failure::Failure;
use crate::load::load;
use crate::registry::connect;
use crate::terminal::{Terminal, summary};

/// A value.
#[derive(Debug)]
pub(super) enum Decoded {
    Tombstone,
    Value(DecodedValue),
    /// The bytes of the record, and why they are shown instead of a value.
    Undecoded(ValueError),
}

/// A key.
#[derive(Debug)]
pub(super) enum Key {
    /// None, or one without a schema.
    Plain,
    Typed(DecodedValue),
    /// Why its bytes are shown instead of what they stand for.
    Undecoded(ValueError),
}

/// What reads values.
pub(super) enum Values {
    Registry(Box<ValueReader>),
    Contract(ContractReader),
    /// Neither knows the topic.
    None,
}

impl Values {
    /// The registry of the command line, the environment or the process. Without one, the contract of `eventgen.toml`.
    pub(super) fn new(
        arguments: &arguments::Tail,
        topic: &str,
        manifest: Option<&Manifest>,
        terminal: Terminal,
    ) -> Result<Self, Failure> {
        let (url, context) =
            (arguments.registry.schema_registry.as_deref(), arguments.registry.context.as_deref());
        let environment = arguments.env.as_deref();
        match connect(url, context, environment, manifest) {
            Ok(registry) => return Ok(Self::Registry(Box::new(ValueReader::new(registry)))),
            Err(Failure::NoRegistry | Failure::NoRegistryInEnvironment { .. }) => {}
            Err(failure) => return Err(failure),
        }
        if manifest.is_none() {
            summary(
                "warning: no Schema Registry is configured, and there is no eventgen.toml: values are shown as bytes",
            );
            return Ok(Self::None);
        }
        let schemas = Schemas { paths: Vec::new(), include: Vec::new() };
        let contract = load(&schemas, environment, terminal)?.loaded.contract;
        let reader = ContractReader::new(&contract, topic);
        Ok(match reader.map_err(|reason| Failure::Values { reason })? {
            Some(reader) => {
                summary(
                    "warning: no Schema Registry is configured: values are read with the schemas of the contract, and those of \
                     other versions may be read wrongly",
                );
                Self::Contract(reader)
            }
            None => {
                summary(
                    "warning: no Schema Registry is configured, and the contract has no such topic: values are shown as bytes",
                );
                Self::None
            }
        })
    }

    pub(super) fn read(&mut self, record: &Record) -> Decoded {
        let Some(value) = &record.value else { return Decoded::Tombstone };
        let read = match self {
            Self::Registry(reader) => reader.read(value, record.header_bytes(wire::VALUE_HEADER)),
            Self::Contract(reader) => match reader.read(record) {
                Ok(Some(value)) => Ok(value),
                Ok(None) => return Decoded::Tombstone,
                Err(error) => Err(error),
            },
            Self::None => Err(no_schema()),
        };
        match read {
            Ok(value) => Decoded::Value(value),
            Err(error) => Decoded::Undecoded(error),
        }
    }

    /// A key with a schema of a registry, or without one of the contract.
    pub(super) fn key(&mut self, record: &Record) -> Key {
        let Some(key) = &record.key else { return Key::Plain };
        let read = match self {
            Self::Registry(reader) => reader.read_key(key, record.header_bytes(wire::KEY_HEADER)),
            Self::Contract(reader) => reader.read_key(record),
            Self::None if is_framed(record) => Err(no_schema()),
            Self::None => Ok(None),
        };
        match read {
            Ok(None) => Key::Plain,
            Ok(Some(key)) => Key::Typed(key),
            Err(error) => Key::Undecoded(error),
        }
    }

    /// Compares the key of a record with one that is asked for.
    ///
    /// # Errors
    /// Why the key was not read, so that it may be the same one.
    pub(super) fn compare_key(&mut self, record: &Record, wanted: &str) -> Result<KeyComparison, ValueError> {
        let Some(key) = &record.key else { return Ok(KeyComparison::Different) };
        match self {
            Self::Registry(reader) => reader.compare_key(key, record.header_bytes(wire::KEY_HEADER), wanted),
            Self::Contract(reader) => reader.compare_key(record, wanted),
            Self::None if key == wanted.as_bytes() => Ok(KeyComparison::Equal),
            Self::None if is_framed(record) => Err(no_schema()),
            Self::None => Ok(KeyComparison::Different),
        }
    }
}

fn is_framed(record: &Record) -> bool {
    let key = record.key.as_deref().unwrap_or_default();
    wire::is_framed(key, record.header_bytes(wire::KEY_HEADER))
}

fn no_schema() -> ValueError {
    ValueError::NoFrame { reason: "there is no schema".to_owned() }
}
