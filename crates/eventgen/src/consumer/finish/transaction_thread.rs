//! The thread that commits transactions: outputs of handlers, dead letters, records for retry topics and offsets together.
//!
//! A transaction is made of work that is done: the polling thread takes the outputs and the positions at one moment, and this
//! thread begins a transaction, writes the outputs, adds the offsets, and commits. While it does, handlers go on, and what
//! they do is the work of the next transaction.
//!
//! | the transaction | what becomes of the work |
//! |---|---|
//! | is committed | It is durable. |
//! | is aborted, or could not begin | It goes back to the polling thread. What belongs to partitions that are still assigned is part of the next transaction; the rest is dropped, because another member handles its records. |
//! | is committed or aborted, which is not known | The producer is replaced, which ends the transaction. Then the committed offsets say which of the two it was. |
//! | is refused because another producer has the id, or because a topic refuses an output | The consumer stops. It commits nothing more, and so it drains nothing. |
//!
//! # Why nothing is written twice
//! An output is part of a transaction only together with offsets that state its record as done. The offsets name the member and
//! the generation that the group had when the work was taken, so that the group refuses them once the partitions may belong to
//! another member (KIP-447). A member that gets a partition waits for the transactions that have offsets of it
//! (`require_stable`, which librdkafka asks for with `isolation.level=read_committed`), and handles no record before the offset
//! that they have committed, also if librdkafka begins earlier.

use std::cell::Cell;
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

use super::messages::TransactionRequest;
use super::offsets::offsets;
use super::transactor::Transactor;
use super::{Answer, Refusal, Work};
use crate::consumer::observers::Observers;
use crate::consumer::panics::catch_panic_in;
use crate::consumer::positions::TIMEOUT;
use crate::consumer::scheduler::AssignmentId;
use crate::consumer::stop::Stop;
use crate::consumer::topics::Topics;
use crate::kafka::{GroupConsumer, GroupMetadata, KafkaFailure, PartitionList, RecordWriter, WRITE_ON_TOPIC};
use crate::observe::Began;
use crate::observe::trace::Spans;
#[cfg(eventgen_planted)]
use crate::planted;
use crate::producer::{NotBegun, NotCommitted, Session};

/// How long one attempt to replace a producer may take, and the pause between attempts.
const READY: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(250);
/// How long an end that is not known may delay the end of the consumer.
const LAST: Duration = Duration::from_secs(8);

/// The thread of one consumer.
pub(crate) struct TransactionThread {
    pub(crate) consumer: Arc<GroupConsumer>,
    pub(crate) stop: Arc<Stop>,
    pub(crate) topics: Arc<Topics>,
    pub(crate) observers: Arc<Observers>,
    pub(crate) session: Session<RecordWriter>,
    pub(crate) transactional_id: String,
}

/// How a transaction has ended without a commit.
struct Failed {
    why: NotCommitted,
    /// Whether the group refuses the offsets, because it went on without this member.
    is_removal: bool,
    /// Whether every transaction with the same work would end like this.
    is_final: bool,
}

impl TransactionThread {
    /// Starts the thread. It ends when the [`Transactor`] is closed.
    pub(crate) fn start(mut self) -> std::io::Result<Transactor> {
        let (wanted, stopping) = (Arc::new(()), Arc::clone(&self.stop));
        let is_wanted = Arc::downgrade(&wanted);
        self.session.only_while(move || is_wanted.strong_count() > 0 && !stopping.is_abandoned());
        let (requests, received) = mpsc::channel();
        let (results, answers) = mpsc::channel();
        let (stop, observers) = (Arc::clone(&self.stop), Arc::clone(&self.observers));
        let consumer = Some(Arc::clone(&self.consumer));
        thread::Builder::new().name(format!("eventgen transactions {}", self.observers.group())).spawn(
            move || {
                if let Err(panic) = catch_panic_in(|| self.serve(&received, &results)) {
                    stop.fail(observers.stopped(format!("a transaction panicked: {panic}")));
                }
            },
        )?;
        Ok(Transactor { consumer, requests, answers, wanted: Some(wanted) })
    }

    fn serve(mut self, requests: &Receiver<TransactionRequest>, answers: &Sender<Answer>) {
        let spans = Spans::of_producer(&[]);
        while let Ok(request) = requests.recv() {
            match request {
                TransactionRequest::Commit(work, group) => {
                    let began = Began::now();
                    let answer = self.commit(work, group, &spans);
                    self.observers.meters().committed(began, answer.outcome.is_ok());
                    // A receiver that is gone belongs to a polling thread that has ended.
                    let _ = answers.send(answer);
                }
                TransactionRequest::Stop { done } => {
                    drop(self);
                    let _ = done.send(());
                    return;
                }
            }
        }
    }

    fn commit(&mut self, work: Work, group: Option<GroupMetadata>, spans: &Spans) -> Answer {
        let Failed { why, is_removal, is_final } = match self.transact(&work, group, spans) {
            Ok(()) => return Answer { outcome: Ok(()), not_written: Vec::new() },
            Err(failed) => failed,
        };
        match why {
            NotCommitted::Aborted(reason) => {
                let reason = with_topics(reason, &work);
                let refusal = match (is_final, is_removal) {
                    (true, _) => Refusal::Final(reason),
                    (false, true) => Refusal::Removal(reason),
                    (false, false) => Refusal::Other(reason),
                };
                Answer { outcome: Err(refusal), not_written: work.finished }
            }
            NotCommitted::Fenced(reason) => {
                self.fenced(&reason);
                Answer { outcome: Err(Refusal::Final(reason)), not_written: work.finished }
            }
            #[cfg(eventgen_planted)]
            NotCommitted::Unresolved(reason) if planted::is_planted(planted::Bug::SentBeforeAbortIsKnown) => {
                Answer { outcome: Err(Refusal::Other(reason)), not_written: work.finished }
            }
            NotCommitted::Unresolved(reason) => self.resolve(work, reason),
        }
    }

    /// Makes one transaction of the work.
    fn transact(&mut self, work: &Work, group: Option<GroupMetadata>, spans: &Spans) -> Result<(), Failed> {
        let failed = |why| Failed { why, is_removal: false, is_final: false };
        let aborted = |reason: String| failed(NotCommitted::Aborted(reason));
        // Nothing of a member without a group is accepted.
        let group = group.ok_or_else(|| Failed {
            why: NotCommitted::Aborted("the consumer is not a member of its group".to_owned()),
            is_removal: true,
            is_final: false,
        })?;
        let offsets =
            offsets(&self.topics, &work.positions, true).map_err(|error| aborted(error.to_string()))?;
        let writer = self.session.begin().map_err(|why| match why {
            NotBegun::Fenced(reason) => failed(NotCommitted::Fenced(reason)),
            NotBegun::Failed(error) => aborted(error.to_string()),
        })?;
        for output in work.finished.iter().flat_map(|finished| &finished.outputs) {
            if let Err(error) =
                output.write(spans, |record, sending| writer.enqueue_blocking(record, sending))
            {
                if let Some(why) = self.session.abandon().filter(|_| error.is_effect()) {
                    return Err(self.failed(why, &writer));
                }
                let is_refusal = error.is_refusal();
                let mut reason = crate::Error::from(error).to_string();
                if is_refusal {
                    reason = format!("{reason}; it has {}, {} bytes", output.displayed_key(), output.size());
                }
                let is_final = self.stops_if_refused(is_refusal || writer.has_refused_record(), &reason);
                return Err(Failed { is_final, ..aborted(reason) });
            }
        }
        #[cfg(eventgen_planted)]
        if planted::is_planted(planted::Bug::OffsetsOutsideTransaction) {
            self.session.commit().map_err(failed)?;
            thread::sleep(planted::APART);
            // A commit that is refused is missed, as with any other request of its own.
            let _ = self.consumer.commit(&offsets);
            return Ok(());
        }
        let is_removal = Cell::new(false);
        let added = self.session.add(|writer| {
            let answer = writer.send_offsets(&offsets, &group);
            is_removal.set(answer.as_ref().is_err_and(|failure| failure.is_removal));
            answer
        });
        let committed = added.and_then(|()| self.session.commit());
        committed.map_err(|why| Failed { is_removal: is_removal.get(), ..self.failed(why, &writer) })
    }

    fn failed(&self, why: NotCommitted, writer: &RecordWriter) -> Failed {
        let is_final = match &why {
            NotCommitted::Aborted(reason) => self.stops_if_refused(writer.has_refused_record(), reason),
            _ => false,
        };
        Failed { why, is_removal: false, is_final }
    }

    /// Stops the consumer if a record was refused for what it is: every transaction with it would be aborted.
    fn stops_if_refused(&self, is_refused: bool, reason: &str) -> bool {
        if is_refused {
            self.stop.fail(self.observers.stopped(format!(
                "an output is refused by its topic, and with it the transaction: {reason}; nothing of it is committed"
            )));
        }
        is_refused
    }

    fn fenced(&self, reason: &str) {
        self.stop.fail(self.observers.stopped(format!(
            "another member or producer has been connected with the transactional id `{}`: {reason}; give each member \
             an id of its own",
            self.transactional_id
        )));
    }

    /// Finds out what has become of a transaction that was committed or aborted.
    fn resolve(&mut self, work: Work, reason: String) -> Answer {
        tracing::warn!(
            group = self.observers.group(),
            transactional_id = self.transactional_id,
            reason,
            "a transaction is committed or aborted: the committed offsets will tell"
        );
        let mut last = None;
        loop {
            match self.committed(&work) {
                Ok(committed) => return self.resolved(work, &committed, reason),
                Err(Unknown::Fenced(reason)) => {
                    self.fenced(&reason);
                    return Answer { outcome: Err(Refusal::Final(reason)), not_written: Vec::new() };
                }
                Err(Unknown::NotYet(error)) => {
                    self.observers.cluster_error(&format!(
                        "whether the last transaction of `{}` is committed is not known yet: {error}",
                        self.transactional_id
                    ));
                }
            }
            // What is not known when the consumer ends is found out by the next owners of its partitions.
            if self.stop.is_requested()
                && Instant::now() >= *last.get_or_insert_with(|| Instant::now() + LAST)
            {
                return Answer { outcome: Err(Refusal::Other(reason)), not_written: Vec::new() };
            }
            thread::sleep(PAUSE);
        }
    }

    /// The assignments of the work whose offsets are those that the transaction would have committed. Nobody else commits
    /// offsets of a partition that is still assigned; of others, the answer does not matter.
    fn committed(&mut self, work: &Work) -> Result<HashSet<AssignmentId>, Unknown> {
        // This ends the transaction, so that the offsets are stable.
        self.session.prepare(READY).map_err(|why| match why {
            NotBegun::Fenced(reason) => Unknown::Fenced(reason),
            NotBegun::Failed(error) => Unknown::NotYet(error.to_string()),
        })?;
        let mut partitions = PartitionList::with_capacity(work.positions.len());
        for position in &work.positions {
            partitions.add(self.topics.get(position.at.topic).name, position.at.partition);
        }
        let offsets = self.consumer.committed(&partitions, TIMEOUT)?;
        let mut committed = HashSet::new();
        offsets.for_each_committed(|topic, partition, offset, metadata| {
            let found = work.positions.iter().find(|position| {
                (self.topics.get(position.at.topic).name, position.at.partition) == (topic, partition)
            });
            if let Some(position) = found
                && position.offset == offset
                && position.done_beyond.as_deref().unwrap_or_default().as_bytes() == metadata
            {
                committed.insert(position.assignment);
            }
        });
        Ok(committed)
    }

    fn resolved(&self, work: Work, committed: &HashSet<AssignmentId>, reason: String) -> Answer {
        let is_committed = work.positions.iter().all(|position| committed.contains(&position.assignment));
        tracing::warn!(
            group = self.observers.group(),
            transactional_id = self.transactional_id,
            is_committed,
            "the end of the transaction is known"
        );
        let not_written =
            work.finished.into_iter().filter(|finished| !committed.contains(&finished.assignment)).collect();
        let outcome = if is_committed { Ok(()) } else { Err(Refusal::Other(reason)) };
        Answer { outcome, not_written }
    }
}

/// Names the topics of a transaction that the user may not write to: the answer of the coordinator names none.
fn with_topics(reason: String, work: &Work) -> String {
    if !reason.ends_with(WRITE_ON_TOPIC) {
        return reason;
    }
    let outputs = work.finished.iter().flat_map(|finished| &finished.outputs);
    let topics: BTreeSet<String> = outputs.map(|output| format!("`{}`", output.topic())).collect();
    format!("{reason}, which is one of {}", topics.into_iter().collect::<Vec<_>>().join(", "))
}

/// Why the end of a transaction is not known.
enum Unknown {
    Fenced(String),
    NotYet(String),
}

impl From<KafkaFailure> for Unknown {
    fn from(failure: KafkaFailure) -> Self {
        Self::NotYet(failure.to_string())
    }
}
