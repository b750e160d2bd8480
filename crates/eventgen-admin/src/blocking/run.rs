//! A run that sends letters back, one transaction after another.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::time::Instant;

use super::SourceReader;
use crate::AdminError;
use crate::dead_letters::{
    DeadLetter, Done, Ledger, Outgoing, Pace, Route, RunError, SourceError, SourceRecord,
};
use crate::kafka::{Cluster, Transactions};

/// The most bytes of a transaction.
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// The topics that are written to, with the number of their partitions, or why they cannot be written to.
pub(super) type Targets = BTreeMap<String, Result<i32, AdminError>>;

/// A run, between two transactions or in one.
pub(super) struct Run<'a> {
    cluster: &'a Cluster,
    /// The dead-letter topic.
    topic: &'a str,
    transactions: Transactions,
    ledger: Ledger,
    targets: Targets,
    pace: Pace,
    begun: Instant,
    /// The letters of the transaction that is open, if there are some.
    batch: Vec<Sent>,
    bytes: usize,
    done: Done,
}

/// A letter, and the record that it becomes.
struct Sent {
    partition: i32,
    offset: i64,
    record: Outgoing,
}

impl<'a> Run<'a> {
    /// Ends another run.
    ///
    /// # Errors
    /// [`RunError`].
    pub(super) fn new(
        cluster: &'a Cluster,
        topic: &'a str,
        targets: Targets,
        pace: Pace,
        ledger: impl FnOnce() -> Result<Ledger, RunError>,
    ) -> Result<Self, RunError> {
        let transactions = cluster.transactions(topic)?;
        Ok(Self {
            cluster,
            topic,
            transactions,
            ledger: ledger()?,
            targets,
            pace,
            begun: Instant::now(),
            batch: Vec::new(),
            bytes: 0,
            done: Done::default(),
        })
    }

    /// Leaves nothing of the transaction that is open. The error before is the cause.
    pub(super) fn give_up(&self) {
        let _ = self.transactions.abort();
    }

    /// Aborts a transaction with a record that its topic does not take. The producer has counted it, and the broker has not: with the
    /// same one, the next record of the partition is out of sequence.
    fn begin_anew(&mut self) -> Result<(), RunError> {
        self.transactions.abort()?;
        self.transactions = self.cluster.transactions(self.topic)?;
        Ok(())
    }

    /// What the run has done.
    pub(super) fn into_done(self) -> Done {
        self.done
    }

    /// Sends a letter, and commits the transaction if it is full.
    pub(super) fn take(
        &mut self,
        letter: &DeadLetter,
        route: &Route,
        sources: &mut SourceReader,
        each: &mut impl FnMut(u64) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, RunError> {
        let (partition, offset) = (letter.partition, letter.offset);
        if self.ledger.is_done(partition, offset) {
            self.done.gone += 1;
            return Ok(ControlFlow::Continue(()));
        }
        let prepared = match self.targets.get(route.topic()) {
            Some(Err(error)) => Err(error.to_string()),
            Some(Ok(count)) => match missing(letter, sources) {
                Ok(record) => Ok((*count, record)),
                Err(SourceError::Admin(
                    error @ (AdminError::UnknownTopic { .. } | AdminError::Denied { .. }),
                )) => Err(error.to_string()),
                Err(SourceError::Admin(error)) => return Err(error.into()),
                Err(reason) => Err(reason.to_string()),
            },
            None => Err(format!("`{}` is not part of the plan", route.topic())),
        };
        let (count, record) = match prepared {
            Ok(prepared) => prepared,
            Err(reason) => {
                self.done.left.push((partition, offset, reason));
                return Ok(ControlFlow::Continue(()));
            }
        };
        let mut record = Outgoing::new(letter, record, route, super::now());
        // A topic that was created anew may have fewer partitions: the key decides.
        record.partition = record.partition.filter(|partition| (0..count).contains(partition));
        if self.batch.is_empty() {
            self.transactions.begin()?;
        }
        self.transactions.send(&record)?;
        self.bytes += record.size();
        self.batch.push(Sent { partition, offset, record });
        if self.batch.len() >= self.pace.batch() || self.bytes >= MOST_BYTES {
            self.commit(each)
        } else {
            Ok(ControlFlow::Continue(()))
        }
    }

    /// Commits the transaction. If the topic of a letter does not take its record, nothing can be committed: then each letter has a
    /// transaction of its own, in the same order.
    pub(super) fn commit(
        &mut self,
        each: &mut impl FnMut(u64) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, RunError> {
        if self.batch.is_empty() {
            return Ok(ControlFlow::Continue(()));
        }
        let batch = std::mem::take(&mut self.batch);
        self.bytes = 0;
        if self.transactions.deliver()?.is_none() {
            self.settle(&batch)?;
            return Ok(self.go_on(each));
        }
        self.begin_anew()?;
        for sent in batch {
            self.transactions.begin()?;
            self.transactions.send(&sent.record)?;
            match self.transactions.deliver()? {
                None => self.settle(std::slice::from_ref(&sent))?,
                Some(reason) => {
                    self.begin_anew()?;
                    self.done.left.push((sent.partition, sent.offset, reason));
                }
            }
            if self.go_on(each).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Commits letters whose records are written.
    fn settle(&mut self, batch: &[Sent]) -> Result<(), RunError> {
        for sent in batch {
            self.ledger.settle(sent.partition, sent.offset);
        }
        let topic = self.topic.to_owned();
        let changed = self.ledger.take_changed().map_err(|partition| RunError::Full { topic, partition })?;
        self.transactions.commit(&changed)?;
        self.done.done += u64::try_from(batch.len()).unwrap_or(0);
        Ok(())
    }

    /// Keeps to the rate, unless the run is interrupted.
    fn go_on(&mut self, each: &mut impl FnMut(u64) -> ControlFlow<()>) -> ControlFlow<()> {
        let flow = each(self.done.done);
        self.done.interrupted |= flow.is_break();
        if flow.is_continue() {
            std::thread::sleep(self.pace.wait(self.done.done, self.begun.elapsed()));
        }
        flow
    }
}

/// The record that a letter is about, if the letter lacks a part of it.
fn missing(letter: &DeadLetter, sources: &mut SourceReader) -> Result<Option<SourceRecord>, SourceError> {
    if letter.lacks_value() { sources.record_of(letter).map(Some) } else { Ok(None) }
}
