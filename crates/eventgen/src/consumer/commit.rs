//! Commits: what the group is told of the work done.
//!
//! A thread of its own commits and hears the answer. librdkafka's commit in the background would tell nobody when it
//! fails, as it does in the middle of a rebalance, and its call that waits has no deadline.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer as _};
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::{Offset, TopicPartitionList};

use super::assignment::Assignment;
use super::board::{Board, Gap};
use super::log::Log;
use super::panics::catch_panic_in;
use super::retention::Retention;

/// How long a commit may hold up a rebalance or a shutdown. What is not committed by then is delivered again.
const DEADLINE: Duration = Duration::from_secs(10);

/// Partitions with the offsets to be handled next.
type Positions = Vec<(i32, i64)>;

enum Request {
    Commit {
        positions: Positions,
        done: Option<Sender<()>>,
    },
    /// Look for what retention removed from partitions that were assigned just now.
    ExamineAssigned(Vec<i32>),
    /// Look for it in offsets that were skipped.
    ExamineGaps(Vec<Gap>),
    Stop {
        done: Sender<()>,
    },
}

/// The thread that commits for one consumer.
#[derive(Clone)]
pub(super) struct Committer {
    topic: &'static str,
    requests: Sender<Request>,
    open: Arc<AtomicUsize>,
}

impl Committer {
    pub(super) fn start(
        consumer: Arc<BaseConsumer<Assignment>>,
        board: Arc<Board>,
        topic: &'static str,
        log: Arc<Log>,
        retention: Retention,
    ) -> std::io::Result<Self> {
        let (requests, received) = mpsc::channel();
        let open = Arc::new(AtomicUsize::new(0));
        let committer = Self { topic, requests, open: Arc::clone(&open) };
        thread::Builder::new().name(format!("eventgen commit {topic}")).spawn(move || {
            let served =
                catch_panic_in(|| serve(&received, consumer, &board, (topic, &log), &retention, &open));
            if let Err(panic) = served {
                board.stop(log.stopped(format!("committing panicked: {panic}")));
            }
        })?;
        Ok(committer)
    }

    /// Whether an earlier commit is still under way: a later one will say more.
    pub(super) fn is_busy(&self) -> bool {
        self.open.load(Ordering::Acquire) > 0
    }

    /// Commits without waiting. What fails counts as not committed and comes again.
    pub(super) fn commit(&self, positions: Positions) {
        if !positions.is_empty() {
            self.ask(positions, None);
        }
    }

    /// Commits and waits, but not for ever.
    pub(super) fn commit_within_deadline(&self, positions: Positions) {
        if positions.is_empty() {
            return;
        }
        let (done, answer) = mpsc::channel();
        self.ask(positions, Some(done));
        if answer.recv_timeout(DEADLINE).is_err() {
            tracing::warn!(topic = self.topic, "a commit takes too long: its records may be delivered again");
        }
    }

    fn ask(&self, positions: Positions, done: Option<Sender<()>>) {
        self.open.fetch_add(1, Ordering::AcqRel);
        // The thread ends by `stop` only, behind which nobody commits.
        let _ = self.requests.send(Request::Commit { positions, done });
    }

    /// Looks for records that were removed from these partitions, which were assigned just now.
    pub(super) fn examine_assigned(&self, partitions: Vec<i32>) {
        let _ = self.requests.send(Request::ExamineAssigned(partitions));
    }

    /// Looks for records that were removed in these gaps.
    pub(super) fn examine(&self, gaps: Vec<Gap>) {
        if !gaps.is_empty() {
            let _ = self.requests.send(Request::ExamineGaps(gaps));
        }
    }

    /// Ends the thread, which lets its hold on the consumer go.
    pub(super) fn stop(&self) {
        let (done, answer) = mpsc::channel();
        let _ = self.requests.send(Request::Stop { done });
        // A commit that hangs ends with the connection, and the consumer then with it.
        let _ = answer.recv_timeout(DEADLINE);
    }
}

fn serve(
    requests: &Receiver<Request>,
    consumer: Arc<BaseConsumer<Assignment>>,
    board: &Board,
    (topic, log): (&str, &Log),
    retention: &Retention,
    open: &AtomicUsize,
) {
    while let Ok(request) = requests.recv() {
        match request {
            Request::Commit { positions, done } => {
                if let Err(error) = commit(&consumer, topic, &positions) {
                    log.cluster(&format!("a commit failed and will be repeated: {error}"));
                    board.not_committed();
                }
                open.fetch_sub(1, Ordering::AcqRel);
                // Whoever waited may have given up.
                done.map(|done| done.send(()));
            }
            Request::ExamineAssigned(partitions) => retention.assigned(&consumer, &partitions),
            Request::ExamineGaps(gaps) => retention.gaps(&consumer, &gaps),
            Request::Stop { done } => {
                drop(consumer);
                let _ = done.send(());
                return;
            }
        }
    }
}

fn commit(consumer: &BaseConsumer<Assignment>, topic: &str, positions: &Positions) -> KafkaResult<()> {
    let mut offsets = TopicPartitionList::with_capacity(positions.len());
    for &(partition, offset) in positions {
        offsets.add_partition_offset(topic, partition, Offset::Offset(offset))?;
    }
    match consumer.commit(&offsets, CommitMode::Sync) {
        Err(KafkaError::ConsumerCommit(RDKafkaErrorCode::NoOffset)) => Ok(()),
        result => result,
    }
}
