//! The log of a consumer: a line with position and cause for every retry, skip, dead letter, held record and loss.
//! Lines that repeat are summarised: see [`repeats`].

mod repeats;

use std::fmt;

use super::{ConsumerEvent, Observer};
use crate::{Delivery, Error, Report};
use repeats::{Kind, Repeats, Summary, cut};

/// What an operator does about a breaker that opened.
const BREAKER_OPENED: &str = "the breaker opened: too many records of the partition do not decode; they wait, and their \
    offsets are not committed, instead of becoming dead letters; deploy a build that decodes them, or turn the breaker \
    off with `Consumer::breaker` to move them to the dead-letter topic";

/// Writes the log of one consumer.
pub(crate) struct Log {
    /// The names of the consumer's topics.
    topics: String,
    repeats: Repeats,
    /// The group, for summaries.
    group: String,
}

/// A line about one record: its position, key and attempt before the other fields.
macro_rules! line {
    ($level:ident, $group:expr, $delivery:expr, $attempt:expr, $($rest:tt)+) => {{
        let &Delivery { topic, partition, offset, .. } = $delivery;
        let key = $delivery.displayed_key();
        tracing::$level!(topic, group = $group, partition, offset, key, attempt = $attempt, $($rest)+)
    }};
}

impl Observer for Log {
    fn on_consumer_event(&self, group: &str, event: &ConsumerEvent<'_>) {
        match *event {
            ConsumerEvent::Handled { .. } => {}
            ConsumerEvent::Retried { delivery, after, cause } => {
                let cause = cut(cause);
                if self.repeats.admits(Kind::Retry, cause) {
                    line!(
                        warn,
                        group,
                        delivery,
                        delivery.attempt,
                        ?after,
                        cause,
                        "the handler failed: retrying"
                    );
                }
            }
            ConsumerEvent::Skipped { delivery, attempts, cause } => {
                let cause = cut(cause);
                if self.repeats.admits(Kind::Skip, cause) {
                    line!(warn, group, delivery, attempts, cause, "skipped the record");
                }
            }
            ConsumerEvent::DeadLettered { delivery, attempts, reason, omitted } => {
                let (cause, disposition) = (&reason.message, reason.disposition.as_str());
                if self.repeats.admits(Kind::DeadLetter, cause) {
                    line!(
                        error,
                        group,
                        delivery,
                        attempts,
                        disposition,
                        omitted,
                        cause,
                        "wrote a dead letter"
                    );
                }
            }
            ConsumerEvent::Held { delivery, after, cause } => {
                let cause = cut(cause);
                if self.repeats.admits(Kind::Hold, cause) {
                    line!(
                        warn,
                        group,
                        delivery,
                        delivery.attempt,
                        after = after.map(tracing::field::debug),
                        cause,
                        "holding the record"
                    );
                }
            }
            ConsumerEvent::BreakerOpened { delivery, poison, window, cause } => {
                let cause = cut(cause);
                if self.repeats.admits(Kind::Breaker, cause) {
                    line!(error, group, delivery, 0, poison, window, cause, "{BREAKER_OPENED}");
                }
            }
            ConsumerEvent::BreakerClosed { topic, partition } => {
                tracing::info!(
                    topic,
                    group,
                    partition,
                    "the breaker closed: the records that waited become dead letters"
                );
            }
            ConsumerEvent::Lost { topic, partition, from, count } => {
                if self.repeats.admits(Kind::Loss, topic) {
                    tracing::error!(
                        topic,
                        group,
                        partition,
                        offset = from,
                        count,
                        "retention removed records before they were read: the group skipped them"
                    );
                }
            }
            ConsumerEvent::Assigned { partitions } => {
                tracing::info!(group, partitions = %Partitions(partitions), "assigned");
            }
            ConsumerEvent::Revoked { partitions } => {
                tracing::info!(group, partitions = %Partitions(partitions), "revoked");
            }
            ConsumerEvent::ClusterError { .. }
            | ConsumerEvent::CommitFailed { .. }
            | ConsumerEvent::RegistryAway { .. }
            | ConsumerEvent::RegistryBack => self.availability(group, event),
            ConsumerEvent::Stopped { report, error } => self.stopped(group, *report, error),
        }
    }

    fn on_tick(&self) {
        self.repeats.summarise_ended(|summary| self.summary(&summary));
    }
}

impl Log {
    pub(crate) fn new(group: &str, topics: &[&str]) -> Self {
        Self { topics: topics.join(", "), repeats: Repeats::default(), group: group.to_owned() }
    }

    /// Writes whether the cluster and the registry answer.
    fn availability(&self, group: &str, event: &ConsumerEvent<'_>) {
        let topics = &self.topics;
        match *event {
            ConsumerEvent::ClusterError { at, cause } if self.repeats.admits(Kind::Cluster, cause) => {
                let (topic, partition) = at.unzip();
                tracing::warn!(
                    topics,
                    group,
                    topic,
                    partition,
                    cause = cut(cause),
                    "waiting for the cluster"
                );
            }
            ConsumerEvent::CommitFailed { positions, cause } => {
                let cause = cut(cause);
                for &(topic, partition, offset) in positions {
                    if self.repeats.admits(Kind::Commit, cause) {
                        tracing::warn!(
                            topic,
                            group,
                            partition,
                            offset,
                            cause,
                            "a commit failed and is repeated"
                        );
                    }
                }
            }
            ConsumerEvent::RegistryAway { cause } if self.repeats.admits(Kind::Registry, cause) => {
                tracing::warn!(
                    topics,
                    group,
                    cause = cut(cause),
                    "waiting for the Schema Registry: records with new schema ids are held"
                );
            }
            ConsumerEvent::RegistryBack if self.repeats.admits(Kind::Registry, "") => {
                tracing::info!(topics, group, "the Schema Registry answers again");
            }
            _ => {}
        }
    }

    /// Writes the report of a run as its last line, after the summaries that are still open.
    fn stopped(&self, group: &str, report: Report, error: Option<&Error>) {
        self.repeats.summarise_all(|summary| self.summary(&summary));
        if let Some(error) = error {
            stopped_at(group, error);
        }
        let Report { handled, retried, skipped, poison, unknown, rejected, exhausted, lost } = report;
        let topics = &self.topics;
        macro_rules! last_line {
            ($level:ident, $($rest:tt)+) => {
                tracing::$level!(
                    topics, group, handled, retried, skipped, poison, unknown, rejected, exhausted, lost, $($rest)+
                )
            };
        }
        match error {
            None => last_line!(info, "the consumer stopped"),
            Some(error) => {
                last_line!(error, error = cut(&error.to_string()), "the consumer stopped with an error");
            }
        }
    }

    fn summary(&self, &Summary { of, count, within, cause }: &Summary<'_>) {
        let (topics, group) = (&self.topics, &self.group);
        tracing::warn!(
            topics,
            group,
            count,
            ?within,
            cause,
            "more {of} of one cause were not logged one by one"
        );
    }
}

/// Writes a line about the record that stops the consumer, if it is one.
fn stopped_at(group: &str, error: &Error) {
    const MESSAGE: &str = "the record stops the consumer and is not committed";
    match error {
        Error::HandlerStopped { topic, partition, offset, key, attempt, reason } => {
            let cause = cut(reason);
            tracing::error!(topic, group, partition, offset, key, attempt, cause, "{MESSAGE}");
        }
        Error::NoDeadLetter { topic, partition, offset, key, attempts, reason } => {
            let (attempt, cause) = (attempts, cut(reason));
            tracing::error!(topic, group, partition, offset, key, attempt, cause, "{MESSAGE}");
        }
        _ => {}
    }
}

/// Partitions for a log line: `orders.events.v1/3 orders.events.v1/4`.
pub(crate) struct Partitions<'a>(pub(crate) &'a [(&'static str, i32)]);

impl fmt::Display for Partitions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (topic, partition)) in self.0.iter().enumerate() {
            write!(f, "{}{topic}/{partition}", if index == 0 { "" } else { " " })?;
        }
        Ok(())
    }
}
