//! What somebody on call is told: every retry, dead letter, hold and loss is a line with its place and its cause.
//!
//! Lines that repeat are summarised. Of each kind and cause, the first lines within a window are written in full, the
//! others are counted, and one line at the end of the window gives their number. The window grows while lines keep
//! coming, so that an outage of hours is a few lines an hour.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::Report;
use super::dead_letter::{Omitted, Reason};
use super::topics::Topics;
use crate::{Delivery, Error};

/// Lines of one kind and cause that are written in full within a window.
const IN_FULL: u32 = 5;
/// The first window, and the longest.
const FIRST_WINDOW: Duration = Duration::from_secs(10);
const LONGEST_WINDOW: Duration = Duration::from_secs(600);
/// Causes that are told apart. Beyond these, all causes of a kind are one.
const MOST_CAUSES: usize = 256;
/// Characters of a cause by which it is told apart, and of a key that are shown.
const CAUSE_LENGTH: usize = 120;
const KEY_LENGTH: usize = 64;

/// Writes the log of one consumer.
pub(super) struct Log {
    /// The names of all topics, where a line is about the consumer as a whole.
    topics: String,
    group: String,
    repeats: Mutex<HashMap<(Kind, String), Repeat>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Retry,
    DeadLetter,
    Hold,
    Loss,
    Cluster,
    Registry,
}

impl Kind {
    fn plural(self) -> &'static str {
        match self {
            Self::Retry => "retries",
            Self::DeadLetter => "dead letters",
            Self::Hold => "holds",
            Self::Loss => "losses to retention",
            Self::Cluster => "errors of the cluster",
            Self::Registry => "errors of the Schema Registry",
        }
    }
}

struct Repeat {
    ends: Instant,
    window: Duration,
    shown: u32,
    hidden: u64,
    /// The cause of the last line that was not written.
    last: String,
}

impl Log {
    pub(super) fn new(topics: &Topics, group: String) -> Self {
        Self { topics: topics.names().join(", "), group, repeats: Mutex::default() }
    }

    pub(super) fn group(&self) -> &str {
        &self.group
    }

    /// The error of a consumer that cannot go on.
    pub(super) fn stopped(&self, reason: String) -> Error {
        Error::ConsumerStopped { topics: self.topics.clone(), group: self.group.clone(), reason }
    }

    /// A handler failed and is called again after a pause.
    pub(super) fn retry(&self, delivery: &Delivery, after: Duration, cause: &str) {
        if self.admits(Kind::Retry, cause) {
            tracing::warn!(
                topic = delivery.topic,
                group = self.group,
                partition = delivery.partition,
                offset = delivery.offset,
                key = key(delivery),
                attempt = delivery.attempt,
                ?after,
                cause,
                "the handler failed: retrying"
            );
        }
    }

    /// A record stands in the dead-letter topic.
    pub(super) fn dead_letter(&self, delivery: &Delivery, attempts: u32, reason: &Reason, omitted: Omitted) {
        if self.admits(Kind::DeadLetter, &reason.message) {
            tracing::error!(
                topic = delivery.topic,
                group = self.group,
                partition = delivery.partition,
                offset = delivery.offset,
                key = key(delivery),
                attempt = attempts,
                disposition = reason.disposition.as_str(),
                omitted = omitted.as_str(),
                cause = reason.message,
                "wrote a dead letter"
            );
        }
    }

    /// A record cannot go on for now: its key waits, and the commits of its partition with it.
    pub(super) fn hold(&self, delivery: &Delivery, after: Option<Duration>, cause: &str) {
        if self.admits(Kind::Hold, cause) {
            tracing::warn!(
                topic = delivery.topic,
                group = self.group,
                partition = delivery.partition,
                offset = delivery.offset,
                key = key(delivery),
                attempt = delivery.attempt,
                ?after,
                cause,
                "holding the record"
            );
        }
    }

    /// Records of a partition were removed before this group read them.
    pub(super) fn lost(&self, topic: &str, partition: i32, from: i64, count: u64) {
        if self.admits(Kind::Loss, "") {
            tracing::error!(
                topic,
                group = self.group,
                partition,
                offset = from,
                count,
                "retention removed records before they were read: the group skipped them"
            );
        }
    }

    /// The client reports an error that passes by itself or is an operator's to mend.
    pub(super) fn cluster(&self, cause: &str) {
        if self.admits(Kind::Cluster, cause) {
            tracing::warn!(topics = self.topics, group = self.group, cause, "waiting for the cluster");
        }
    }

    /// The registry does not answer as it should, or does so again.
    pub(super) fn registry(&self, cause: Option<&str>) {
        let (topics, group) = (&self.topics, &self.group);
        if !self.admits(Kind::Registry, cause.unwrap_or_default()) {
            return;
        }
        match cause {
            Some(cause) => tracing::warn!(
                topics,
                group,
                cause,
                "waiting for the Schema Registry: records with new schema ids are held"
            ),
            None => tracing::info!(topics, group, "the Schema Registry answers again"),
        }
    }

    /// The consumer has ended.
    pub(super) fn ended(&self, report: Report, failure: Option<&Error>) {
        self.summarise(|_| true);
        let Report { handled, retried, poison, rejected, exhausted, lost } = report;
        let (topics, group) = (&self.topics, &self.group);
        match failure {
            None => tracing::info!(
                topics,
                group,
                handled,
                retried,
                poison,
                rejected,
                exhausted,
                lost,
                "the consumer stopped"
            ),
            Some(error) => tracing::error!(
                topics, group, handled, retried, poison, rejected, exhausted, lost, %error,
                "the consumer stopped with an error"
            ),
        }
    }

    /// Writes the summaries that are due; to be called about once a second.
    pub(super) fn tick(&self) {
        let now = Instant::now();
        self.summarise(|repeat| repeat.ends <= now);
    }

    fn repeats(&self) -> MutexGuard<'_, HashMap<(Kind, String), Repeat>> {
        self.repeats.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a line is to be written in full.
    fn admits(&self, kind: Kind, cause: &str) -> bool {
        let mut repeats = self.repeats();
        let mut name = (kind, fingerprint(cause));
        if repeats.len() >= MOST_CAUSES && !repeats.contains_key(&name) {
            name.1.clear();
        }
        let repeat = repeats.entry(name).or_insert_with(|| Repeat {
            ends: Instant::now() + FIRST_WINDOW,
            window: FIRST_WINDOW,
            shown: 0,
            hidden: 0,
            last: String::new(),
        });
        if repeat.shown < IN_FULL {
            repeat.shown += 1;
            return true;
        }
        repeat.hidden += 1;
        if repeat.hidden == 1 || !repeat.last.eq(cause) {
            cause.clone_into(&mut repeat.last);
        }
        false
    }

    fn summarise(&self, due: impl Fn(&Repeat) -> bool) {
        self.repeats().retain(|(kind, _), repeat| {
            if !due(repeat) {
                return true;
            }
            if repeat.hidden == 0 {
                return false;
            }
            tracing::warn!(
                topics = self.topics, group = self.group, count = repeat.hidden, within = ?repeat.window,
                cause = repeat.last, "more {} of one cause were not logged one by one", kind.plural()
            );
            repeat.window = (repeat.window * 2).min(LONGEST_WINDOW);
            (repeat.ends, repeat.shown, repeat.hidden) = (Instant::now() + repeat.window, 0, 0);
            true
        });
    }
}

/// A cause without its numbers: ids, offsets and addresses differ where the cause is one.
fn fingerprint(cause: &str) -> String {
    let mut fingerprint = String::with_capacity(CAUSE_LENGTH);
    for character in cause.chars().take(CAUSE_LENGTH) {
        match character {
            '0'..='9' if fingerprint.ends_with('#') => {}
            '0'..='9' => fingerprint.push('#'),
            other => fingerprint.push(other),
        }
    }
    fingerprint
}

/// A key as it is shown: its text without control characters, cut.
fn key(delivery: &Delivery) -> Option<String> {
    let key = delivery.key.as_deref()?;
    let text = String::from_utf8_lossy(&key[..key.len().min(4 * KEY_LENGTH)]);
    Some(text.chars().take(KEY_LENGTH).flat_map(char::escape_debug).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_one_cause_are_written_a_few_times_and_then_counted() {
        let log = Log::new(&Topics::new([]), "g".to_owned());
        let cause = |number: u32| format!("order {number} is not in stock");
        let admitted = (0..1_000).filter(|&number| log.admits(Kind::Retry, &cause(number))).count();
        assert_eq!(admitted, 5);
        assert!(log.admits(Kind::DeadLetter, &cause(1)), "another kind");
        assert!(log.admits(Kind::Retry, "the warehouse is closed"), "another cause");
        let hidden = |log: &Log| log.repeats()[&(Kind::Retry, fingerprint(&cause(1)))].hidden;
        assert_eq!(hidden(&log), 995);
        log.summarise(|_| true);
        assert_eq!(log.repeats().len(), 1, "what did not repeat is forgotten");
        assert!(log.admits(Kind::Retry, &cause(1)), "a new window");
        assert_eq!(hidden(&log), 0);
    }

    #[test]
    fn causes_without_number_do_not_fill_the_memory() {
        let log = Log::new(&Topics::new([]), "g".to_owned());
        let word = |number: u32| format!("{number:b}").replace('0', "a").replace('1', "b");
        for number in 0..10_000 {
            log.admits(Kind::Retry, &word(number));
        }
        assert!(log.repeats().len() <= MOST_CAUSES + 1);
    }
}
