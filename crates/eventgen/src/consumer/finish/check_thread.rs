//! The thread that checks partitions. Commits have a thread of their own, so that neither waits for the other: a commit may
//! take as long as a rebalance, and records of a new partition wait for its check.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use super::messages::{Check, CheckRequest, SeekAnswer};
use crate::consumer::observers::Observers;
use crate::consumer::panics::catch_panic_in;
use crate::consumer::positions;
use crate::consumer::retention::Retention;
use crate::consumer::scheduler::{AssignmentId, Gap};
use crate::consumer::start_from::Target;
use crate::consumer::stop::Stop;
use crate::consumer::topics::TopicPartition;
use crate::kafka::GroupConsumer;

/// How long a check that hangs may delay the end of the consumer.
const DEADLINE: Duration = Duration::from_secs(1);

/// The pause before partitions whose start is not known are checked again. Other requests are served meanwhile.
const REPEAT: Duration = Duration::from_millis(500);

/// Requests checks and receives their results.
pub(crate) struct Checks {
    requests: Sender<CheckRequest>,
    results: Receiver<Check>,
}

impl Checks {
    /// Checks partitions that were just assigned.
    pub(crate) fn check_assigned(&self, partitions: Vec<(TopicPartition, AssignmentId)>) {
        if !partitions.is_empty() {
            self.send(CheckRequest::Assigned(partitions));
        }
    }

    /// Checks offsets that were skipped.
    pub(crate) fn check_gaps(&self, gaps: Vec<Gap>) {
        if !gaps.is_empty() {
            self.send(CheckRequest::Gaps(gaps));
        }
    }

    /// Assignments have ended: their checks need no answer any more.
    pub(crate) fn leave(&self, assignments: Vec<AssignmentId>) {
        self.send(CheckRequest::Left(assignments));
    }

    /// Asks for the starts and the ends of logs.
    pub(crate) fn ask_for_logs(&self, partitions: Vec<TopicPartition>) {
        self.send(CheckRequest::Logs(partitions));
    }

    /// Finds the offset of a target.
    pub(crate) fn find_position(
        &self,
        assignment: AssignmentId,
        at: TopicPartition,
        target: Target,
        answer: SeekAnswer,
    ) {
        self.send(CheckRequest::Position { assignment, at, target, answer });
    }

    /// The next result.
    pub(crate) fn result(&self) -> Option<Check> {
        self.results.try_recv().ok()
    }

    /// Ends the thread, which drops its reference to the consumer.
    pub(crate) fn close(&self) {
        let (done, answer) = mpsc::channel();
        self.send(CheckRequest::Stop { done });
        let _ = answer.recv_timeout(DEADLINE);
    }

    fn send(&self, request: CheckRequest) {
        // Sending fails if the thread has panicked, which stops the consumer.
        let _ = self.requests.send(request);
    }
}

/// The thread of one consumer.
pub(crate) struct CheckThread {
    pub(crate) consumer: Arc<GroupConsumer>,
    pub(crate) stop: Arc<Stop>,
    pub(crate) observers: Arc<Observers>,
    pub(crate) retention: Retention,
}

impl CheckThread {
    /// Starts the thread.
    pub(crate) fn start(self) -> std::io::Result<Checks> {
        let (requests, received) = mpsc::channel();
        let (results, checked) = mpsc::channel();
        let (stop, observers) = (Arc::clone(&self.stop), Arc::clone(&self.observers));
        thread::Builder::new().name(format!("eventgen check {}", self.observers.group())).spawn(
            move || {
                if let Err(panic) = catch_panic_in(|| self.serve(&received, &results)) {
                    stop.fail(observers.stopped(format!("checking partitions panicked: {panic}")));
                }
            },
        )?;
        Ok(Checks { requests, results: checked })
    }

    fn serve(self, requests: &Receiver<CheckRequest>, results: &Sender<Check>) {
        // A receiver that is gone belongs to a polling thread that has ended.
        let tell = |check| {
            let _ = results.send(check);
        };
        let mut unknown = Unknown::default();
        loop {
            let request = match unknown.due.map(|due| due.saturating_duration_since(Instant::now())) {
                None => requests.recv().map_err(RecvTimeoutError::from),
                Some(wait) => requests.recv_timeout(wait),
            };
            match request {
                Ok(CheckRequest::Assigned(partitions)) => {
                    unknown.add(self.retention.assigned(&self.consumer, &partitions, tell));
                }
                Ok(CheckRequest::Left(assignments)) => unknown.remove(&assignments),
                Ok(CheckRequest::Gaps(gaps)) => self.retention.gaps(&self.consumer, gaps, tell),
                Ok(CheckRequest::Logs(partitions)) => {
                    tell(Check::Logs(positions::logs(&self.consumer, &self.retention.topics, &partitions)));
                }
                Ok(CheckRequest::Position { assignment, at, target, answer }) => {
                    let offset = positions::find_one(&self.consumer, &self.retention.topics, at, target);
                    tell(Check::Position { assignment, at, offset, answer });
                }
                Err(RecvTimeoutError::Timeout) => {
                    let partitions = std::mem::take(&mut unknown.partitions);
                    unknown.add(self.retention.assigned(&self.consumer, &partitions, tell));
                }
                Ok(CheckRequest::Stop { done }) => {
                    drop(self);
                    let _ = done.send(());
                    return;
                }
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }
}

/// The partitions whose start is not known yet.
#[derive(Default)]
struct Unknown {
    partitions: Vec<(TopicPartition, AssignmentId)>,
    /// When they are checked again; `None` if there are none.
    due: Option<Instant>,
}

impl Unknown {
    fn add(&mut self, partitions: Vec<(TopicPartition, AssignmentId)>) {
        self.partitions.extend(partitions);
        self.due = (!self.partitions.is_empty()).then(|| Instant::now() + REPEAT);
    }

    fn remove(&mut self, assignments: &[AssignmentId]) {
        self.partitions.retain(|(_, assignment)| !assignments.contains(assignment));
        self.due = self.due.filter(|_| !self.partitions.is_empty());
    }
}
