//! A call of the handler, as metrics and traces see it.

use std::time::Duration;

use super::attempt::{HandlerTimeout, Returned};
use crate::consumer::BatchError;
use crate::consumer::batch::erased::{BatchAttempt, BatchReturned};
use crate::consumer::observers::Observers;
use crate::consumer::panics::HandlerPanic;
use crate::consumer::record::Record;
use crate::consumer::topics::TopicIndex;
use crate::consumer::{HandlerError, HandlerErrorKind};
use crate::observe::trace::{Handed, InSpan, Span};
use crate::observe::{AttemptError, Began, ShortCall};

/// One call, until it has returned. One that is cancelled is not measured.
pub(super) struct Process {
    topic: TopicIndex,
    began: Began,
    span: Span,
}

impl Process {
    /// The handler is called with one record.
    pub(super) fn of(observers: &Observers, record: &Record) -> Self {
        let span = observers.spans().process(handed(record));
        Self { topic: record.at.topic, began: Began::now(), span }
    }

    /// The handler is called with a batch.
    pub(super) fn of_batch<'a>(
        observers: &Observers,
        batch: impl Iterator<Item = &'a Record> + Clone,
    ) -> Self {
        let topic = batch.clone().next().map_or(0, |first| first.at.topic);
        let span = observers.spans().process_batch(batch.map(handed));
        Self { topic, began: Began::now(), span }
    }

    /// The future of the call.
    pub(super) fn run<F>(&self, call: F) -> InSpan<F> {
        self.span.enter(call)
    }

    /// The call has returned. A short call is to be recorded with others.
    pub(super) fn ended(self, observers: &Observers, returned: &Returned) -> Option<ShortCall> {
        self.end(observers, error(returned.as_ref().map(|result| result.as_ref().err())))
    }

    /// The call with a batch has returned.
    pub(super) fn batch_ended(self, observers: &Observers, returned: &BatchReturned) {
        let failed = returned.as_ref().map(|result| result.as_ref().err().map(BatchError::error));
        let short = self.end(observers, error(failed));
        // There are few calls with batches.
        if let Some(call) = short {
            observers.meters().short_call(call);
        }
    }

    fn end(self, observers: &Observers, error: Option<AttemptError>) -> Option<ShortCall> {
        let short = observers.meters().processed(self.topic, self.began, error);
        self.span.processed(error);
        short
    }
}

fn handed(record: &Record) -> Handed<'_> {
    let delivery = &record.delivery;
    let (topic, partition, offset) = (delivery.topic, delivery.partition, delivery.offset);
    Handed { topic, partition, offset, headers: &delivery.headers }
}

/// Cancels a handler that takes longer than it may. That is an error of the handler like any other.
pub(super) async fn within_timeout(
    attempt: impl Future<Output = Returned>,
    limit: Option<Duration>,
) -> Returned {
    let Some(limit) = limit else { return attempt.await };
    let returned = tokio::time::timeout(limit, attempt).await;
    returned.unwrap_or_else(|_| Ok(Err(HandlerError::retry(HandlerTimeout(limit)))))
}

/// Cancels a handler that takes longer than it may. That is an error of the whole batch.
pub(super) async fn batch_within(
    attempt: InSpan<BatchAttempt<'_>>,
    limit: Option<Duration>,
) -> BatchReturned {
    let Some(limit) = limit else { return attempt.await };
    let returned = tokio::time::timeout(limit, attempt).await;
    returned.unwrap_or_else(|_| Ok(Err(HandlerError::retry(HandlerTimeout(limit)).into())))
}

/// How a call has failed: with an error, or with a panic.
fn error(returned: Result<Option<&HandlerError>, &String>) -> Option<AttemptError> {
    let Ok(error) = returned else { return Some(AttemptError::Panic) };
    let error = error?;
    Some(match error.kind() {
        HandlerErrorKind::Retry if error.is::<HandlerTimeout>() => AttemptError::Timeout,
        HandlerErrorKind::Retry if error.is::<HandlerPanic>() => AttemptError::Panic,
        HandlerErrorKind::Retry => AttemptError::Retry,
        HandlerErrorKind::Skip => AttemptError::Skip,
        HandlerErrorKind::Reject => AttemptError::Reject,
        HandlerErrorKind::Fatal => AttemptError::Fatal,
    })
}
