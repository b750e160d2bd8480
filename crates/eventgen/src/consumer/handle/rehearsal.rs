//! Attempts without a broker, for the test kit: as those of a consumer, without pauses and retry topics.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use super::attempt::{AttemptOutcome, Attempts, Returned, call, call_deleted, outcome, poison};
use super::outputs::end_outputs;
use super::process::within_timeout;
use crate::consumer::Handler;
use crate::consumer::dead_letter::{Disposition, Reason};
use crate::consumer::decode::Undecodable;
use crate::consumer::failure::history::History;
use crate::consumer::failure::policy::OnPanic;
use crate::consumer::outputs::{Output, Outputs};
use crate::producer::Outlets;
use crate::{DecodeOptions, Delivery, EncodedRecord, Error, TopicEvents, TransactionOptions};

/// The consumer whose attempts are made without a broker. It has the settings of the contract, and the defaults of those that
/// the contract does not have.
#[derive(Default)]
pub struct Rehearsal {
    /// The topics that handlers write to, if the consumer is transactional.
    outlets: Option<Arc<Outlets>>,
}

/// What has happened to a record before an attempt.
#[derive(Default)]
pub struct Rehearsed {
    history: History,
}

impl Rehearsal {
    /// A consumer with these transactions. The schemas of its events are not registered: the id in the frame of a value is the
    /// index of its event in [`TopicEvents::EVENTS`](crate::TopicEvents::EVENTS). Topics have the names of their contracts.
    pub fn of(options: &TransactionOptions) -> Self {
        let outlets = Outlets::unregistered(&options.topics, options.limits());
        Self { outlets: Some(Arc::new(outlets)) }
    }

    /// Passes the event `EVENTS[kind]` to the handler, decoded from this payload; or the deletion of the record's key if there is
    /// no kind.
    pub async fn attempt<H: Handler>(
        &self,
        handler: &H,
        kind: Option<usize>,
        payload: &[u8],
        delivery: &mut Delivery,
        record: &mut Rehearsed,
    ) -> AttemptOutcome {
        delivery.outputs = self.outlets.as_ref().map(Outputs::open).unwrap_or_default();
        let returned = match kind.map(|kind| H::Events::read_payload(kind, payload, DecodeOptions::DEFAULT)) {
            Some(Ok(event)) => limited::<H>(call(handler, event, delivery)).await,
            Some(Err(error)) => return poison(&error),
            None => match delivery.key.as_deref().filter(|_| H::Events::TOPIC.is_compacted()) {
                Some(key) => limited::<H>(call_deleted(handler, key, delivery)).await,
                None => return AttemptOutcome::DeadLetter(Reason::poison(&Undecodable::NoValue)),
            },
        };
        let attempts = Attempts::after(&record.history, delivery.attempt);
        let outcome = outcome(returned, || H::Events::TOPIC.retry, OnPanic::default(), attempts);
        if matches!(outcome, AttemptOutcome::Later { .. }) {
            record.history = record.history.failed(delivery.attempt, 0);
        }
        outcome
    }

    /// An attempt has ended. Returns what it has sent if it has succeeded.
    ///
    /// # Errors
    /// Why the consumer stops.
    pub fn end(
        &self,
        delivery: &mut Delivery,
        outcome: &mut AttemptOutcome,
    ) -> Result<Vec<EncodedRecord>, String> {
        let outputs = end_outputs(delivery, outcome)?;
        Ok(outputs.into_iter().map(Output::into_record).collect())
    }

    /// The number of attempts that the dead letter of a record states.
    ///
    /// # Errors
    /// Why the consumer stops: the contract has no dead letters.
    pub fn dead_letter<H: Handler>(&self, delivery: &Delivery, reason: &Reason) -> Result<u32, String> {
        let is_undecoded = matches!(reason.disposition, Disposition::Poison | Disposition::Unknown);
        let attempts = if is_undecoded { 0 } else { delivery.attempt };
        if H::Events::TOPIC.dead_letter.is_some() {
            return Ok(attempts);
        }
        let error = Error::NoDeadLetter {
            topic: delivery.topic.to_owned(),
            partition: delivery.partition,
            offset: delivery.offset,
            key: delivery.displayed_key(),
            attempts,
            reason: reason.message.clone(),
        };
        Err(error.to_string())
    }
}

/// A call that is cancelled when it takes longer than the contract allows. One that does not wait needs no clock.
async fn limited<H: Handler>(call: impl Future<Output = Returned>) -> Returned {
    let mut call = pin!(call);
    match poll_fn(|context| Poll::Ready(call.as_mut().poll(context))).await {
        Poll::Ready(returned) => returned,
        Poll::Pending => within_timeout(call, H::Events::TOPIC.handler_timeout).await,
    }
}
