//! The settings of a consumer's transactions.

use std::time::Duration;

use crate::kafka::Settings;
use crate::producer::Limits;
use crate::{Client, EventKind, Topic, TopicEvents};

/// The transactions of a [`Consumer`](crate::Consumer): its transactional id, the topics that its handlers write to, and how
/// much one transaction takes.
///
/// ```no_run
/// # use std::time::Duration;
/// # use eventgen::{Client, Consumer, Handler, TopicEvents, TransactionOptions};
/// # fn build<Invoices: TopicEvents>(client: &Client, billing: impl Handler) -> Consumer {
/// let options = TransactionOptions::new("billing-0").writes::<Invoices>().max_wait(Duration::from_millis(50));
/// Consumer::new(client, "billing").subscribe(billing).transactional(options)
/// # }
/// ```
///
/// The id names one member of the group across its restarts, such as the ordinal of a pod in a stateful set. Members that run
/// at the same time need different ids: a second one with the same id fences the first, which ends with an error. A client
/// with a [`topic_prefix`](crate::ClientBuilder::topic_prefix) resolves the id as the name of a topic.
#[derive(Debug, Clone)]
#[must_use]
pub struct TransactionOptions {
    pub(crate) id: String,
    pub(crate) topics: Vec<(&'static Topic, &'static [EventKind])>,
    pub(crate) settings: Settings,
    pub(crate) timeout: Option<Duration>,
    pub(crate) max_records: usize,
    pub(crate) max_wait: Duration,
}

impl TransactionOptions {
    /// Transactions under this id, with the default limits, of handlers that write to no topic.
    pub fn new(transactional_id: impl Into<String>) -> Self {
        Self {
            id: transactional_id.into(),
            topics: Vec::new(),
            settings: Settings::default(),
            timeout: None,
            max_records: 5_000,
            max_wait: Duration::from_millis(100),
        }
    }

    /// Adds a topic that handlers may [send](crate::Delivery::send) events of. It and the schemas of its events are looked up
    /// at the start, so that an outage that begins later fails no handler. An event of another topic stops the consumer.
    pub fn writes<T: TopicEvents>(mut self) -> Self {
        self.topics.push((T::TOPIC, T::EVENTS));
        self
    }

    /// Sets after how many records that are done a transaction is committed, at least 1. Default: 5,000. A transaction begins
    /// when the one before it has ended, and takes everything that is done by then.
    pub fn max_records(mut self, records: usize) -> Self {
        self.max_records = records.max(1);
        self
    }

    /// Sets after which time a transaction is committed that has fewer records. Default: 100 ms. Readers with
    /// `isolation.level=read_committed` see outputs this much later, and the time of the commit.
    pub fn max_wait(mut self, wait: Duration) -> Self {
        self.max_wait = wait;
        self
    }

    /// Sets after which time the brokers abort a transaction (`transaction.timeout.ms`). Default: two thirds of
    /// `session.timeout.ms` (45 s). It must be shorter than that: the next owner of a partition waits for the open transaction
    /// of a member that has died.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sets a librdkafka property of the producer by its name. It overrides the client's value. One that producers do not
    /// have, such as `isolation.level`, is refused.
    pub fn set(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.set(name, value);
        self
    }

    /// The sizes of outputs that are accepted, as far as these options say it.
    pub(crate) fn limits(&self) -> Limits {
        let own = self.settings.get(LARGEST).and_then(|bytes| bytes.parse().ok());
        Limits { unstated: own.unwrap_or(UNSTATED), largest: own.unwrap_or(usize::MAX) }
    }

    /// The sizes that the producer accepts of outputs and of letters, and its settings. Without a setting of the application, it accepts everything
    /// that can be `fetched`, in bytes, so that only the topics decide. A batch is as small as the smallest limit of
    /// these `topics`, because a topic refuses a whole batch.
    pub(crate) fn sized(
        &self,
        client: &Client,
        fetched: usize,
        topics: impl Iterator<Item = usize>,
    ) -> ([Limits; 2], Settings) {
        let mut settings = self.settings.clone();
        let own =
            settings.get(LARGEST).or(client.settings().get(LARGEST)).and_then(|bytes| bytes.parse().ok());
        let largest = own.unwrap_or(fetched);
        if own.is_none() {
            settings.set(LARGEST, largest.to_string());
        }
        if settings.get(BATCH).or(client.settings().get(BATCH)).is_none() {
            let smallest = topics.fold(BATCH_DEFAULT, usize::min).max(1);
            settings.set(BATCH, smallest.to_string());
        }
        let limits = |unstated| Limits { unstated: own.unwrap_or(unstated), largest };
        ([limits(UNSTATED), limits(UNSTATED_LETTER)], settings)
    }
}

/// The setting for the size of the largest record.
const LARGEST: &str = "message.max.bytes";
/// The largest record for a topic whose contract does not state it: librdkafka's default of the setting, which is a little
/// less than what topics accept by default.
const UNSTATED: usize = 1_000_000;
/// The same for a letter whose topic the cluster does not describe either: Kafka's default of `max.message.bytes`. Topics of
/// letters accept 16 KiB more if they are created from the contract, but not if they were created otherwise.
const UNSTATED_LETTER: usize = 1_048_588;
/// The setting for the size of a batch, and librdkafka's default for it.
const BATCH: &str = "batch.size";
const BATCH_DEFAULT: usize = 1_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    const FETCHED: usize = 100_000_000;

    fn sized(
        options: &TransactionOptions,
        client: &[(&str, &str)],
        topics: &[usize],
    ) -> ([Limits; 2], Settings) {
        let builder = Client::builder("localhost:1", "http://localhost:2");
        let builder = client.iter().fold(builder, |builder, (name, value)| builder.set(*name, *value));
        options.sized(&builder.build().expect("complete"), FETCHED, topics.iter().copied())
    }

    #[test]
    fn only_the_topics_limit_what_the_producer_accepts() {
        let options = TransactionOptions::new("billing-0");
        let ([limits, letters], settings) = sized(&options, &[], &[1_064_972, 20_000]);
        assert_eq!(limits, Limits { unstated: 1_000_000, largest: FETCHED });
        assert_eq!([limits.of(Some(1_064_972)), limits.of(None)], [1_064_972, 1_000_000]);
        assert_eq!([letters.of(Some(1_064_972)), letters.of(None)], [1_064_972, 1_048_588]);
        assert_eq!((settings.get(LARGEST), settings.get(BATCH)), (Some("100000000"), Some("20000")));
    }

    #[test]
    fn a_size_that_the_application_sets_is_a_limit_for_every_topic() {
        let options = TransactionOptions::new("billing-0");
        let own = options.clone().set(LARGEST, "2000000");
        for (all, settings) in
            [sized(&own, &[(LARGEST, "7")], &[]), sized(&options, &[(LARGEST, "2000000")], &[])]
        {
            for limits in all {
                let stated = [Some(5_000_000), Some(30), None];
                assert_eq!(stated.map(|stated| limits.of(stated)), [2_000_000, 30, 2_000_000]);
            }
            assert_ne!(settings.get(LARGEST), Some("100000000"));
        }
        let (_, settings) = sized(&options.set(BATCH, "5"), &[], &[3]);
        assert_eq!(settings.get(BATCH), Some("5"));
    }
}
