//! Records that go to a retry topic instead of the handler, or after it has failed.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{Assignment, Handling, InProgress, Outcome, WorkerContext, unanswered};
use crate::Headers;
use crate::consumer::dead_letter::{Disposition, Reason, now};
use crate::consumer::failure::history::History;
use crate::consumer::failure::letter_writer::HandedOver;
use crate::consumer::failure::retry_record;
use crate::consumer::failure::retry_topics::RetryTopics;
use crate::consumer::health::{HoldGuard, HoldReason};
use crate::consumer::open_keys::{Origin, Promise, Retried, RetryId, Sent, Written};
use crate::consumer::record::{QueueId, Record, is_ordered};
use crate::consumer::scheduler::{Job, Past};
use crate::consumer::topics::{Place, TopicPartition};
use crate::observe::ConsumerEvent;

/// The pause before the second attempt to write a record, and the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// What a record is written for.
const WAITS: &str = "the record has to wait in a retry topic";

/// How the attempts to write a record have ended.
enum Transferred {
    /// It is acknowledged, or to be part of a transaction.
    To(HandedOver),
    /// The topic does not accept it, for this reason.
    Refused(String),
    /// Its partition leaves this consumer.
    Left,
}

impl WorkerContext {
    /// Whether any topic has retry topics.
    pub(crate) fn has_retry_topics(&self) -> bool {
        self.shared.topics.have_retry_topics()
    }

    /// Where a job was read, if its topic has retry topics and its record has an order.
    pub(crate) fn origin(&self, job: &Job) -> Option<Origin> {
        let (topics, at) = (&self.shared.topics, job.record.at);
        let (topic, tier) = match topics.place(at.topic) {
            Place::Source if topics.get(at.topic).retry.delays.is_empty() => return None,
            Place::Source => (at.topic, None),
            Place::Retry { source, tier } => (source, Some(tier)),
        };
        if !is_ordered(topics.get(topic).ordering, job.record.delivery.key.as_deref()) {
            return None;
        }
        let (delivery, source) = (&job.record.delivery, TopicPartition { topic, ..at });
        let retried = tier.map(|tier| Retried {
            written: Written { tier, offset: delivery.offset },
            id: retry_record::id(&delivery.headers),
        });
        let queue = if topics.is_batched(topic) {
            QueueId::of(source, topics.get(topic).ordering, delivery.key.as_deref(), delivery.offset)
        } else {
            job.queue
        };
        Some(Origin { source, queue, retried })
    }

    /// Takes out of a job what its record has been through.
    pub(crate) fn past(&self, job: &mut Job) -> Past {
        let (origin, offset) = (self.origin(job), job.record.delivery.offset);
        Past { origin, offset, history: self.shared.take_history(&mut job.record) }
    }
}

impl Handling {
    /// Makes a record of a retry topic the record that its source has. Returns what has happened to it.
    pub(super) fn take_history(&self, record: &mut Record) -> History {
        match self.topics.place(record.at.topic) {
            Place::Source => History::default(),
            Place::Retry { source, .. } => {
                record.delivery.topic = self.topics.get(source).name;
                History::take(&mut record.delivery)
            }
        }
    }

    /// Writes a record behind the one of its key that is out on retry.
    pub(super) async fn follow(
        &self,
        record: &mut Record,
        assignment: &Assignment,
        progress: &mut InProgress,
    ) -> Outcome {
        progress.permit = None;
        let Some(topics) = &self.route(record.at.topic).retry_topics else { return Outcome::Left };
        // In a batch that has failed it may have been tried.
        let history = History { attempts: record.delivery.attempt - 1, ..History::default() };
        let headers = history.headers(&record.delivery, None);
        match self.transfer(topics, record, 0, |_| headers.clone(), assignment).await {
            Transferred::To(HandedOver::At(offset)) => {
                progress.sent = Some(Sent::At(Written { tier: 0, offset }));
                Outcome::Done
            }
            Transferred::To(HandedOver::Output(output)) => {
                let id = RetryId { delays: 0, offset: record.delivery.offset };
                progress.sent = Some(Sent::InTransaction(id));
                record.outputs.push(output);
                Outcome::Done
            }
            Transferred::Refused(error) => {
                let message = format!("a record of its key is out on retry, and it cannot follow: {error}");
                let reason = Reason::not_transferred(&message);
                self.write_dead_letter(record, &History::default(), &reason, assignment).await
            }
            Transferred::Left => Outcome::Left,
        }
    }

    /// Writes a record that has failed to the topic of a delay.
    pub(super) async fn postpone(
        &self,
        record: &mut Record,
        history: History,
        tier: usize,
        reason: &Reason,
        assignment: &Assignment,
        progress: &mut InProgress,
    ) -> Outcome {
        progress.permit = None;
        let route = self.route(record.at.topic);
        let Some(topics) = &route.retry_topics else { return Outcome::Left };
        let after = route.handler.topic().retry.delays.get(tier - 1).copied().unwrap_or_default();
        let failed = history.failed(record.delivery.attempt, now());
        let headers = |record: &Record| {
            let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            failed.headers(&record.delivery, Some((reason, due(since_epoch, after))))
        };
        match self.transfer(topics, record, tier, headers, assignment).await {
            Transferred::To(to) => {
                progress.sent = Some(match to {
                    HandedOver::At(offset) => Sent::At(Written { tier, offset }),
                    HandedOver::Output(output) => {
                        let delays = u32::try_from(failed.delays).unwrap_or(u32::MAX);
                        let id = RetryId { delays, offset: record.delivery.offset };
                        // Without an order, nothing waits for it.
                        record.outputs.push(match progress.origin {
                            Some(Origin { source, queue, .. }) => {
                                output.promising(Promise { source, queue, id })
                            }
                            None => output,
                        });
                        Sent::InTransaction(id)
                    }
                });
                let (delivery, cause) = (&record.delivery, &*reason.message);
                self.observers.notify(&ConsumerEvent::Retried { delivery, after, cause });
                Outcome::Done
            }
            Transferred::Refused(error) => {
                let reason = Reason::not_transferred(&format!("{}; it cannot wait: {error}", reason.message));
                self.write_dead_letter(record, &history, &reason, assignment).await
            }
            Transferred::Left => Outcome::Left,
        }
    }

    /// Writes a record to a retry topic until it is acknowledged or, in a transaction, one of the record's outputs. `headers` are
    /// made anew for each attempt, so that the records of a topic are due in their order.
    async fn transfer(
        &self,
        topics: &RetryTopics,
        record: &mut Record,
        tier: usize,
        headers: impl Fn(&Record) -> Headers,
        assignment: &Assignment,
    ) -> Transferred {
        let leaving = &assignment.leaving;
        let (mut pause, mut held) = (FIRST_PAUSE, None::<HoldGuard>);
        loop {
            let own = headers(record);
            // A record that was handed over is not abandoned by a drain: it may be acknowledged a moment later.
            let report = || {
                if held.is_none() {
                    let cause = unanswered::cause(topics.name(tier), WAITS);
                    let delivery = &record.delivery;
                    self.observers.notify(&ConsumerEvent::Held { delivery, after: None, cause: &cause });
                }
            };
            let write = unanswered::reported(topics.write(record, tier, &own), report);
            let error = match leaving.unless_ended(write).await {
                Some(Ok(to)) => return Transferred::To(to),
                Some(Err(error)) if error.is_too_large() => {
                    return Transferred::Refused(crate::Error::from(error).to_string());
                }
                Some(Err(error)) => crate::Error::from(error),
                None => return Transferred::Left,
            };
            record.detach();
            let cause = format!("{error}; {WAITS}");
            match &held {
                Some(held) => held.set_cause(&cause),
                None => held = Some(self.holds.hold(record.at, HoldReason::RetryTopic, cause.clone())),
            }
            let delivery = &record.delivery;
            self.observers.notify(&ConsumerEvent::Held { delivery, after: Some(pause), cause: &cause });
            if leaving.unless_draining(tokio::time::sleep(pause)).await.is_none() || self.stop.has_failed() {
                return Transferred::Left;
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

impl Reason {
    /// A retry topic does not accept the record.
    fn not_transferred(message: &str) -> Self {
        Self::new(Disposition::Exhausted, "eventgen::Error", message)
    }
}

/// When a record that has failed now is due, in milliseconds since the Unix epoch. Rounded up, so that the delay is over by then.
fn due(since_epoch: Duration, delay: Duration) -> i64 {
    let due = since_epoch.saturating_add(delay);
    i64::try_from(due.as_nanos().div_ceil(1_000_000)).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_not_due_before_its_delay_is_over() {
        let at = |micros| due(Duration::from_micros(micros), Duration::from_millis(10));
        assert_eq!([at(5_000), at(5_001), at(5_999)], [15, 16, 16]);
        assert_eq!(due(Duration::MAX, Duration::MAX), i64::MAX);
    }
}
