//! The records that are on their way to the cluster, and what becomes of them.

use std::time::Instant;

use eventgen::Receipt;
use eventgen::private::{NotSent, NotSentKind, RecordSender};

use super::ended::Ended;
use super::lanes::Lanes;
use super::record::record;
use crate::session::Row;

/// The longest reason of a parked row, in characters.
const LONGEST_REASON: usize = 1_000;

/// Records on their way.
pub(super) struct Flow<'a> {
    sender: &'a RecordSender,
    pub(super) lanes: Lanes,
    settled: Published,
}

/// Rows that are done, but for the database.
#[derive(Debug, Default)]
pub(super) struct Published {
    /// Rows to be removed or marked.
    pub(super) ids: Vec<i64>,
    /// Rows to be parked, and why.
    pub(super) parked: Vec<i64>,
    pub(super) reasons: Vec<String>,
}

impl<'a> Flow<'a> {
    pub(super) fn new(sender: &'a RecordSender) -> Self {
        Self { sender, lanes: Lanes::default(), settled: Published::default() }
    }

    /// Sends a row. If that is in vain, the next one of its lane is sent.
    pub(super) async fn send(&mut self, row: Row, alone: bool) -> Result<(), Ended> {
        let mut next = Some(row);
        while let Some(row) = next.take() {
            let id = row.id;
            self.lanes.begin(&row, alone, Instant::now());
            next = match record(row) {
                Ok(mut record) => match self.sender.submit(id, &mut record).await {
                    Ok(()) => None,
                    Err(failure) => self.not_sent(id, failure, true)?,
                },
                Err(reason) => self.park(id, &reason),
            };
        }
        Ok(())
    }

    /// Resolves when records are acknowledged or have failed. It may be dropped and called again.
    pub(super) async fn acknowledged(&self) {
        self.sender.settled().await;
    }

    /// Settles records that are acknowledged or have failed, and sends the next ones of their lanes.
    pub(super) async fn settle(&mut self) -> Result<(), Ended> {
        for (id, outcome) in self.sender.take_settled() {
            self.settle_one(id, outcome).await?;
        }
        Ok(())
    }

    async fn settle_one(&mut self, id: i64, outcome: Result<Receipt, NotSent>) -> Result<(), Ended> {
        let alone = self.lanes.is_alone(id);
        let next = match outcome {
            Ok(_) => {
                self.settled.ids.push(id);
                self.lanes.done(id)
            }
            Err(failure) => self.not_sent(id, failure, alone)?,
        };
        if alone {
            self.lanes.acquit(id);
        }
        match next {
            Some(row) => self.send(row, false).await,
            None => Ok(()),
        }
    }

    /// Whether no record is on its way.
    pub(super) fn is_over(&self) -> bool {
        self.lanes.flights() == 0
    }

    /// Whether there is something for [`take_settled`](Self::take_settled).
    pub(super) fn has_settled(&self) -> bool {
        !self.settled.ids.is_empty() || !self.settled.parked.is_empty()
    }

    /// What the database has not been told yet.
    pub(super) fn take_settled(&mut self) -> Published {
        std::mem::take(&mut self.settled)
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
        self.settled.parked.push(id);
        self.settled.reasons.push(kept);
        self.lanes.done(id)
    }
}
