//! What a producer measures: the records of each topic, from the call of `send` to the acknowledgement.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::began::{Began, Instant};
use super::instruments::{Counter, ENABLED, Histogram};
use super::names::{self, KAFKA};

/// How long acknowledged records wait until they are added to their counter, while more are outstanding.
const COUNT_INTERVAL: Duration = Duration::from_millis(250);

/// The metrics of one producer.
#[derive(Default)]
pub(crate) struct SendMeters(Mutex<Vec<TopicSends>>);

struct TopicSends {
    topic: String,
    sent: Counter,
    durations: Histogram,
    failures: Counter,
    /// By the type of the error.
    failed: Vec<(String, Counter, Histogram)>,
    /// Acknowledged, and not added to the counter yet.
    uncounted: u64,
    counted: Option<Instant>,
}

impl SendMeters {
    /// The series of a topic begin.
    pub(crate) fn begin(&self, topic: &str) {
        if ENABLED {
            of(&mut self.topics(), topic);
        }
    }

    /// A record was acknowledged. `is_last` says whether no other one is outstanding.
    pub(crate) fn acknowledged(&self, topic: &str, began: Began, is_last: bool) {
        if !ENABLED {
            return;
        }
        let mut topics = self.topics();
        let sends = of(&mut topics, topic);
        let elapsed = began.elapsed();
        sends.durations.record(elapsed);
        sends.uncounted += 1;
        let now = began.at(elapsed);
        if is_last || sends.counted.zip(now).is_none_or(|(counted, now)| now >= counted + COUNT_INTERVAL) {
            sends.sent.add(std::mem::take(&mut sends.uncounted));
            sends.counted = now;
        }
    }

    /// A record was not acknowledged.
    pub(crate) fn failed(&self, topic: &str, began: Began, error: &str) {
        if !ENABLED {
            return;
        }
        let mut topics = self.topics();
        let sends = of(&mut topics, topic);
        sends.failures.add(1);
        let index = sends.failed.iter().position(|(of, ..)| of == error).unwrap_or_else(|| {
            let failed = series(topic, Some(error));
            sends.failed.push((error.to_owned(), failed.0, failed.1));
            sends.failed.len() - 1
        });
        let (_, sent, durations) = &sends.failed[index];
        sent.add(1);
        durations.record(began.elapsed());
    }

    /// An event could not be encoded.
    pub(crate) fn not_encoded(&self, topic: &str) {
        if ENABLED {
            of(&mut self.topics(), topic).failures.add(1);
        }
    }

    fn topics(&self) -> MutexGuard<'_, Vec<TopicSends>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn of<'a>(topics: &'a mut Vec<TopicSends>, topic: &str) -> &'a mut TopicSends {
    let index = topics.iter().position(|sends| sends.topic == topic).unwrap_or_else(|| {
        let (sent, durations) = series(topic, None);
        topics.push(TopicSends {
            topic: topic.to_owned(),
            sent,
            durations,
            failures: Counter::new(&names::PRODUCER_FAILURES, &[(names::DESTINATION, topic)]),
            failed: Vec::new(),
            uncounted: 0,
            counted: None,
        });
        topics.len() - 1
    });
    &mut topics[index]
}

fn series(topic: &str, error: Option<&str>) -> (Counter, Histogram) {
    let error = error.map(|error| (names::ERROR_TYPE, error));
    let (system, name) = ((names::SYSTEM, KAFKA), (names::OPERATION_NAME, "send"));
    let destination = (names::DESTINATION, topic);
    let mut labels = vec![system, name, destination];
    labels.extend(error);
    let sent = Counter::new(&names::SENT_MESSAGES, &labels);
    labels.insert(2, (names::OPERATION_TYPE, "send"));
    (sent, Histogram::new(&names::OPERATION_DURATION, &labels))
}
