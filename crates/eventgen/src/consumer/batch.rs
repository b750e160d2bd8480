//! Batches of events, their handlers, and the errors of these.

pub(crate) mod erased;

use std::fmt;
use std::iter::Zip;
use std::time::Duration;
use std::{slice, vec};

use super::{Delivery, HandlerError};
use crate::TopicEvents;

/// Handles the events of one topic in batches, for handlers that are faster with many events at once, such as an insert of
/// many rows.
///
/// A batch has events of one partition in the order of their offsets. Batches of a partition are handled one after another,
/// so that each key keeps its order, whatever the `ordering` of the topic; batches of different partitions are handled
/// concurrently. [`Consumer::subscribe_batches`](crate::Consumer::subscribe_batches) subscribes with such a handler.
///
/// ```no_run
/// use std::time::Duration;
///
/// use eventgen::{Batch, BatchError, BatchHandler, BatchOptions, Client, Consumer, HandlerError, TopicEvents};
///
/// struct Table;
///
/// impl Table {
///     /// Inserts the rows in one transaction. The error has the index of the row that the database refuses.
///     async fn insert<E>(&self, rows: &[E]) -> Result<(), (usize, std::io::Error)> {
/// #       let _ = rows;
///         // …
/// #       Ok(())
///     }
/// }
///
/// struct Archive<E> {
///     table: Table,
/// #   events: std::marker::PhantomData<fn(E)>,
/// }
///
/// // With generated code: `impl BatchHandler for Archive { type Events = OrdersEventsV1; … }`
/// impl<E: TopicEvents + Sync> BatchHandler for Archive<E> {
///     type Events = E;
///
///     async fn handle(&self, batch: Batch<'_, E>) -> Result<(), BatchError> {
///         match self.table.insert(batch.events()).await {
///             Ok(()) => Ok(()),
///             // The transaction was rolled back: the events before the refused one are inserted without it.
///             Err((refused, error)) => {
///                 self.table.insert(&batch.events()[..refused]).await.map_err(|(_, error)| error)?;
///                 Err(BatchError::at(refused, HandlerError::reject(error)))
///             }
///         }
///     }
/// }
///
/// # async fn run<E: TopicEvents + Sync>(archive: Archive<E>) -> Result<(), eventgen::Error> {
/// let client = Client::from_env()?;
/// let options = BatchOptions::new().max_events(1_000).max_wait(Duration::from_millis(250));
/// let consumer = Consumer::new(&client, "archive").subscribe_batches(archive, options);
/// consumer.run_until(eventgen::shutdown_signal()).await?;
/// # Ok(())
/// # }
/// ```
pub trait BatchHandler: Send + Sync + 'static {
    /// The events of the topic.
    type Events: TopicEvents;

    /// Handles a batch, which has at least one event.
    ///
    /// # Errors
    /// A [`BatchError`], which decides what happens to the events.
    fn handle(&self, batch: Batch<'_, Self::Events>) -> impl Future<Output = Result<(), BatchError>> + Send;

    /// Handles the deletion of a key: see [`Handler::deleted`](crate::Handler::deleted). A deletion is not part of a batch:
    /// the events before it are handled before it, and those behind it after it. The default
    /// [rejects](HandlerError::reject) the record, which becomes a dead letter.
    ///
    /// # Errors
    /// As errors of [`Handler`](crate::Handler)s.
    fn deleted(
        &self,
        key: &[u8],
        delivery: &Delivery,
    ) -> impl Future<Output = Result<(), HandlerError>> + Send {
        let _ = (key, delivery);
        std::future::ready(Err(HandlerError::reject("the handler has no method for deletions")))
    }
}

/// Events of one partition in the order of their offsets, each with its [`Delivery`].
///
/// ```
/// # use eventgen::{Batch, Delivery};
/// # let (first, second) = (Delivery::new("orders", 0, 7), Delivery::new("orders", 0, 9));
/// # let batch = Batch::new([("placed", &first), ("cancelled", &second)]);
/// assert_eq!(batch.events(), ["placed", "cancelled"]);
/// for (event, delivery) in batch {
///     println!("offset {}: {event}", delivery.offset);
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Batch<'a, E> {
    events: Vec<E>,
    deliveries: Vec<&'a Delivery>,
}

impl<'a, E> Batch<'a, E> {
    /// A batch of these events, for tests of a handler.
    pub fn new(events: impl IntoIterator<Item = (E, &'a Delivery)>) -> Self {
        let (events, deliveries) = events.into_iter().unzip();
        Self { events, deliveries }
    }

    /// The number of events. The consumer passes at least one, and at most [`BatchOptions::max_events`].
    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// Whether there is no event, which is never the case in a handler.
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// The events.
    pub fn events(&self) -> &[E] {
        &self.events
    }

    /// The deliveries of the events, by the same index.
    pub fn deliveries(&self) -> &[&'a Delivery] {
        &self.deliveries
    }

    /// The events without their deliveries.
    pub fn into_events(self) -> Vec<E> {
        self.events
    }

    /// The events with their deliveries.
    pub fn iter(&self) -> Zip<slice::Iter<'_, E>, slice::Iter<'_, &'a Delivery>> {
        self.events.iter().zip(&self.deliveries)
    }
}

impl<'a, E> IntoIterator for Batch<'a, E> {
    type Item = (E, &'a Delivery);
    type IntoIter = Zip<vec::IntoIter<E>, vec::IntoIter<&'a Delivery>>;

    fn into_iter(self) -> Self::IntoIter {
        self.events.into_iter().zip(self.deliveries)
    }
}

impl<'b, 'a, E> IntoIterator for &'b Batch<'a, E> {
    type Item = (&'b E, &'b &'a Delivery);
    type IntoIter = Zip<slice::Iter<'b, E>, slice::Iter<'b, &'a Delivery>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// The error of a batch: a [`HandlerError`], and the index of the event that it belongs to if the handler knows it.
///
/// With an index ([`BatchError::at`]), the events before it are done. The event at the index is retried, in place or in a retry
/// topic, skipped or becomes a dead letter as its error states. The events behind it are handled again in the next batch, together with it if it is
/// retried.
///
/// Without an index, all events of the batch count as not handled. `?` converts every error into such a one, and so do
/// panics and timeouts:
///
/// - An error that is [retried](HandlerError::retry) repeats the batch as the contract's retry policy states. More events
///   may join it, up to its limit.
/// - After the last retry, and at once after [`reject`](HandlerError::reject) and [`skip`](HandlerError::skip), the events
///   are handled again one by one, each in a batch of its own and under a retry policy that starts afresh. So only those
///   events become dead letters, are skipped or go to a [retry topic](crate::Retry::delays) that fail alone.
/// - [`fatal`](HandlerError::fatal) stops the consumer. No event of the batch is committed.
///
/// An index beyond the batch counts as none. In a batch of one event there is only one index.
///
/// ```
/// use eventgen::{BatchError, HandlerError};
///
/// fn percent(texts: &[&str]) -> Result<Vec<u8>, BatchError> {
///     let parse = |(index, text): (usize, &&str)| {
///         text.parse::<u8>().map_err(|error| BatchError::at(index, HandlerError::reject(error)))
///     };
///     texts.iter().enumerate().map(parse).collect()
/// }
///
/// assert_eq!(percent(&["7", "many"]).unwrap_err().index(), Some(1));
///
/// fn connect() -> Result<(), BatchError> {
///     Err(std::io::Error::other("the database is away"))?
/// }
///
/// assert_eq!(connect().unwrap_err().index(), None);
/// ```
pub struct BatchError {
    index: Option<usize>,
    error: HandlerError,
}

impl BatchError {
    /// The event at this index of the batch failed; those before it are done.
    pub fn at(index: usize, error: impl Into<HandlerError>) -> Self {
        Self { index: Some(index), error: error.into() }
    }

    /// The index of the event that failed; `None` if it is not known.
    pub fn index(&self) -> Option<usize> {
        self.index
    }

    /// The error.
    pub fn error(&self) -> &HandlerError {
        &self.error
    }

    /// An error of the event at this index, or of the whole batch.
    pub(super) fn from_parts(index: Option<usize>, error: HandlerError) -> Self {
        Self { index, error }
    }

    /// The index and the error.
    pub(super) fn into_parts(self) -> (Option<usize>, HandlerError) {
        (self.index, self.error)
    }
}

/// Without an index.
impl<E> From<E> for BatchError
where
    HandlerError: From<E>,
{
    fn from(error: E) -> Self {
        Self { index: None, error: error.into() }
    }
}

impl fmt::Display for BatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.index {
            Some(index) => write!(f, "event {index} of the batch: {}", self.error),
            None => self.error.fmt(f),
        }
    }
}

impl fmt::Debug for BatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BatchError").field("index", &self.index).field("error", &self.error).finish()
    }
}

/// How many events a batch has, and how long it waits for them. Default: at most 500 events, and 100 ms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct BatchOptions {
    pub(super) max_events: usize,
    pub(super) max_wait: Duration,
}

impl BatchOptions {
    /// The largest limit of events: 10,000. It is half of the records of a partition that wait in memory, so that one batch
    /// can be collected while another one is handled.
    pub const MOST_EVENTS: usize = 10_000;

    /// The most bytes of the keys, headers and values in a batch: 4 MiB. A batch that reaches them is complete.
    pub const MOST_BYTES: usize = 4 * 1024 * 1024;

    /// The longest wait: one hour.
    pub const LONGEST_WAIT: Duration = Duration::from_secs(60 * 60);

    /// At most 500 events, and 100 ms.
    pub const fn new() -> Self {
        Self { max_events: 500, max_wait: Duration::from_millis(100) }
    }

    /// Sets the most events of a batch, from 1 to [`MOST_EVENTS`](Self::MOST_EVENTS). Other numbers count as the nearest one
    /// of these. A batch also ends at [`MOST_BYTES`](Self::MOST_BYTES), and before a record that does not decode, deletes a
    /// key, or has a schema that is being looked up.
    pub const fn max_events(mut self, events: usize) -> Self {
        self.max_events = match events {
            0 => 1,
            1..=Self::MOST_EVENTS => events,
            _ => Self::MOST_EVENTS,
        };
        self
    }

    /// Sets how long the first event of a batch waits for others, at most [`LONGEST_WAIT`](Self::LONGEST_WAIT). With zero,
    /// a batch has the events that are there when its partition is free. A batch that is complete does not wait.
    ///
    /// Not included: the time in which an earlier batch of the partition, or the limit of
    /// [`concurrency`](crate::Consumer::concurrency), holds the batch back.
    pub const fn max_wait(mut self, wait: Duration) -> Self {
        self.max_wait =
            if wait.as_nanos() > Self::LONGEST_WAIT.as_nanos() { Self::LONGEST_WAIT } else { wait };
        self
    }
}

impl Default for BatchOptions {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::HandlerErrorKind;

    #[test]
    fn the_question_mark_keeps_the_kind_of_an_error_and_names_no_index() {
        let failed = |error: HandlerError| -> Result<(), BatchError> { Err(error)? };
        let error = failed(HandlerError::reject("no lines")).expect_err("a failure");
        assert_eq!((error.index(), error.error().kind()), (None, HandlerErrorKind::Reject));
        let parsed = || -> Result<u32, BatchError> { Ok("many".parse::<u32>()?) };
        let error = parsed().expect_err("a failure");
        assert_eq!((error.index(), error.error().kind()), (None, HandlerErrorKind::Retry));
        let again = |error: BatchError| -> Result<(), BatchError> { Err(error)? };
        assert_eq!(again(BatchError::at(3, "closed")).expect_err("a failure").index(), Some(3));
    }

    #[test]
    fn options_beyond_their_range_count_as_the_nearest_ones() {
        let options = BatchOptions::new().max_events(0).max_wait(Duration::MAX);
        assert_eq!((options.max_events, options.max_wait), (1, BatchOptions::LONGEST_WAIT));
        assert_eq!(BatchOptions::new().max_events(usize::MAX).max_events, BatchOptions::MOST_EVENTS);
    }
}
