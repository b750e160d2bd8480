//! Retry topics: a set for each group of a topic.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::ordering::Ordering;
use super::topic::Topic;

/// A retry topic of a group. It has as many partitions and replicas as its source, and the configuration
/// [`Topic::retry_config`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryTopic {
    /// Its name, `<topic>.<group>.retry.<n>`.
    pub name: String,
    /// The group.
    pub group: String,
    /// How long a record waits in it. `None` in `retry.0`, which holds later records of keys that have a record in one of the
    /// others.
    pub delay: Option<Duration>,
}

impl Topic {
    /// The retry topics of all groups; none if records are retried in place only.
    pub fn retry_topics(&self) -> Vec<RetryTopic> {
        let delays = &self.retry.delays;
        let of_group = |group: &str| {
            let topic = |(number, name)| RetryTopic {
                name,
                group: group.to_owned(),
                delay: usize::checked_sub(number, 1).and_then(|index| delays.get(index).copied()),
            };
            retry_topics(&self.name, group, delays.len(), self.ordering).map(topic).collect::<Vec<_>>()
        };
        self.consumers.iter().flat_map(|consumer| of_group(&consumer.group)).collect()
    }
}

/// The numbers and names of the retry topics of a group. Without an order nothing has to follow a record that has failed, so
/// that there is no topic for followers, which is number 0.
pub(crate) fn retry_topics(
    topic: &str,
    group: &str,
    delays: usize,
    ordering: Ordering,
) -> impl Iterator<Item = (usize, String)> {
    let numbers: RangeInclusive<usize> = match (delays, ordering) {
        // None.
        (0, _) => RangeInclusive::new(1, 0),
        (_, Ordering::None) => 1..=delays,
        (_, Ordering::Key | Ordering::Total) => 0..=delays,
    };
    numbers.map(move |number| (number, format!("{topic}.{group}.retry.{number}")))
}
