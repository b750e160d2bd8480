//! What was committed.

use std::collections::BTreeMap;

use tokio_postgres::Client;

use crate::Failure;

/// The tables beside the outbox. `state` has a row for each key, which transactions lock as a service locks its own rows.
/// `ledger` has all events, numbered while their keys are locked. `handled` has the work of the consumer.
pub const TABLES: &str = "
CREATE TABLE state (key text PRIMARY KEY, version bigint NOT NULL);
CREATE TABLE ledger (number bigint NOT NULL, key text NOT NULL, version bigserial);
CREATE TABLE handled (number bigint NOT NULL);";

/// The events of each key, in the order of the transactions that have stored them.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// By key.
    pub keys: BTreeMap<String, Vec<u64>>,
}

impl Ledger {
    /// Reads it when no writer works any more.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn read(database: &Client) -> Result<Self, Failure> {
        let mut ledger = Self::default();
        for row in database.query("SELECT key, number FROM ledger ORDER BY key, version", &[]).await? {
            let number = u64::try_from(row.get::<_, i64>(1))?;
            ledger.keys.entry(row.get(0)).or_default().push(number);
        }
        Ok(ledger)
    }

    /// The number of events.
    pub fn len(&self) -> usize {
        self.keys.values().map(Vec::len).sum()
    }

    /// Whether nothing was committed.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}
