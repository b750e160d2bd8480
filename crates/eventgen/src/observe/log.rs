//! The log of a consumer: a line with position and cause for every retry, dead letter, held record and loss.
//!
//! Repeated lines are summarised. Of each kind and cause, the first lines within a window are written in full, the others
//! are counted, and one line at the end of the window states their number. The window grows while lines repeat, so that an
//! outage of hours takes a few lines an hour.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::{ConsumerEvent, Observer};
use crate::{Delivery, Error, Report};

/// How many lines of one kind and cause are written in full within a window.
const IN_FULL: u32 = 5;
/// The first window, and the longest one.
const FIRST_WINDOW: Duration = Duration::from_secs(10);
const LONGEST_WINDOW: Duration = Duration::from_secs(600);
/// The most causes that are distinguished. Further causes of a kind are treated as one.
const MOST_CAUSES: usize = 256;
/// The length in characters of the part of a cause that distinguishes it, and of a key that is shown.
const CAUSE_LENGTH: usize = 120;
const KEY_LENGTH: usize = 64;
/// The most bytes of a cause in a line.
const LONGEST_CAUSE: usize = 2_048;

/// Writes the log of one consumer.
pub(crate) struct Log {
    /// The names of the consumer's topics.
    topics: String,
    repeats: Mutex<HashMap<(Kind, String), Repeat>>,
    /// The group, for summaries.
    group: String,
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

impl Observer for Log {
    fn on_consumer_event(&self, group: &str, event: &ConsumerEvent<'_>) {
        let topics = &self.topics;
        match *event {
            ConsumerEvent::Handled { .. } => {}
            ConsumerEvent::Retried { delivery, after, cause } => {
                let cause = cut(cause);
                if self.admits(Kind::Retry, cause) {
                    let Position { topic, partition, offset, key, attempt } = Position::of(delivery);
                    tracing::warn!(
                        topic,
                        group,
                        partition,
                        offset,
                        key,
                        attempt,
                        ?after,
                        cause,
                        "the handler failed: retrying"
                    );
                }
            }
            ConsumerEvent::DeadLettered { delivery, attempts: attempt, reason, omitted } => {
                let (cause, disposition) = (&reason.message, reason.disposition.as_str());
                if self.admits(Kind::DeadLetter, cause) {
                    let Position { topic, partition, offset, key, .. } = Position::of(delivery);
                    tracing::error!(
                        topic,
                        group,
                        partition,
                        offset,
                        key,
                        attempt,
                        disposition,
                        omitted,
                        cause,
                        "wrote a dead letter"
                    );
                }
            }
            ConsumerEvent::Held { delivery, after, cause } => {
                let cause = cut(cause);
                if self.admits(Kind::Hold, cause) {
                    let Position { topic, partition, offset, key, attempt } = Position::of(delivery);
                    tracing::warn!(
                        topic,
                        group,
                        partition,
                        offset,
                        key,
                        attempt,
                        ?after,
                        cause,
                        "holding the record"
                    );
                }
            }
            ConsumerEvent::Lost { topic, partition, from, count } => {
                if self.admits(Kind::Loss, topic) {
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
            ConsumerEvent::ClusterError { cause } => {
                let cause = cut(cause);
                if self.admits(Kind::Cluster, cause) {
                    tracing::warn!(topics, group, cause = cause, "waiting for the cluster");
                }
            }
            ConsumerEvent::RegistryAway { cause } => {
                let cause = cut(cause);
                if self.admits(Kind::Registry, cause) {
                    tracing::warn!(
                        topics,
                        group,
                        cause,
                        "waiting for the Schema Registry: records with new schema ids are held"
                    );
                }
            }
            ConsumerEvent::RegistryBack => {
                if self.admits(Kind::Registry, "") {
                    tracing::info!(topics, group, "the Schema Registry answers again");
                }
            }
            ConsumerEvent::Stopped { report, error } => self.stopped(group, *report, error),
        }
    }

    fn on_tick(&self) {
        let now = Instant::now();
        self.summarise(|repeat| repeat.ends <= now);
    }
}

impl Log {
    pub(crate) fn new(group: &str, topics: &[&str]) -> Self {
        Self { topics: topics.join(", "), repeats: Mutex::default(), group: group.to_owned() }
    }

    /// Writes the report of a run as its last line, after the summaries that are still open.
    fn stopped(&self, group: &str, report: Report, error: Option<&Error>) {
        self.summarise(|_| true);
        let Report { handled, retried, poison, rejected, exhausted, lost } = report;
        let topics = &self.topics;
        match error {
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
                topics,
                group,
                handled,
                retried,
                poison,
                rejected,
                exhausted,
                lost,
                error = cut(&error.to_string()),
                "the consumer stopped with an error"
            ),
        }
    }

    fn repeats(&self) -> MutexGuard<'_, HashMap<(Kind, String), Repeat>> {
        self.repeats.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a line is written in full.
    fn admits(&self, kind: Kind, cause: &str) -> bool {
        let cause = cut(cause);
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

/// A cause without the parts that differ from record to record: words that contain a digit, such as ids, offsets and
/// addresses.
fn fingerprint(cause: &str) -> String {
    let mut fingerprint = String::with_capacity(CAUSE_LENGTH);
    let is_in_word = |character: char| character.is_alphanumeric() || matches!(character, '-' | '_');
    let mut rest = cut(cause);
    while !rest.is_empty() && fingerprint.len() < CAUSE_LENGTH {
        let end = rest.find(|character| !is_in_word(character)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        fingerprint.push_str(if word.contains(|character: char| character.is_ascii_digit()) {
            "#"
        } else {
            word
        });
        let mut characters = after.chars();
        fingerprint.extend(characters.next());
        rest = characters.as_str();
    }
    fingerprint
}

/// The part of a text that a line shows.
fn cut(text: &str) -> &str {
    let end = (0..=text.len().min(LONGEST_CAUSE)).rev().find(|&end| text.is_char_boundary(end));
    &text[..end.unwrap_or(0)]
}

/// The position and the key of a record, and the number of the attempt.
struct Position<'a> {
    topic: &'a str,
    partition: i32,
    offset: i64,
    key: Option<String>,
    attempt: u32,
}

impl<'a> Position<'a> {
    fn of(delivery: &'a Delivery) -> Self {
        let &Delivery { topic, partition, offset, attempt, .. } = delivery;
        Self { topic, partition, offset, key: delivery.key.as_deref().map(shown), attempt }
    }
}

/// A key for a log line: its text with escaped control characters, truncated.
fn shown(key: &[u8]) -> String {
    let text = String::from_utf8_lossy(&key[..key.len().min(4 * KEY_LENGTH)]);
    text.chars().take(KEY_LENGTH).flat_map(char::escape_debug).collect()
}

/// Partitions for a log line: `orders.events.v1/3 orders.events.v1/4`.
struct Partitions<'a>(&'a [(&'static str, i32)]);

impl fmt::Display for Partitions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (topic, partition)) in self.0.iter().enumerate() {
            write!(f, "{}{topic}/{partition}", if index == 0 { "" } else { " " })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_one_cause_are_written_five_times_and_then_counted() {
        let log = Log::new("g", &["t"]);
        let cause = |number: u32| format!("order {number} is not in stock");
        let admitted = (0..1_000).filter(|&number| log.admits(Kind::Retry, &cause(number))).count();
        assert_eq!(admitted, 5);
        assert!(log.admits(Kind::DeadLetter, &cause(1)), "another kind");
        assert!(log.admits(Kind::Retry, "the warehouse is closed"), "another cause");
        let hidden = |log: &Log| log.repeats()[&(Kind::Retry, fingerprint(&cause(1)))].hidden;
        assert_eq!(hidden(&log), 995);
        log.summarise(|_| true);
        assert_eq!(log.repeats().len(), 1, "causes that did not repeat are removed");
        assert!(log.admits(Kind::Retry, &cause(1)), "a new window");
        assert_eq!(hidden(&log), 0);
    }

    #[test]
    fn causes_that_differ_only_in_ids_are_one() {
        let of = |id: &str| fingerprint(&format!("order {id} is not in stock (http://host:{id}/)"));
        assert_eq!(of("1"), "order # is not in stock (http://host:#/)");
        for id in ["order-000017", "a3f9c0de11b24c7d", "0b5fa4f2-8f5e-4f43-9d2b-e1f3a1c5b6d7", "tenant_7"] {
            assert_eq!(of(id), of("1"), "{id}");
        }
        assert_ne!(fingerprint("closed"), fingerprint("open"));
    }

    #[test]
    fn the_number_of_causes_in_memory_is_limited() {
        let log = Log::new("g", &["t"]);
        let word = |number: u32| format!("{number:b}").replace('0', "a").replace('1', "b");
        for number in 0..10_000 {
            log.admits(Kind::Retry, &word(number));
        }
        assert!(log.repeats().len() <= MOST_CAUSES + 1);
    }
}
