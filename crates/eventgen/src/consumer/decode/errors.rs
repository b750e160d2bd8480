//! Why a record's value does not decode.

use thiserror::Error;

use crate::registry::SchemaKey;
use crate::wire::FrameError;

/// Why a value does not decode to an event of its topic.
#[derive(Debug, Error)]
pub(crate) enum Undecodable {
    #[error(
        "the record has no value (a tombstone), which deletes a key on a compacted topic only, and not without a key"
    )]
    NoValue,
    #[error(transparent)]
    Frame(#[from] FrameError),
    #[error("schema id {0} is not in the registry")]
    UnknownSchema(SchemaKey),
    #[cfg(feature = "protobuf")]
    #[error("schema id {id} has no message at the indexes {indexes:?}")]
    UnknownMessage { id: SchemaKey, indexes: Vec<u32> },
    #[cfg(feature = "avro")]
    #[error("schema id {id} is a union without a branch {index}")]
    UnknownBranch { id: SchemaKey, index: i64 },
    #[error(transparent)]
    Schema(#[from] Unusable),
    #[cfg(feature = "avro")]
    #[error("the value does not decode with schema id {id}: {error}")]
    Unreadable { id: SchemaKey, error: crate::avro::DecodeError },
}

impl Undecodable {
    /// Whether the value is an event of a kind that is not among the topic's, which a newer build may know.
    pub(crate) fn is_unknown_event(&self) -> bool {
        match self {
            #[cfg(any(feature = "avro", feature = "protobuf"))]
            Self::Schema(Unusable::ForeignEvent { .. }) => true,
            _ => false,
        }
    }
}

/// Why no value of a schema can be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum Unusable {
    #[cfg(any(feature = "avro", feature = "protobuf"))]
    #[error("schema id {id} is `{name}`, which is not an event of this topic")]
    ForeignEvent { id: SchemaKey, name: String },
    #[cfg(feature = "avro")]
    #[error("schema id {id} is not a record, which every event is")]
    NoRecord { id: SchemaKey },
    #[error("schema id {id} is in `{language}`; this consumer reads {readable}")]
    ForeignLanguage { id: SchemaKey, language: String, readable: &'static str },
    #[cfg(feature = "avro")]
    #[error("schema id {id} does not parse: {reason}")]
    Invalid { id: SchemaKey, reason: String },
    #[cfg(feature = "avro")]
    #[error("schema id {id} does not resolve to the schema of this consumer: {reason}")]
    Unresolvable { id: SchemaKey, reason: String },
}
