//! Errors of encoding and decoding, in any schema language.

use thiserror::Error;

/// A value that its schema cannot represent.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// Avro.
    #[cfg(feature = "avro")]
    #[error(transparent)]
    Avro(#[from] crate::avro::EncodeError),
    /// A message that holds a field of the key is absent, on a topic that is ordered by key.
    #[error("a message that holds a field of the key is absent, and a record without a key has no order")]
    AbsentKey,
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
    /// An event that the topic does not carry.
    #[error("event kind {kind} is not on this topic")]
    UnknownKind {
        /// The index into `TopicEvents::EVENTS`.
        kind: usize,
    },
}
