//! Starts the transactions of a consumer.

use std::sync::Arc;
use std::time::Duration;

use super::config::Config;
use super::failure::letter_writer::largest_fetch;
use super::outputs::TransactionOptions;
use super::poll::TransactionLimits;
use crate::client::StartUp;
use crate::kafka::{Invariant, RecordWriter};
use crate::producer::{Limits, NotBegun, Opening, Outlets, PREPARE, Session, largest_record};
use crate::{Client, Error};

/// How long a member may be silent before the group removes it, and librdkafka's default.
const SESSION: &str = "session.timeout.ms";
const SESSION_DEFAULT: Duration = Duration::from_secs(45);

/// A setting that a transactional consumer depends on.
pub(super) const INVARIANTS: &[Invariant] = &[(
    "isolation.level",
    |level| level == "read_committed",
    "a transactional consumer reads committed records, and waits for offsets that are part of open transactions",
)];

/// What a consumer has for its transactions, before its first record.
pub(super) struct Transactions {
    pub(super) session: Session<RecordWriter>,
    /// The id in the cluster.
    pub(super) id: String,
    pub(super) outlets: Arc<Outlets>,
    pub(super) limits: TransactionLimits,
    /// How large dead letters and records in retry topics may be.
    pub(super) letters: Limits,
}

/// What they are made of.
pub(super) struct Plan {
    client: Client,
    group: String,
    wait_at_start: Duration,
    options: TransactionOptions,
    timeout: Duration,
    /// The largest record that can be fetched, in bytes.
    fetched: usize,
    /// The largest records of the dead-letter and retry topics, in bytes, as far as their contracts state it.
    letters: Vec<usize>,
}

impl Plan {
    /// Checks the settings.
    ///
    /// # Errors
    /// [`Error::RefusedSetting`].
    pub(super) fn new(config: &Config, options: TransactionOptions) -> Result<Self, Error> {
        let timeout = timeout(config, &options)?;
        let client = config.client.clone();
        let mut letters = Vec::new();
        for handler in &config.handlers {
            let topic = client.topic(handler.topic());
            letters.extend(topic.dead_letter.and_then(|letters| largest_record(letters.config)));
            let has_retry_topics = !topic.retry.delays.is_empty();
            letters.extend(largest_record(topic.retry_config).filter(|_| has_retry_topics));
        }
        let (group, wait_at_start) = (config.group.clone(), config.wait_at_start);
        let fetched = largest_fetch(&client, &config.settings);
        Ok(Self { client, group, wait_at_start, options, timeout, fetched, letters })
    }
}

impl Transactions {
    /// Looks up the topics that handlers write to, and ends the transaction that an earlier member with
    /// the id has left open.
    ///
    /// # Errors
    /// As [`TransactionalProducerBuilder::connect`](crate::TransactionalProducerBuilder::connect).
    pub(super) async fn open(plan: Plan) -> Result<Self, Error> {
        let Plan { client, group, wait_at_start, options, timeout, fetched, letters } = plan;
        let outputs = options.topics.iter().filter_map(|(topic, _)| largest_record(topic.config));
        let ([sizes, letters], settings) = options.sized(&client, fetched, outputs.chain(letters));
        let start = StartUp::new(format!("transactions of group `{group}`"), wait_at_start);
        let outlets = Outlets::look_up(&client, &start, &options.topics, sizes).await?;
        let TransactionOptions { id, max_records, max_wait, .. } = options;
        let opening = Opening {
            id,
            settings,
            timeout,
            id_is_set_by: "the id is an argument of `TransactionOptions::new`",
            timeout_is_set_by: "the timeout is set by `TransactionOptions::timeout`",
        };
        let (session, id) = opening.open(&client)?;
        let (session, prepared) = session.prepared(PREPARE.max(wait_at_start)).await;
        match prepared {
            Ok(()) => {}
            Err(NotBegun::Failed(error)) => return Err(error),
            Err(NotBegun::Fenced(reason)) => {
                return Err(Error::kafka(format!("initialising the transactions of `{id}`"), reason));
            }
        }
        let limits = TransactionLimits { max_records, max_wait };
        Ok(Self { session, id, outlets: Arc::new(outlets), limits, letters })
    }
}

/// The timeout of transactions. The next owner of a partition waits for the open transaction of a member that has died, and
/// the group for that member: the transaction must not be the longer of the two.
fn timeout(config: &Config, options: &TransactionOptions) -> Result<Duration, Error> {
    let session = config.settings.get(SESSION).or(config.client.settings().get(SESSION));
    // librdkafka reports a value that is not a number.
    let session =
        session.and_then(|millis| millis.parse().ok()).map_or(SESSION_DEFAULT, Duration::from_millis);
    let timeout = options.timeout.unwrap_or(session / 3 * 2);
    if timeout < session {
        return Ok(timeout);
    }
    Err(Error::RefusedSetting {
        setting: "transaction.timeout.ms".to_owned(),
        value: timeout.as_millis().to_string(),
        why: "the partitions of a member that has died would wait for its transaction when they have a new owner: make \
              `TransactionOptions::timeout` shorter than `session.timeout.ms`",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(session: Option<&str>, timeout: Option<u64>) -> Result<u64, String> {
        let client = Client::builder("localhost:1", "http://localhost:2").build().expect("complete");
        let mut config = Config::new(&client, "billing".to_owned());
        if let Some(session) = session {
            config.settings.set(SESSION, session);
        }
        let mut options = TransactionOptions::new("billing-0");
        options.timeout = timeout.map(Duration::from_secs);
        super::timeout(&config, &options).map(|timeout| timeout.as_secs()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_transaction_may_not_outlive_the_session_of_its_member() {
        assert_eq!(chosen(None, None), Ok(30));
        assert_eq!(chosen(Some("6000"), None), Ok(4));
        assert_eq!(chosen(Some("6000"), Some(5)), Ok(5));
        let reason = chosen(None, Some(45)).expect_err("refused");
        assert!(reason.starts_with("`transaction.timeout.ms=45000` is refused: "), "{reason}");
    }
}
