//! Retry topics: where records wait that have failed, and those behind them.
//!
//! With [`Retry::delays`](crate::Retry::delays), each group of a topic has retry topics of its own, so that no group handles a
//! record again because another one has failed:
//!
//! | topic | holds |
//! |---|---|
//! | `<topic>.<group>.retry.0` | followers: records of a key that has an earlier record in one of these topics. They wait for it, which keeps the order of the key. There is none with [`Ordering::None`] |
//! | `<topic>.<group>.retry.1` to `.N` | records that have failed, one topic for each delay |
//!
//! A retry topic has at least as many partitions as its source, and a record of partition p of the source is in partition p of
//! each of them. The contract creates them with `message.timestamp.type=LogAppendTime`, so that their retention counts from the moment
//! at which a record came there, not from its timestamp in the source: that one needs a header.

use crate::{Ordering, Topic};

/// The name of a retry topic: `<topic>.<group>.retry.<n>`. `topic` is the name in the cluster, with
/// a prefix that a client adds. `n` is 0 for followers, and from 1 the number of the delay.
///
/// ```
/// assert_eq!(eventgen::retry_topic_name("orders.v1", "billing", 1), "orders.v1.billing.retry.1");
/// ```
pub fn retry_topic_name(topic: &str, group: &str, n: usize) -> String {
    format!("{topic}.{group}.retry.{n}")
}

impl Topic {
    /// The names of the retry topics of a group, the one of followers first; none if retries are in place only.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use eventgen::{Ordering, Retry, Topic};
    ///
    /// const ORDERS: Topic = Topic::new("orders.v1")
    ///     .with_retry(Retry::DEFAULT.with_delays(&[Duration::from_secs(10), Duration::from_secs(60)]));
    ///
    /// assert_eq!(
    ///     ORDERS.retry_topics("billing"),
    ///     ["orders.v1.billing.retry.0", "orders.v1.billing.retry.1", "orders.v1.billing.retry.2"]
    /// );
    /// assert_eq!(ORDERS.with_ordering(Ordering::None).retry_topics("billing").len(), 2);
    /// ```
    pub fn retry_topics(&self, group: &str) -> Vec<String> {
        let first = match (self.retry.delays, self.ordering) {
            ([], _) => return Vec::new(),
            (_, Ordering::None) => 1,
            (_, Ordering::Key | Ordering::Total) => 0,
        };
        (first..=self.retry.delays.len()).map(|n| retry_topic_name(self.name, group, n)).collect()
    }
}
