//! What can go wrong between an event and its bytes, whatever its schema language.

use thiserror::Error;

use crate::{avro, protobuf};

/// An event that its schema cannot hold.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// Avro.
    #[error(transparent)]
    Avro(#[from] avro::EncodeError),
}

/// Bytes that are no event of the topic.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// Avro.
    #[error(transparent)]
    Avro(#[from] avro::DecodeError),
    /// Protobuf.
    #[error(transparent)]
    Protobuf(#[from] protobuf::DecodeError),
    /// An event that the topic does not carry.
    #[error("event kind {kind} is not on this topic")]
    UnknownKind {
        /// The index into `TopicEvents::EVENTS`.
        kind: usize,
    },
}
