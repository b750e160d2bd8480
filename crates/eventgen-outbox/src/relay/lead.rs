//! The work of the relay of a table: reads rows, sends their records, and removes the rows of those that are acknowledged.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use eventgen::Receipt;
use eventgen::private::{NotSent, NotSentKind, RecordSender, Sent};
use futures_util::FutureExt as _;
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use tokio::sync::watch;

use super::lanes::Lanes;
use super::mark::Mark;
use super::record::record;
use super::report::RelayReport;
use super::settings::{Retention, Settings};
use crate::error::DatabaseError;
use crate::session::{Argument, Row, Session};
use crate::table::Table;

/// The most bytes of rows that are read and not published.
const LARGEST_WINDOW: usize = 64 << 20;
/// How often more rows than those of the window may be on their way, because they take long.
const SLOW_WINDOWS: usize = 4;
/// How long a relay that is stopped waits for acknowledgements.
const LAST_RECORDS: Duration = Duration::from_secs(10);
/// How long a statement may take. Then the connection counts as lost.
const STATEMENT: Duration = Duration::from_secs(30);
/// How often rows are deleted that were kept for their time, and how many at once.
const FORGET: Duration = Duration::from_secs(10);
const FORGOTTEN: i64 = 5_000;
/// How often slow records are looked for while there is no room for others.
const NO_ROOM: Duration = Duration::from_millis(100);
/// The longest reason of a parked row, in characters.
const LONGEST_REASON: usize = 1_000;

/// Why the work has ended, if it was not stopped.
#[derive(Debug)]
pub(super) enum Ended {
    Database(DatabaseError),
    /// The producer is broken.
    Producer(String),
}

/// The relay that works.
pub(super) struct Leader<'a, S> {
    session: &'a mut S,
    sender: &'a RecordSender,
    table: &'a Table,
    settings: Settings,
    report: &'a mut RelayReport,
    lanes: Lanes,
    mark: Mark,
    acknowledgements: FuturesUnordered<Acknowledgement>,
    /// Rows to be removed or marked.
    published: Vec<i64>,
    /// Rows to be parked, and why.
    parked: (Vec<i64>, Vec<String>),
    /// Whether there may be rows to read.
    more: bool,
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
            sender,
            table,
            settings,
            report,
            lanes: Lanes::default(),
            mark: Mark::start(),
            acknowledgements: FuturesUnordered::new(),
            published: Vec::new(),
            parked: (Vec::new(), Vec::new()),
            more: true,
            next_poll: now,
            next_forget: now,
        }
    }

    /// Works until it is stopped and the records on their way are acknowledged.
    pub(super) async fn run(mut self, stop: &mut watch::Receiver<bool>) -> Result<(), Ended> {
        let mut deadline = None;
        loop {
            while let Some(Some((id, outcome))) = self.acknowledgements.next().now_or_never() {
                self.settle(id, outcome).await?;
            }
            self.write().await?;
            let is_stopped = *stop.borrow();
            if is_stopped {
                let deadline = *deadline.get_or_insert_with(|| Instant::now() + LAST_RECORDS);
                if self.lanes.flights() == 0 || Instant::now() >= deadline {
                    return Ok(());
                }
                self.wait(deadline, None).await?;
                continue;
            }
            self.lanes.find_slow(Instant::now());
            self.try_suspects().await?;
            self.more |= self.lanes.take_released() | (Instant::now() >= self.next_poll);
            if self.more && self.has_room() {
                self.read().await?;
                continue;
            }
            self.forget().await?;
            let now = Instant::now();
            let release = self.lanes.next_release(now).unwrap_or(self.next_poll);
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
        let acknowledged = tokio::select! {
            Some(acknowledged) = self.acknowledgements.next() => Some(acknowledged),
            notified = self.session.notified() => {
                notified.map_err(Ended::Database)?;
                self.more = true;
                None
            }
            () = tokio::time::sleep_until(until.into()) => {
                self.more = true;
                None
            }
            () = stopped => None,
        };
        match acknowledged {
            Some((id, outcome)) => self.settle(id, outcome).await,
            None => Ok(()),
        }
    }

    fn has_room(&self) -> bool {
        let (quick, all, bytes) = self.lanes.load();
        let Settings { batch, window, .. } = self.settings;
        quick + batch.min(window) <= window && all < SLOW_WINDOWS * window && bytes < LARGEST_WINDOW
    }

    /// Reads rows, and sends the first of each lane.
    async fn read(&mut self) -> Result<(), Ended> {
        let now = Instant::now();
        self.next_poll = now + self.settings.poll;
        within(self.mark.look(self.session, &self.table.last_id())).await?;
        let after = self.mark.after();
        let excluded = self.lanes.excluded(after, now);
        let limit = self.settings.batch.min(self.settings.window);
        let arguments = [
            Argument::Number(after),
            Argument::Numbers(&excluded.ids),
            Argument::Numbers(&excluded.locks),
            Argument::Texts(&excluded.topics),
            Argument::Number(i64::try_from(limit).unwrap_or(i64::MAX)),
        ];
        let rows = within(self.session.rows(&self.table.waiting(), &arguments)).await?;
        self.more = rows.len() >= limit;
        if excluded.only_read {
            self.mark.has_read(rows.last().filter(|_| self.more).map(|row| row.id));
        }
        for row in rows {
            if let Some(row) = self.lanes.admit(row, now) {
                self.send(row, false).await?;
            }
        }
        if let Some(id) = self.lanes.take_returned() {
            self.mark.return_to(id);
        }
        Ok(())
    }

    /// Sends a row. If that is in vain, the next one of its lane is sent.
    async fn send(&mut self, row: Row, alone: bool) -> Result<(), Ended> {
        let mut next = Some(row);
        while let Some(row) = next.take() {
            let id = row.id;
            self.lanes.begin(&row, alone, Instant::now());
            next = match record(row) {
                Ok(mut record) => match self.sender.submit(&mut record).await {
                    Ok(sent) => {
                        self.acknowledgements.push(Acknowledgement { id, sent });
                        None
                    }
                    Err(failure) => self.not_sent(id, failure, true)?,
                },
                Err(reason) => self.park(id, &reason),
            };
        }
        Ok(())
    }

    /// Sends rows that were refused with others, without others.
    async fn try_suspects(&mut self) -> Result<(), Ended> {
        for id in self.lanes.suspects() {
            let found = within(self.session.rows(&self.table.one(), &[Argument::Number(id)])).await?;
            match found.into_iter().next() {
                Some(row) => {
                    self.lanes.admit_alone(&row);
                    self.send(row, true).await?;
                }
                None => self.lanes.acquit(id),
            }
        }
        Ok(())
    }

    /// A record is acknowledged or has failed.
    async fn settle(&mut self, id: i64, outcome: Result<Receipt, NotSent>) -> Result<(), Ended> {
        let alone = self.lanes.is_alone(id);
        let next = match outcome {
            Ok(_) => {
                self.published.push(id);
                self.lanes.done(id)
            }
            Err(failure) => self.not_sent(id, failure, alone)?,
        };
        if alone {
            self.lanes.acquit(id);
        }
        if let Some(id) = self.lanes.take_returned() {
            self.mark.return_to(id);
        }
        match next {
            Some(row) => self.send(row, false).await,
            None => Ok(()),
        }
    }

    /// A record was not sent. `is_certain` if no other record can be the cause. Returns the next row of its lane.
    fn not_sent(&mut self, id: i64, failure: NotSent, is_certain: bool) -> Result<Option<Row>, Ended> {
        match failure.kind {
            NotSentKind::Fatal => return Err(Ended::Producer(failure.reason)),
            NotSentKind::UnknownTopic => return Ok(self.park(id, &failure.reason)),
            NotSentKind::Refused if is_certain => return Ok(self.park(id, &failure.reason)),
            NotSentKind::Refused => self.lanes.suspected(id),
            NotSentKind::Other => {
                tracing::warn!(
                    id,
                    topic = self.lanes.topic(id),
                    "a record of the outbox was not sent and is tried again: {}",
                    failure.reason
                );
                self.lanes.failed(id, Instant::now());
            }
        }
        Ok(None)
    }

    /// Sets a row aside that cannot be published. Returns the next one of its lane.
    fn park(&mut self, id: i64, reason: &str) -> Option<Row> {
        tracing::error!(
            id,
            topic = self.lanes.topic(id),
            "a row of the outbox is parked, because it cannot be published: {reason}"
        );
        let kept = reason.chars().filter(|char| *char != '\0').take(LONGEST_REASON).collect();
        self.parked.0.push(id);
        self.parked.1.push(kept);
        self.lanes.done(id)
    }

    /// Removes or marks rows that are published, and parks others.
    async fn write(&mut self) -> Result<(), Ended> {
        if !self.published.is_empty() {
            let statement = match self.settings.retention {
                Retention::Delete => self.table.delete(),
                Retention::Keep(_) => self.table.keep(),
            };
            within(self.session.execute(&statement, &[Argument::Numbers(&self.published)])).await?;
            self.report.published += self.published.len() as u64;
            self.lanes.finished(self.published.drain(..));
        }
        if !self.parked.0.is_empty() {
            let (ids, reasons) = std::mem::take(&mut self.parked);
            let arguments = [Argument::Numbers(&ids), Argument::Texts(&reasons)];
            within(self.session.execute(&self.table.park(), &arguments)).await?;
            self.report.parked += ids.len() as u64;
            self.lanes.finished(ids.into_iter());
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
        let count = within(self.session.execute(&self.table.forget(), &arguments)).await?;
        if count < FORGOTTEN.unsigned_abs() {
            self.next_forget = Instant::now() + FORGET;
        }
        Ok(())
    }
}

/// The answer of the database, which counts as lost after a time.
pub(super) async fn within<T>(answer: impl Future<Output = Result<T, DatabaseError>>) -> Result<T, Ended> {
    match tokio::time::timeout(STATEMENT, answer).await {
        Ok(answer) => answer.map_err(Ended::Database),
        Err(_) => Err(Ended::Database(DatabaseError::plain("the database does not answer"))),
    }
}

/// A record on its way, with the id of its row.
struct Acknowledgement {
    id: i64,
    sent: Sent,
}

impl Future for Acknowledgement {
    type Output = (i64, Result<Receipt, NotSent>);

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let id = self.id;
        Pin::new(&mut self.sent).poll(context).map(|outcome| (id, outcome))
    }
}
