//! From a schema in the registry to how its values are read.

use thiserror::Error;

#[cfg(feature = "avro")]
use super::avro::{AvroReaders, AvroWriter};
#[cfg(feature = "protobuf")]
use super::protobuf::Messages;
use crate::registry::{RegisteredSchema, SchemaId};
use crate::{EventKind, SchemaType};

/// How the values of a writer's schema are read.
#[derive(Debug)]
pub(crate) enum Writer {
    /// An Avro schema.
    #[cfg(feature = "avro")]
    Avro(AvroWriter),
    /// A Protobuf file: each value names one of its messages, and needs no resolution.
    #[cfg(feature = "protobuf")]
    Protobuf(Messages),
    /// No value of it can be read. Cached, so that a topic full of such values does not parse the schema for each.
    Unusable(Unusable),
}

/// Why no value of a schema can be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum Unusable {
    #[error("schema id {id} is `{name}`, which is not an event of this topic")]
    ForeignEvent { id: SchemaId, name: String },
    #[error("schema id {id} is in `{language}`; this consumer reads {}", LANGUAGES)]
    ForeignLanguage { id: SchemaId, language: String },
    #[cfg(feature = "avro")]
    #[error("schema id {id} does not parse: {reason}")]
    Invalid { id: SchemaId, reason: String },
    #[cfg(feature = "avro")]
    #[error("schema id {id} does not resolve to the schema of this consumer: {reason}")]
    Unresolvable { id: SchemaId, reason: String },
}

/// The languages that this build reads.
const LANGUAGES: &str = match (cfg!(feature = "avro"), cfg!(feature = "protobuf")) {
    (true, true) => "Avro and Protobuf",
    (true, false) => "Avro (the feature `protobuf` of eventgen is off)",
    (false, true) => "Protobuf (the feature `avro` of eventgen is off)",
    (false, false) => "nothing (the features `avro` and `protobuf` of eventgen are off)",
};

/// The schemas of this consumer, to which writers' schemas are resolved.
#[derive(Debug)]
pub(crate) struct Readers {
    #[cfg_attr(
        not(feature = "protobuf"),
        expect(dead_code, reason = "Protobuf's messages are found by name")
    )]
    kinds: &'static [EventKind],
    #[cfg(feature = "avro")]
    avro: AvroReaders,
}

impl Readers {
    /// The schemas of these kinds of event.
    ///
    /// # Errors
    /// The name of an event whose embedded schema cannot be used, and why.
    pub(crate) fn new(kinds: &'static [EventKind]) -> Result<Self, String> {
        for kind in kinds {
            let language = kind.schema().schema_type();
            if !reads(&language) {
                let name = kind.name;
                return Err(format!("`{name}` is in `{language}`; this build reads {LANGUAGES}"));
            }
        }
        Ok(Self {
            kinds,
            #[cfg(feature = "avro")]
            avro: AvroReaders::new(kinds)?,
        })
    }

    /// How the values of a registered schema are read. `referenced` are the texts of the schemas that it refers to.
    pub(crate) fn writer(&self, id: SchemaId, schema: &RegisteredSchema, referenced: &[String]) -> Writer {
        let language = &schema.schema_type;
        #[cfg(feature = "protobuf")]
        if *language == SchemaType::PROTOBUF {
            return Writer::Protobuf(Messages::of(&schema.text, self.kinds));
        }
        #[cfg(feature = "avro")]
        if *language == SchemaType::AVRO {
            let writer = self.avro.writer(id, &schema.text, referenced);
            return writer.map_or_else(Writer::Unusable, Writer::Avro);
        }
        let _ = referenced;
        Writer::Unusable(Unusable::ForeignLanguage { id, language: language.to_string() })
    }
}

fn reads(language: &SchemaType) -> bool {
    *language == SchemaType::AVRO && cfg!(feature = "avro")
        || *language == SchemaType::PROTOBUF && cfg!(feature = "protobuf")
}
