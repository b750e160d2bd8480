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
#[non_exhaustive]
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

impl Delivery {
    /// The first attempt at a record without key, headers and timestamp.
    #[doc(hidden)]
    pub fn new(topic: &'static str, partition: i32, offset: i64) -> Self {
        Self { topic, partition, offset, timestamp: None, key: None, headers: Headers::new(), attempt: 1 }
    }
}

/// A handler's failure, and what is to be done about it.
///
/// `?` turns an error into one that is [retried](Self::retry). It accepts everything that converts into
/// `Box<dyn Error + Send + Sync>`: every type that implements [`Error`](StdError) and is `Send`, `Sync` and `'static`,
/// such a box itself, `anyhow::Error`, `eyre::Report`, `String` and `&str`. Return [`reject`](Self::reject) when a
/// retry cannot help, and [`fatal`](Self::fatal) when no event can be handled any more.
///
/// ```
/// use anyhow::Context as _;
/// use eventgen::{HandlerError, HandlerErrorKind};
///
/// fn discount(percent: &str) -> anyhow::Result<u8> {
///     percent.parse().context("the discount")
/// }
///
/// fn total(cents: &str, percent: &str) -> Result<u64, HandlerError> {
///     let cents: u64 = cents.parse()?;
///     let percent = u64::from(discount(percent)?);
///     let rest = 100_u64.checked_sub(percent).ok_or_else(|| HandlerError::reject("more than 100 percent"))?;
///     Ok(cents * rest / 100)
/// }
///
/// assert_eq!(total("2000", "25").unwrap(), 1500);
///
/// let error = total("2000", "many").unwrap_err();
/// assert_eq!(error.kind(), HandlerErrorKind::Retry);
/// assert_eq!(error.type_name(), "anyhow::Error");
/// assert_eq!(error.chain(), "the discount: invalid digit found in string");
///
/// assert_eq!(total("2000", "101").unwrap_err().kind(), HandlerErrorKind::Reject);
/// ```
pub struct HandlerError {
    kind: HandlerErrorKind,
    type_name: &'static str,
    source: Box<dyn StdError + Send + Sync>,
}

/// What is to be done about a handler's failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
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

    /// The type of the error that the handler returned, as [`std::any::type_name`] writes it. A type that hides the
    /// error inside it is named itself: `anyhow::Error`, `eyre::Report` or a `Box`.
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

// `anyhow::Error`, `eyre::Report` and boxes of errors do not implement `Error`, but all of them convert into this box.
// Coherence accepts this beside `impl<T> From<T> for T` because `HandlerError` does not: it is a type of this crate, and
// it must never implement `Error` or convert into such a box.
impl<E: Into<Box<dyn StdError + Send + Sync>>> From<E> for HandlerError {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the stock could not be read")]
    struct StockError(#[source] std::num::ParseIntError);

    fn stock_error() -> StockError {
        StockError("many".parse::<u32>().unwrap_err())
    }

    fn by_question_mark<E>(error: E) -> HandlerError
    where
        HandlerError: From<E>,
    {
        let failed = || -> Result<(), HandlerError> { Err(error)? };
        failed().expect_err("a failure")
    }

    #[test]
    fn every_common_kind_of_error_turns_into_one_by_question_mark() {
        const CAUSES: &str = "the stock could not be read: invalid digit found in string";
        let boxed: Box<dyn StdError + Send + Sync> = Box::new(stock_error());
        let cases = [
            (by_question_mark(stock_error()), "StockError", CAUSES.to_owned()),
            (by_question_mark(boxed), "Box<dyn core::error::Error", CAUSES.to_owned()),
            (
                by_question_mark(anyhow::Error::from(stock_error()).context("order 7")),
                "anyhow::Error",
                format!("order 7: {CAUSES}"),
            ),
            (
                by_question_mark(eyre::Report::from(stock_error()).wrap_err("order 7")),
                "eyre::Report",
                format!("order 7: {CAUSES}"),
            ),
            (by_question_mark("closed"), "&str", "closed".to_owned()),
            (by_question_mark("closed".to_owned()), "String", "closed".to_owned()),
        ];
        for (error, type_name, chain) in cases {
            assert_eq!(error.kind(), HandlerErrorKind::Retry);
            assert!(error.type_name().contains(type_name), "{}", error.type_name());
            assert_eq!(error.chain(), chain);
        }
    }

    #[test]
    fn a_failure_of_another_kind_keeps_it_on_its_way_up() {
        let rejected =
            || -> Result<(), HandlerError> { Err(HandlerError::reject(anyhow::anyhow!("no lines")))? };
        let error = rejected().expect_err("a failure");
        assert_eq!((error.kind(), error.type_name()), (HandlerErrorKind::Reject, "anyhow::Error"));
    }
}
