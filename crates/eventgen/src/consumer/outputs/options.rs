//! The settings of a consumer's transactions.

use std::time::Duration;

use crate::kafka::Settings;
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

    /// Sets a librdkafka property of the producer by its name. It overrides the client's value.
    pub fn set(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.set(name, value);
        self
    }

    /// The largest record that the producer accepts, in bytes, and the settings of the producer. The largest record of the
    /// topics with these limits is accepted, and a batch is as small as the smallest of them: a topic refuses a whole batch.
    pub(crate) fn sized(
        &self,
        client: &Client,
        limits: impl Iterator<Item = usize> + Clone,
    ) -> (usize, Settings) {
        let mut settings = self.settings.clone();
        let own =
            settings.get(LARGEST).or(client.settings().get(LARGEST)).and_then(|bytes| bytes.parse().ok());
        let largest = own.unwrap_or_else(|| {
            let largest = limits.clone().fold(LARGEST_DEFAULT, usize::max).min(LARGEST_RECORD);
            settings.set(LARGEST, largest.to_string());
            largest
        });
        if settings.get(BATCH).or(client.settings().get(BATCH)).is_none() {
            let smallest = limits.fold(BATCH_DEFAULT, usize::min).max(1);
            settings.set(BATCH, smallest.to_string());
        }
        (largest, settings)
    }
}

/// The setting for the size of the largest record, librdkafka's default for it, and the largest value.
const LARGEST: &str = "message.max.bytes";
const LARGEST_DEFAULT: usize = 1_000_000;
const LARGEST_RECORD: usize = 1_000_000_000;
/// The setting for the size of a batch, and librdkafka's default for it.
const BATCH: &str = "batch.size";
const BATCH_DEFAULT: usize = 1_000_000;
