//! The other side: the database work of a handler happens once for each event.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use eventgen::Delivery;

use crate::error::OutboxError;
use crate::relay::ID_HEADER;
use crate::table::InboxTable;
use crate::transaction::OutboxTransaction;

/// How long an event is remembered unless the inbox is told otherwise.
const RETENTION: Duration = Duration::from_secs(14 * 24 * 60 * 60);
/// The number of events after which old ones are forgotten, and the number of those.
const EVERY: u64 = 500;
const FORGOTTEN: i64 = 1_000;

/// Remembers the events that a group has handled, in the transaction of the handler's work. A clone is cheap.
///
/// Records are delivered at least once: after a crash, after a rebalance, and again by a relay that has died. With an inbox, the
/// work in PostgreSQL is done once all the same.
///
/// An event is recognised by its header `id`, which relays and Debezium's outbox event router write, and otherwise by its
/// topic, partition and offset. `eventgen generate sql --inbox` writes the table.
///
/// ```no_run
/// # #[cfg(feature = "tokio-postgres")]
/// # async fn handle(
/// #     inbox: &eventgen_outbox::Inbox, database: &mut tokio_postgres::Client, delivery: &eventgen::Delivery,
/// # ) -> Result<(), Box<dyn std::error::Error>> {
/// let mut transaction = database.transaction().await?;
/// if inbox.once(&mut transaction, delivery).await? {
///     transaction.execute("UPDATE stock SET reserved = reserved + 1", &[]).await?;
///     transaction.commit().await?;
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Inbox {
    group: String,
    retention: Duration,
    table: InboxTable,
    count: Arc<AtomicU64>,
}

impl Inbox {
    /// The inbox of a group in the table `inbox`. Groups may share the table.
    pub fn new(group: impl Into<String>) -> Self {
        let table = InboxTable::default();
        Self { group: group.into(), retention: RETENTION, table, count: Arc::default() }
    }

    /// Sets the table, such as `orders.inbox`. Default: `inbox`.
    ///
    /// # Errors
    /// [`OutboxError::InvalidTable`].
    pub fn table(mut self, name: impl Into<String>) -> Result<Self, OutboxError> {
        let name = name.into();
        self.table = InboxTable::new(&name).ok_or(OutboxError::InvalidTable { name })?;
        Ok(self)
    }

    /// Sets how long events are remembered. Default: 14 days. A record that is delivered again later than this counts as
    /// new: set it to more than the retention of the topic, or than the longest time in which offsets are reset.
    #[must_use]
    pub fn retention(mut self, time: Duration) -> Self {
        self.retention = time;
        self
    }

    /// Whether this is the first transaction that handles the event, or those before were rolled back. If another one is
    /// handling it, this call waits for its end. Every 500th call also deletes up to 1,000 events whose time is over.
    ///
    /// # Errors
    /// [`OutboxError::Database`].
    pub async fn once<C: OutboxTransaction>(
        &self,
        transaction: &mut C,
        delivery: &Delivery,
    ) -> Result<bool, OutboxError> {
        let event = match delivery.headers.text(ID_HEADER) {
            Some(id) => id.to_owned(),
            None => format!("{}-{}-{}", delivery.topic, delivery.partition, delivery.offset),
        };
        let claimed = transaction.claim(&self.table.claim(), &self.group, &event).await;
        let is_new = claimed.map_err(OutboxError::Database)?;
        if self.count.fetch_add(1, Ordering::Relaxed) % EVERY == EVERY - 1 {
            let seconds = i64::try_from(self.retention.as_secs()).unwrap_or(i64::MAX);
            let forgotten = transaction.forget(&self.table.forget(), seconds, FORGOTTEN).await;
            forgotten.map_err(OutboxError::Database)?;
        }
        Ok(is_new)
    }
}
