//! From which id the table is read.
//!
//! Rows are read as soon as they are committed. Those that were published leave dead entries in the index, which PostgreSQL
//! cannot remove while an old snapshot is open, and each reading from the start would pass them all. So reading begins after an
//! id up to which no row is still to come. To find it, the relay takes the last id that was given to a row, and then the
//! number of a new transaction. A transaction has its number before its rows have their ids. So once all transactions up to
//! that number have ended, all rows up to that id are there to be read, or never will be.
//!
//! A transaction that stays open keeps the mark where it is, and delays no row.

use std::time::{Duration, Instant};

use crate::error::DatabaseError;
use crate::session::Session;
use crate::table::{NEW_TRANSACTION, OLDEST_TRANSACTION};

/// How often the database is asked how far the mark may be moved.
const INTERVAL: Duration = Duration::from_millis(50);

/// The place from which the table is read.
pub(super) struct Mark {
    after: i64,
    /// No row up to this id is still to come.
    decided: i64,
    pending: Option<Pending>,
    next: Instant,
}

/// An id up to which no row is still to come, once all transactions up to a number have ended.
#[derive(Clone, Copy)]
struct Pending {
    id: i64,
    transaction: i64,
}

impl Mark {
    /// The start of the table.
    pub(super) fn start() -> Self {
        Self { after: 0, decided: 0, pending: None, next: Instant::now() }
    }

    /// Rows up to this id need not be read.
    pub(super) fn after(&self) -> i64 {
        self.after
    }

    /// Asks the database how far the mark may be moved.
    pub(super) async fn look<S: Session>(
        &mut self,
        session: &mut S,
        last_id: &str,
    ) -> Result<(), DatabaseError> {
        if Instant::now() < self.next {
            return Ok(());
        }
        self.next = Instant::now() + INTERVAL;
        if let Some(Pending { id, transaction }) = self.pending {
            if session.number(OLDEST_TRANSACTION).await? <= transaction {
                return Ok(());
            }
            self.decided = self.decided.max(id);
            self.pending = None;
        }
        let id = session.number(last_id).await?;
        // Without new rows there is no need for a transaction.
        if id > self.decided {
            let transaction = session.number(NEW_TRANSACTION).await?;
            self.pending = Some(Pending { id, transaction });
        }
        Ok(())
    }

    /// Rows were read up to `highest`, or to the end of the table, after the last [`look`](Self::look). No row was left out but
    /// those that were read before.
    pub(super) fn has_read(&mut self, highest: Option<i64>) {
        let read = highest.map_or(self.decided, |highest| highest.min(self.decided));
        self.after = self.after.max(read);
    }

    /// A row is to be read again.
    pub(super) fn return_to(&mut self, id: i64) {
        self.after = self.after.min(id - 1);
    }
}
