//! A worker: takes one record after another from the board and brings it to an end, whatever happens.

use std::sync::Arc;
use std::time::Duration;

use super::attempt::{Verdict, attempt};
use super::board::Board;
use super::dead_letter::{DeadLetters, Reason};
use super::decoder::{DecodeFailure, Decoder, Desk, Payload};
use super::lanes::Job;
use super::report::Counters;
use super::{Disposition, Handler};
use crate::{Error, TopicEvents};

/// The pause before asking a registry or a dead-letter topic again that has failed.
const INFRASTRUCTURE_PAUSE: Duration = Duration::from_secs(1);

/// What all workers of a consumer share.
pub(super) struct Workshop<H> {
    pub(super) handler: H,
    pub(super) board: Arc<Board>,
    pub(super) decoder: Decoder,
    pub(super) dead_letters: Option<DeadLetters>,
    pub(super) counters: Counters,
}

impl<H: Handler> Workshop<H> {
    /// Works until the board is closed.
    pub(super) async fn work(self: Arc<Self>) {
        let mut desk = Desk::default();
        while let Some(job) = self.board.next().await {
            self.advance(job, &mut desk).await;
        }
    }

    async fn advance(&self, mut job: Job, desk: &mut Desk) {
        if let Some(reason) = job.dead_letter.take() {
            return self.write_dead_letter(job, reason).await;
        }
        let verdict = match self.decoder.payload(job.record.payload.as_deref(), desk).await {
            Ok(payload) => {
                let Payload { kind, bytes, limits } = payload;
                attempt(&self.handler, kind, bytes, limits, &job.record.delivery).await
            }
            Err(DecodeFailure::Poison(error)) => Verdict::DeadLetter(Reason::poison(&error)),
            Err(DecodeFailure::Registry(error)) if error.is_transient() => {
                tracing::warn!(%error, topic = job.record.delivery.topic, "waiting for the registry");
                return self.wait(job, INFRASTRUCTURE_PAUSE);
            }
            Err(DecodeFailure::Registry(error)) => return self.board.fail(&job, error.into()),
        };
        match verdict {
            Verdict::Handled => {
                self.counters.handled();
                self.board.done(&job);
            }
            Verdict::Retry { after } => {
                self.counters.retried();
                job.record.delivery.attempt += 1;
                self.wait(job, after);
            }
            Verdict::DeadLetter(reason) => self.write_dead_letter(job, reason).await,
            Verdict::Stop { reason } => {
                let delivery = &job.record.delivery;
                let error = Error::HandlerStopped {
                    topic: delivery.topic.to_owned(),
                    partition: delivery.partition,
                    offset: delivery.offset,
                    reason,
                };
                self.board.fail(&job, error);
            }
        }
    }

    /// A record is never lost to its own dead letter: its offset is held until the letter is acknowledged.
    async fn write_dead_letter(&self, mut job: Job, reason: Reason) {
        let delivery = &job.record.delivery;
        let Some(dead_letters) = &self.dead_letters else {
            let error = Error::NoDeadLetter {
                topic: delivery.topic.to_owned(),
                partition: delivery.partition,
                offset: delivery.offset,
                reason: reason.message,
            };
            return self.board.fail(&job, error);
        };
        let attempts = if reason.disposition == Disposition::Poison { 0 } else { delivery.attempt };
        match dead_letters.write(&job.record, attempts, &reason).await {
            Ok(()) => {
                self.counters.dead_lettered(reason.disposition);
                self.board.done(&job);
            }
            Err(error) => {
                tracing::error!(
                    %error, topic = H::Events::TOPIC.name, partition = delivery.partition, offset = delivery.offset,
                    "the dead letter was not written; trying again"
                );
                job.dead_letter = Some(reason);
                self.wait(job, INFRASTRUCTURE_PAUSE);
            }
        }
    }

    /// Puts a job aside; its key waits with it, this worker does not.
    fn wait(&self, job: Job, pause: Duration) {
        if let Some(parked) = self.board.park(job) {
            let board = Arc::clone(&self.board);
            tokio::spawn(async move {
                tokio::time::sleep(pause).await;
                board.unpark(parked);
            });
        }
    }
}
