//! Errors of encoding and decoding, in any schema language.

use thiserror::Error;

/// A value that its schema cannot represent.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// Avro.
    #[cfg(feature = "avro")]
    #[error(transparent)]
    Avro(#[from] crate::avro::EncodeError),
    /// An event that the latest version of its subject cannot hold, such as a symbol that an enum lacks there:
    /// [`ClientBuilder::use_latest_version`](crate::ClientBuilder::use_latest_version).
    #[cfg(all(feature = "avro", feature = "kafka"))]
    #[error("it cannot be written in the latest version of its subject: {0}")]
    Conversion(#[source] crate::avro::DecodeError),
    /// A message that holds a field of the key is absent, on a topic that is ordered by key.
    #[error(
        "a message that holds a field of the key ({fields}) is absent, and a record without a key has no order"
    )]
    #[non_exhaustive]
    AbsentKey {
        /// The paths of the fields.
        fields: &'static str,
    },
}

/// Bytes that do not decode to an event of the topic.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// Avro.
    #[cfg(feature = "avro")]
    #[error(transparent)]
    Avro(#[from] crate::avro::DecodeError),
    /// Protobuf.
    #[cfg(feature = "protobuf")]
    #[error(transparent)]
    Protobuf(#[from] crate::protobuf::DecodeError),
    /// Protobuf messages inside each other beyond [`DecodeOptions::max_depth`](crate::DecodeOptions::max_depth).
    #[cfg(feature = "protobuf")]
    #[error("messages are nested more than {limit} levels deep")]
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// Protobuf messages that take more memory than [`DecodeOptions`](crate::DecodeOptions) allow.
    #[cfg(feature = "protobuf")]
    #[error("the messages take more than {limit} bytes of memory, the limit for a payload of this size")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// A record key that is not a typed key of its schema.
    #[error("the key does not decode with its schema: {reason}")]
    #[non_exhaustive]
    Key {
        /// Why.
        reason: &'static str,
    },
    /// An event that the topic does not carry.
    #[error("event kind {kind} is not on this topic")]
    UnknownKind {
        /// The index into `TopicEvents::EVENTS`.
        kind: usize,
    },
}
