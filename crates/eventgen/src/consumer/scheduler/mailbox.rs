//! The mailbox between the polling thread and one worker, in both directions.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::job::{AssignmentId, Deferral, Done, Job, Ticket};
use crate::consumer::open_keys::{FoundKeys, Promise};
use crate::consumer::record::QueueId;
use crate::consumer::topics::TopicPartition;

/// A message to a worker. Messages arrive in order.
#[derive(Debug)]
pub(crate) enum Message {
    /// Records to handle.
    Jobs(Vec<Job>),
    /// An assignment ends: no further job of it begins. The worker reports it as left once no job of it runs.
    Drain(AssignmentId),
    /// The drain deadline has passed: the running jobs of an assignment are cancelled.
    End(AssignmentId),
    /// Offsets were fetched again: the jobs with earlier tickets at or after this offset do not begin.
    Superseded { assignment: AssignmentId, before: Ticket, offset: i64 },
    /// The jobs of a queue from this ticket on are dropped. They are fetched again when the worker has reported that the
    /// others have ended.
    Defer { assignment: AssignmentId, queue: QueueId, from: Ticket },
    /// A partition was assigned, and these keys have records in its retry topics. `since` is the first of its assignments and
    /// those of its retry topics.
    OpenKeys { source: TopicPartition, since: AssignmentId, keys: FoundKeys },
    /// A record that was handed over under an assignment does not become part of a transaction.
    NotWritten { assignment: AssignmentId, promise: Promise },
    /// A partition with retry topics has left.
    CloseKeys(TopicPartition),
    /// No message follows.
    Close,
}

/// The mailbox of one worker.
#[derive(Debug, Default)]
pub(crate) struct Mailbox {
    inbox: Mutex<Vec<Message>>,
    /// Wakes the worker.
    arrived: Notify,
    outbox: Mutex<Outbox>,
    backlog: AtomicUsize,
}

/// What a worker reports.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    pub(crate) done: Vec<Done>,
    /// Assignments of which no job runs any more.
    pub(crate) left: Vec<AssignmentId>,
    pub(crate) deferrals: Vec<Deferral>,
}

impl Mailbox {
    /// Sends a message to the worker.
    pub(crate) fn send(&self, message: Message) {
        if let Message::Jobs(jobs) = &message {
            self.backlog.fetch_add(jobs.len(), Ordering::Relaxed);
        }
        let mut inbox = lock(&self.inbox);
        inbox.push(message);
        let is_first = inbox.len() == 1;
        drop(inbox);
        if is_first {
            self.arrived.notify_one();
        }
    }

    /// The number of jobs that the worker has not looked at yet, because it is busy or has no permit. Jobs that wait behind
    /// a running job of their key are not among them.
    pub(crate) fn backlog(&self) -> usize {
        self.backlog.load(Ordering::Relaxed)
    }

    /// Takes all messages. `into` is empty and gives its memory to the next messages.
    pub(super) fn receive(&self, into: &mut Vec<Message>) {
        std::mem::swap(&mut *lock(&self.inbox), into);
    }

    /// Waits for a message. A message that arrived since the last call ends the wait at once.
    pub(super) async fn wait(&self) {
        self.arrived.notified().await;
    }

    /// The worker has looked at this many jobs since the last call.
    pub(super) fn looked_at(&self, jobs: usize) {
        self.backlog.fetch_sub(jobs, Ordering::Relaxed);
    }

    /// Reports to the polling thread. The vectors are emptied.
    pub(super) fn report(
        &self,
        done: &mut Vec<Done>,
        left: &mut Vec<AssignmentId>,
        deferrals: &mut Vec<Deferral>,
    ) {
        let mut outbox = lock(&self.outbox);
        outbox.done.append(done);
        outbox.left.append(left);
        outbox.deferrals.append(deferrals);
    }

    /// Takes what the worker has reported. `into` is empty and gives its memory to the next reports.
    pub(crate) fn take_reports(&self, into: &mut Outbox) {
        std::mem::swap(&mut *lock(&self.outbox), into);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
