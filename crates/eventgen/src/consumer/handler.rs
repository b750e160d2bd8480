//! What an application writes to consume: a handler, and how it says that it failed.

use std::error::Error as StdError;
use std::fmt;

use chrono::{DateTime, Utc};

use crate::{Headers, TopicEvents};

/// Handles the events of one topic. Generated code implements it over the topic's own trait.
pub trait Handler: Send + Sync + 'static {
    /// The events of the topic.
    type Events: TopicEvents;

    /// Handles one event. Events of one key come one after another, those of different keys side by side.
    fn handle(
        &self,
        event: Self::Events,
        delivery: &Delivery,
    ) -> impl Future<Output = Result<(), HandlerError>> + Send;
}

/// Where an event came from, and which attempt at it this is.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// The topic.
    pub topic: &'static str,
    /// The partition.
    pub partition: i32,
    /// The offset in the partition.
    pub offset: i64,
    /// When the record was made or appended, by the topic's `message.timestamp.type`.
    pub timestamp: Option<DateTime<Utc>>,
    /// The record key.
    pub key: Option<Vec<u8>>,
    /// The record headers.
    pub headers: Headers,
    /// 1 for the first attempt of this consumer, 2 for the first retry.
    pub attempt: u32,
}

/// A handler's failure, and what is to be done about it.
///
/// Any error turns into one by `?` and is retried. Say [`reject`](Self::reject) when trying again is of no use and
/// [`fatal`](Self::fatal) when no event can be handled any more.
pub struct HandlerError {
    kind: HandlerErrorKind,
    type_name: &'static str,
    source: Box<dyn StdError + Send + Sync>,
}

/// What is to be done about a handler's failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HandlerErrorKind {
    /// Try again as the contract says, then write a dead letter.
    Retry,
    /// Write a dead letter at once.
    Reject,
    /// Stop the consumer and leave the record uncommitted.
    Fatal,
}

impl HandlerError {
    /// A failure that may pass: retried as the contract says, then dead-lettered.
    pub fn retry<E: Into<Box<dyn StdError + Send + Sync>>>(error: E) -> Self {
        Self::new(HandlerErrorKind::Retry, error)
    }

    /// A failure that will not pass, such as an order without lines: dead-lettered at once.
    pub fn reject<E: Into<Box<dyn StdError + Send + Sync>>>(error: E) -> Self {
        Self::new(HandlerErrorKind::Reject, error)
    }

    /// A failure of the service itself, such as a database that is gone for good: the consumer stops and the record
    /// stays uncommitted.
    pub fn fatal<E: Into<Box<dyn StdError + Send + Sync>>>(error: E) -> Self {
        Self::new(HandlerErrorKind::Fatal, error)
    }

    fn new<E: Into<Box<dyn StdError + Send + Sync>>>(kind: HandlerErrorKind, error: E) -> Self {
        Self { kind, type_name: std::any::type_name::<E>(), source: error.into() }
    }

    /// What is to be done.
    pub fn kind(&self) -> HandlerErrorKind {
        self.kind
    }

    /// The type of the error that the handler returned.
    pub fn type_name(&self) -> &'static str {
        self.type_name
    }

    /// The error with all its causes, the root cause last.
    pub fn chain(&self) -> String {
        let mut text = self.source.to_string();
        let mut cause = self.source.source();
        while let Some(error) = cause {
            let message = error.to_string();
            // Many errors print their source themselves.
            if !text.ends_with(&message) {
                text.push_str(": ");
                text.push_str(&message);
            }
            cause = error.source();
        }
        text
    }
}

// As `HandlerError` is no `std::error::Error` itself, every error can turn into one.
impl<E: StdError + Send + Sync + 'static> From<E> for HandlerError {
    fn from(error: E) -> Self {
        Self::retry(error)
    }
}

impl fmt::Display for HandlerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.chain())
    }
}

impl fmt::Debug for HandlerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerError")
            .field("kind", &self.kind)
            .field("error", &self.source)
            .finish_non_exhaustive()
    }
}
