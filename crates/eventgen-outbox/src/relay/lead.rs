//! The work of the relay of a table: reads rows, sends their records, and removes the rows of those that are acknowledged.
//!
//! One statement is under way at a time, and records are sent and acknowledged meanwhile.

use std::pin::pin;
use std::time::{Duration, Instant};

use eventgen::private::RecordSender;
use tokio::sync::watch;

use super::ended::{Ended, within};
use super::flow::{Flow, Published};
use super::mark::Mark;
use super::report::RelayReport;
use super::settings::{Retention, Settings};
use crate::error::DatabaseError;
use crate::session::{Argument, Session};
use crate::table::{Condition, Table};

/// The most bytes of rows that are read and not published.
const LARGEST_WINDOW: usize = 64 << 20;
/// How often more rows than those of the window may be on their way, because they take long.
const SLOW_WINDOWS: usize = 4;
/// How long a relay that is stopped waits for acknowledgements.
const LAST_RECORDS: Duration = Duration::from_secs(10);
/// How often rows are deleted that were kept for their time, and how many at once.
const FORGET: Duration = Duration::from_secs(10);
const FORGOTTEN: i64 = 5_000;
/// How often slow records are looked for while there is no room for others.
const NO_ROOM: Duration = Duration::from_millis(100);

/// The relay that works.
pub(super) struct Leader<'a, S> {
    session: &'a mut S,
    table: &'a Table,
    settings: Settings,
    report: &'a mut RelayReport,
    flow: Flow<'a>,
    mark: Mark,
    /// Whether there may be rows to read.
    more: bool,
    /// Whether the last statement has read rows. Then published ones are removed before the next ones are read.
    has_read: bool,
    next_poll: Instant,
    next_forget: Instant,
}

impl<'a, S: Session> Leader<'a, S> {
    pub(super) fn new(
        session: &'a mut S,
        sender: &'a RecordSender,
        table: &'a Table,
        settings: Settings,
        report: &'a mut RelayReport,
    ) -> Self {
        let now = Instant::now();
        Self {
            session,
            table,
            settings,
            report,
            flow: Flow::new(sender),
            mark: Mark::start(),
            more: true,
            has_read: false,
            next_poll: now,
            next_forget: now,
        }
    }

    /// Works until it is stopped and the records on their way are acknowledged.
    pub(super) async fn run(mut self, stop: &mut watch::Receiver<bool>) -> Result<(), Ended> {
        let mut deadline = None;
        loop {
            self.flow.settle().await?;
            if *stop.borrow() {
                self.write().await?;
                let deadline = *deadline.get_or_insert_with(|| Instant::now() + LAST_RECORDS);
                // Others may have been acknowledged while rows were removed.
                let has_settled = self.flow.has_settled();
                if (self.flow.is_over() && !has_settled) || Instant::now() >= deadline {
                    return Ok(());
                }
                if !has_settled {
                    self.wait(deadline, None).await?;
                }
                continue;
            }
            self.flow.lanes.find_slow(Instant::now());
            self.try_suspects().await?;
            self.more |= self.flow.lanes.take_released() | (Instant::now() >= self.next_poll);
            let reads = self.more && self.has_room();
            if self.flow.has_settled() && (self.has_read || !reads) {
                self.has_read = false;
                self.write().await?;
                continue;
            }
            if reads {
                self.has_read = true;
                self.read().await?;
                continue;
            }
            self.forget().await?;
            let now = Instant::now();
            let release = self.flow.lanes.next_release(now).unwrap_or(self.next_poll);
            // Without room there is nothing to do before an acknowledgement, but to find what takes long.
            let wake = if self.has_room() { release.min(self.next_poll) } else { now + NO_ROOM };
            self.wait(wake, Some(stop)).await?;
        }
    }

    /// Waits for an acknowledgement, a notification, the stop, or a time.
    async fn wait(&mut self, until: Instant, stop: Option<&mut watch::Receiver<bool>>) -> Result<(), Ended> {
        let stopped = async {
            match stop {
                // The sender lives as long as the relay.
                Some(stop) => drop(stop.changed().await),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = self.flow.acknowledged() => {}
            notified = self.session.notified() => {
                notified.map_err(Ended::Database)?;
                self.more = true;
            }
            () = tokio::time::sleep_until(until.into()) => self.more = true,
            () = stopped => {}
        }
        Ok(())
    }

    fn has_room(&self) -> bool {
        let (quick, all, bytes) = self.flow.lanes.load();
        let Settings { batch, window, .. } = self.settings;
        quick + batch.min(window) <= window && all < SLOW_WINDOWS * window && bytes < LARGEST_WINDOW
    }

    /// Reads rows, and sends the first of each lane.
    async fn read(&mut self) -> Result<(), Ended> {
        let now = Instant::now();
        self.next_poll = now + self.settings.poll;
        during(&mut self.flow, self.mark.look(self.session, &self.table.last_id())).await?;
        if let Some(id) = self.flow.lanes.take_returned() {
            self.mark.return_to(id);
        }
        let after = self.mark.after();
        let excluded = self.flow.lanes.excluded(after, Instant::now());
        self.flow.lanes.begin_reading();
        let limit = self.settings.batch.min(self.settings.window);
        let mut conditions = Vec::new();
        let mut arguments =
            vec![Argument::Number(after), Argument::Number(i64::try_from(limit).unwrap_or(i64::MAX))];
        for (condition, values) in [
            (Condition::Ids, Argument::Numbers(&excluded.ids)),
            (Condition::Locks, Argument::Numbers(&excluded.locks)),
            (Condition::Topics, Argument::Texts(&excluded.topics)),
        ] {
            if !values.is_empty() {
                conditions.push(condition);
                arguments.push(values);
            }
        }
        let statement = self.table.waiting(&conditions);
        let rows = during(&mut self.flow, self.session.rows(&statement, &arguments)).await?;
        self.more = rows.len() >= limit;
        if excluded.only_read {
            self.mark.has_read(rows.last().filter(|_| self.more).map(|row| row.id));
        }
        let now = Instant::now();
        for row in rows {
            if let Some(row) = self.flow.lanes.admit(row, now) {
                self.flow.send(row, false).await?;
            }
        }
        // Also those of records that have failed meanwhile.
        if let Some(id) = self.flow.lanes.take_returned() {
            self.mark.return_to(id);
        }
        Ok(())
    }

    /// Sends rows that were refused with others, without others.
    async fn try_suspects(&mut self) -> Result<(), Ended> {
        for id in self.flow.lanes.suspects() {
            let arguments = [Argument::Number(id)];
            let found = during(&mut self.flow, self.session.rows(&self.table.one(), &arguments)).await?;
            match found.into_iter().next() {
                Some(row) => {
                    self.flow.lanes.admit_alone(&row);
                    self.flow.send(row, true).await?;
                }
                None => self.flow.lanes.acquit(id),
            }
        }
        Ok(())
    }

    /// Removes or marks rows that are published, and parks others.
    async fn write(&mut self) -> Result<(), Ended> {
        let Published { ids, parked, reasons } = self.flow.take_settled();
        if !ids.is_empty() {
            let statement = match self.settings.retention {
                Retention::Delete => self.table.delete(),
                Retention::Keep(_) => self.table.keep(),
            };
            let arguments = [Argument::Numbers(&ids)];
            during(&mut self.flow, self.session.execute(&statement, &arguments)).await?;
            self.report.published += ids.len() as u64;
            self.flow.lanes.finished(ids.into_iter());
        }
        if !parked.is_empty() {
            let arguments = [Argument::Numbers(&parked), Argument::Texts(&reasons)];
            during(&mut self.flow, self.session.execute(&self.table.park(), &arguments)).await?;
            self.report.parked += parked.len() as u64;
            self.flow.lanes.finished(parked.into_iter());
        }
        Ok(())
    }

    /// Deletes rows that were kept for their time.
    async fn forget(&mut self) -> Result<(), Ended> {
        let Retention::Keep(time) = self.settings.retention else { return Ok(()) };
        if Instant::now() < self.next_forget {
            return Ok(());
        }
        let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
        let arguments = [Argument::Number(seconds), Argument::Number(FORGOTTEN)];
        let statement = self.table.forget();
        let count = during(&mut self.flow, self.session.execute(&statement, &arguments)).await?;
        if count < FORGOTTEN.unsigned_abs() {
            self.next_forget = Instant::now() + FORGET;
        }
        Ok(())
    }
}

/// The answer of the database. Records are acknowledged meanwhile, and the next ones of their lanes sent.
async fn during<T>(
    flow: &mut Flow<'_>,
    answer: impl Future<Output = Result<T, DatabaseError>>,
) -> Result<T, Ended> {
    let mut answer = pin!(within(answer));
    loop {
        tokio::select! {
            biased;
            answer = &mut answer => return answer,
            () = flow.acknowledged() => {}
        }
        flow.settle().await?;
    }
}
