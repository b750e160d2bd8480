//! Handlers, which applications implement, and their errors.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use super::Delivery;
use super::panics::HandlerPanic;
use crate::TopicEvents;

/// Handles the events of one topic. Generated code implements it for the types that implement the topic's own trait.
pub trait Handler: Send + Sync + 'static {
    /// The events of the topic.
    type Events: TopicEvents;

    /// Handles one event. Events with equal keys arrive one after another, events with different keys concurrently.
    fn handle(
        &self,
        event: Self::Events,
        delivery: &Delivery,
    ) -> impl Future<Output = Result<(), HandlerError>> + Send;

    /// Handles the deletion of a key: a record without a value, on a topic whose contract has `cleanup.policy: compact`. Errors,
    /// retries and order are those of events. A record without a value becomes a dead letter on other topics, and without a
    /// key.
    ///
    /// The trait of a compacted topic in generated code requires the method. Here its default
    /// [rejects](HandlerError::reject) the record, which becomes a dead letter.
    fn deleted(
        &self,
        key: &[u8],
        delivery: &Delivery,
    ) -> impl Future<Output = Result<(), HandlerError>> + Send {
        let _ = (key, delivery);
        std::future::ready(Err(HandlerError::reject("the handler has no method for deletions")))
    }
}

/// The error of a handler, and how the consumer reacts to it.
///
/// `?` converts an error into one that is [retried](Self::retry). It accepts everything that converts into
/// `Box<dyn Error + Send + Sync>`: every type that implements [`Error`](StdError) and is `Send`, `Sync` and `'static`,
/// such a box itself, `anyhow::Error`, `eyre::Report`, `String` and `&str`.
///
/// | error | the record |
/// |---|---|
/// | [`retry`](Self::retry), or `?` | is retried as the contract states, then becomes a dead letter |
/// | [`retry_after`](Self::retry_after) | the same, with a pause that the handler chooses |
/// | [`reject`](Self::reject) | becomes a dead letter at once, because a retry cannot succeed |
/// | [`skip`](Self::skip) | is logged, counted and committed: nobody needs it |
/// | [`fatal`](Self::fatal) | stays uncommitted, and the consumer stops: no event can be handled any more |
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
    /// The pause before the retry; `None` is that of the contract.
    after: Option<Duration>,
    type_name: &'static str,
    source: Box<dyn StdError + Send + Sync>,
}

/// How the consumer reacts to an error of a handler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum HandlerErrorKind {
    /// It retries as the contract states, then writes a dead letter.
    Retry,
    /// It writes a dead letter at once.
    Reject,
    /// It logs and counts the record, and commits it.
    Skip,
    /// It stops. The record stays uncommitted; what is done is committed.
    Fatal,
}

impl HandlerError {
    /// A temporary failure: the event is retried as the contract states, then becomes a dead letter.
    pub fn retry<E: Into<Box<dyn StdError + Send + Sync>>>(error: E) -> Self {
        Self::new(HandlerErrorKind::Retry, error)
    }

    /// The longest pause of [`retry_after`](Self::retry_after): 24 hours. Quotas of remote services start again within a day.
    pub const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

    /// A temporary failure that ends at a known time, such as a remote service that answers with `Retry-After`: the event is
    /// retried after this time instead of the pause of the contract, at most after
    /// [`LONGEST_RETRY_AFTER`](Self::LONGEST_RETRY_AFTER). It counts as an attempt like any other: after the contract's last
    /// retry the record becomes a dead letter.
    ///
    /// The record waits in the consumer. Later records of its key and the committed offset of its partition wait with it; a
    /// rebalance and a shutdown do not, and the next owner handles the record at once, as attempt 1.
    ///
    /// On a topic with [delays](crate::Retry::delays), the record goes to the retry topic with the nearest delay at once, as
    /// long as fewer delays are behind it than the topic has. It waits for that delay, not for `after`, and one of its delays is
    /// used up, whichever it was. A wait beyond the longest delay is logged as a warning, once for each topic.
    pub fn retry_after<E: Into<Box<dyn StdError + Send + Sync>>>(error: E, after: Duration) -> Self {
        Self { after: Some(after.min(Self::LONGEST_RETRY_AFTER)), ..Self::retry(error) }
    }

    /// A permanent failure of this event, such as an order without lines: it becomes a dead letter at once.
    pub fn reject<E: Into<Box<dyn StdError + Send + Sync>>>(error: E) -> Self {
        Self::new(HandlerErrorKind::Reject, error)
    }

    /// An event that this service does not need, such as an order that was cancelled meanwhile: the record is committed
    /// without a retry and without a dead letter. It is counted as [`skipped`](crate::Report::skipped), passed to observers
    /// as [`Skipped`](crate::observe::ConsumerEvent::Skipped), and logged as a warning with its position, key, attempt and
    /// this error.
    pub fn skip<E: Into<Box<dyn StdError + Send + Sync>>>(error: E) -> Self {
        Self::new(HandlerErrorKind::Skip, error)
    }

    /// A permanent failure of the service, such as a missing database: the consumer stops with
    /// [`Error::HandlerStopped`](crate::Error::HandlerStopped).
    ///
    /// No further handler begins, and those that run may finish within the drain deadline. Then what is done is committed,
    /// also the records behind this one: the offset stays before it, and the metadata of the commit names what is done
    /// beyond. The next run gets this record again, and none of those.
    pub fn fatal<E: Into<Box<dyn StdError + Send + Sync>>>(error: E) -> Self {
        Self::new(HandlerErrorKind::Fatal, error)
    }

    fn new<E: Into<Box<dyn StdError + Send + Sync>>>(kind: HandlerErrorKind, error: E) -> Self {
        Self { kind, after: None, type_name: std::any::type_name::<E>(), source: error.into() }
    }

    /// The error itself or the first of its causes that is of this type:
    /// [`Consumer::reject_errors`](crate::Consumer::reject_errors) decides by it.
    ///
    /// `anyhow::Error` and `eyre::Report` hide the type of the error that they were made of, until context is added to it.
    ///
    /// ```
    /// use std::num::ParseIntError;
    ///
    /// use eventgen::HandlerError;
    ///
    /// let error = HandlerError::from("many".parse::<u32>().unwrap_err());
    /// assert!(error.cause::<ParseIntError>().is_some());
    /// assert!(error.cause::<std::io::Error>().is_none());
    /// ```
    pub fn cause<E: StdError + 'static>(&self) -> Option<&E> {
        let mut next: Option<&(dyn StdError + 'static)> = Some(&*self.source);
        while let Some(error) = next {
            if let Some(found) = error.downcast_ref::<E>() {
                return Some(found);
            }
            next = error.source();
        }
        None
    }

    /// The same error, rejected.
    pub(super) fn into_rejected(self) -> Self {
        Self { kind: HandlerErrorKind::Reject, after: None, ..self }
    }

    /// Whether the error itself is of this type.
    pub(super) fn is<E: StdError + 'static>(&self) -> bool {
        self.source.is::<E>()
    }

    /// The message of a handler's panic that a middleware has passed on.
    ///
    /// # Errors
    /// This error, if it is not a panic.
    pub(super) fn into_panic(self) -> Result<String, Self> {
        let source = self.source.downcast::<HandlerPanic>();
        source.map(|panic| panic.0).map_err(|source| Self { source, ..self })
    }

    /// The pause before the retry that [`retry_after`](Self::retry_after) asks for; `None` is that of the contract.
    pub fn after(&self) -> Option<Duration> {
        self.after
    }

    /// How the consumer reacts.
    pub fn kind(&self) -> HandlerErrorKind {
        self.kind
    }

    /// The type of the error that the handler returned, as [`std::any::type_name`] writes it. If that type erases the type
    /// of its cause, as `anyhow::Error`, `eyre::Report` and `Box` do, it is named itself.
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
            .field("after", &self.after)
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
    fn the_question_mark_converts_every_common_kind_of_error() {
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
    fn a_handler_cannot_postpone_a_retry_for_longer_than_a_day() {
        let after = |after| HandlerError::retry_after("busy", after).after();
        assert_eq!(after(Duration::from_secs(90)), Some(Duration::from_secs(90)));
        assert_eq!(after(Duration::MAX), Some(HandlerError::LONGEST_RETRY_AFTER));
        assert_eq!(HandlerError::retry("busy").after(), None);
    }

    #[test]
    fn the_question_mark_keeps_the_kind_of_a_handler_error() {
        let rejected =
            || -> Result<(), HandlerError> { Err(HandlerError::reject(anyhow::anyhow!("no lines")))? };
        let error = rejected().expect_err("a failure");
        assert_eq!((error.kind(), error.type_name()), (HandlerErrorKind::Reject, "anyhow::Error"));
    }
}
