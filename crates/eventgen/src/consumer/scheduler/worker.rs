//! A worker: begins the jobs of its keys and reports those that are done.
//!
//! Each worker is one task. Every key belongs to one worker, so that the order of a key needs no lock. All workers share the
//! permits for handlers, so that the concurrency is exact however the keys are distributed.

mod batches;
mod retries;
mod running;

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::batch_queues::BatchQueues;
use super::job::{AssignmentId, Done};
use super::key_queues::KeyQueues;
use super::mailbox::{Mailbox, Message};
use crate::consumer::handle::{Assignment, BatchEnded, Ended, Outcome, WorkerContext, handle};
use crate::consumer::open_keys::OpenKeys;
use crate::observe::ShortCall;
use running::{Running, RunningBatch};

/// The most jobs that begin before the worker reports and yields to other tasks.
const BURST: usize = 256;

type NextPermit = Pin<Box<dyn Future<Output = Option<OwnedSemaphorePermit>> + Send>>;

/// One of the workers of a consumer.
pub(crate) struct Worker {
    context: Arc<WorkerContext>,
    mailbox: Arc<Mailbox>,
    permits: Arc<Semaphore>,
    queues: KeyQueues,
    running: FuturesUnordered<Running>,
    batch_queues: BatchQueues,
    running_batches: FuturesUnordered<RunningBatch>,
    has_batches: bool,
    /// Which keys are out on retry; `None` if no topic has retry topics.
    open_keys: Option<OpenKeys>,
    /// Whether batches get the next permit before single records.
    batches_first: bool,
    /// By slot. A slot has more than one only while cancelled jobs of an earlier assignment end.
    assignments: Vec<Vec<Assigned>>,
    /// The permit for the next handler. A handler that returns at once gives it back, so that a worker needs one permit for
    /// any number of them.
    permit: Option<OwnedSemaphorePermit>,
    next_permit: Option<NextPermit>,
    received: Vec<Message>,
    done: Vec<Done>,
    /// Short calls of the handler, which are recorded together.
    calls: Vec<ShortCall>,
    left: Vec<AssignmentId>,
    closed: bool,
    /// The jobs that were not looked at when the worker last reported, and those that have arrived since.
    backlog: usize,
    arrived: usize,
}

/// The assignment of a partition, as a worker sees it.
struct Assigned {
    id: AssignmentId,
    shared: Arc<Assignment>,
    is_draining: bool,
    /// How many jobs of it run.
    running: usize,
}

impl Worker {
    pub(crate) fn new(context: WorkerContext, mailbox: Arc<Mailbox>, permits: Arc<Semaphore>) -> Self {
        let has_batches = context.has_batches();
        let open_keys = context.has_retry_topics().then(OpenKeys::default);
        Self {
            context: Arc::new(context),
            mailbox,
            permits,
            queues: KeyQueues::default(),
            running: FuturesUnordered::new(),
            batch_queues: BatchQueues::default(),
            running_batches: FuturesUnordered::new(),
            has_batches,
            open_keys,
            batches_first: true,
            assignments: Vec::new(),
            permit: None,
            next_permit: None,
            received: Vec::new(),
            done: Vec::new(),
            calls: Vec::new(),
            left: Vec::new(),
            closed: false,
            backlog: 0,
            arrived: 0,
        }
    }

    /// Works until the mailbox is closed.
    pub(crate) async fn run(mut self) {
        loop {
            self.receive();
            let begun = std::future::poll_fn(|context| Poll::Ready(self.begin(context))).await;
            self.report(begun >= BURST && !self.closed);
            if self.closed {
                return;
            }
            if begun >= BURST {
                tokio::task::yield_now().await;
                continue;
            }
            self.wait().await;
        }
    }

    /// Takes the messages that have arrived.
    fn receive(&mut self) {
        let mut received = std::mem::take(&mut self.received);
        self.mailbox.receive(&mut received);
        for message in received.drain(..) {
            match message {
                Message::Jobs(jobs) => {
                    self.arrived += jobs.len();
                    let jobs = if self.has_batches { self.take_batched(jobs) } else { jobs };
                    self.queues.add(jobs);
                }
                Message::Drain(id) => {
                    self.queues.remove_assignment(id);
                    if let Some(open_keys) = &mut self.open_keys {
                        open_keys.remove_assignment(id);
                    }
                    self.batch_queues.remove_assignment(id, Instant::now());
                    let assigned = self.assigned(id);
                    assigned.is_draining = true;
                    assigned.shared.leaving.drain();
                    self.leave_if_ended(id);
                }
                // An assignment that has left is not remembered, and needs no end.
                Message::End(id) => {
                    if let Some(assigned) = self.find(id) {
                        assigned.shared.leaving.end();
                    }
                }
                Message::Superseded { assignment, before, offset } => {
                    self.queues.remove_superseded(assignment, before, offset);
                    if let Some(open_keys) = &mut self.open_keys {
                        open_keys.remove_superseded(assignment, before, offset);
                    }
                    self.batch_queues.remove_superseded(assignment, before, offset, Instant::now());
                }
                Message::Defer { assignment, queue, from } => self.queues.defer(assignment, queue, from),
                Message::OpenKeys { source, since, keys } => {
                    if let Some(open_keys) = &mut self.open_keys {
                        open_keys.open(source, since, keys);
                    }
                }
                Message::NotWritten { assignment, promise } => self.withdraw(assignment, &promise),
                Message::CloseKeys(source) => {
                    if let Some(open_keys) = &mut self.open_keys {
                        open_keys.close(source);
                    }
                }
                Message::Close => self.closed = true,
            }
        }
        self.received = received;
    }

    fn find(&mut self, id: AssignmentId) -> Option<&mut Assigned> {
        self.assignments.get_mut(id.slot as usize)?.iter_mut().find(|assigned| assigned.id == id)
    }

    /// The state of an assignment, which begins with its first job.
    fn assigned(&mut self, id: AssignmentId) -> &mut Assigned {
        let slot = id.slot as usize;
        if self.assignments.len() <= slot {
            self.assignments.resize_with(slot + 1, Vec::new);
        }
        let assignments = &mut self.assignments[slot];
        let index = assignments.iter().position(|assigned| assigned.id == id).unwrap_or_else(|| {
            let shared = Arc::new(self.context.enter(id));
            assignments.push(Assigned { id, shared, is_draining: false, running: 0 });
            assignments.len() - 1
        });
        &mut assignments[index]
    }

    /// Reports an assignment as left if it is draining and no job of it runs.
    fn leave_if_ended(&mut self, id: AssignmentId) {
        let assigned = self.assigned(id);
        if assigned.is_draining && assigned.running == 0 {
            self.assignments[id.slot as usize].retain(|assigned| assigned.id != id);
            self.left.push(id);
        }
    }

    /// Begins jobs and batches while there are permits. Returns how many jobs began.
    fn begin(&mut self, context: &mut Context<'_>) -> usize {
        let begun = if self.has_batches { self.begin_all(context) } else { self.begin_jobs(context) };
        if !self.queues.has_ready() && !self.batch_queues.has_ready() {
            // Other workers may need it.
            self.permit = None;
            self.next_permit = None;
        }
        begun
    }

    /// Begins single jobs while there are permits. Returns how many began.
    fn begin_jobs(&mut self, context: &mut Context<'_>) -> usize {
        let mut begun = 0;
        while begun < BURST && !self.context.is_halted() && self.queues.has_ready() {
            let Some(permit) = self.take_permit(context) else { break };
            let Some(job) = self.queues.take() else {
                self.permit = Some(permit);
                break;
            };
            begun += 1;
            let Some((job, origin, follows)) = self.admit(job) else {
                self.permit = Some(permit);
                continue;
            };
            let (assignment, queue) = (job.assignment, job.queue);
            let assigned = self.assigned(assignment);
            assigned.running += 1;
            let shared = Arc::clone(&assigned.shared);
            let mut future: Running =
                Box::pin(handle(Arc::clone(&self.context), job, origin, follows, shared, permit));
            match future.as_mut().poll(context) {
                Poll::Ready(ended) => self.ended(ended),
                Poll::Pending => {
                    self.queues.began(queue);
                    self.running.push(future);
                }
            }
        }
        begun
    }

    /// The permit for the next handler; `None` if all are taken. Then `context` is woken when this worker's turn comes.
    fn take_permit(&mut self, context: &mut Context<'_>) -> Option<OwnedSemaphorePermit> {
        if let Some(permit) = self.permit.take() {
            return Some(permit);
        }
        if self.next_permit.is_none()
            && let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned()
        {
            return Some(permit);
        }
        let permits = &self.permits;
        let next = self.next_permit.get_or_insert_with(|| {
            let permits = Arc::clone(permits);
            Box::pin(async move { permits.acquire_owned().await.ok() })
        });
        match next.as_mut().poll(context) {
            Poll::Ready(permit) => {
                self.next_permit = None;
                permit
            }
            Poll::Pending => None,
        }
    }

    /// Accounts for a job that has ended.
    fn ended(&mut self, ended: Ended) {
        let Ended { assignment, ticket, queue, outcome, outputs, permit, call, origin, sent } = ended;
        self.calls.extend(call);
        match outcome {
            Outcome::Done => {
                self.done.push(Done { assignment, ticket, outputs });
                self.settle(assignment, origin, sent);
                self.queues.ended(queue);
            }
            Outcome::Left => self.queues.ended(queue),
            // The next record of the key must not overtake this one.
            Outcome::Stopped => self.queues.began(queue),
        }
        if self.permit.is_none() {
            self.permit = permit;
        }
        let assigned = self.assigned(assignment);
        assigned.running -= 1;
        if assigned.is_draining {
            self.leave_if_ended(assignment);
        }
    }

    /// Reports what is done. A busy worker reports again soon.
    fn report(&mut self, is_busy: bool) {
        let left = self.queues.not_looked_at();
        self.mailbox.looked_at(std::mem::replace(&mut self.backlog, left) + self.arrived - left);
        self.arrived = 0;
        self.context.record(&mut self.calls, is_busy);
        let deferrals = self.queues.deferrals();
        if !self.done.is_empty() || !self.left.is_empty() || !deferrals.is_empty() {
            self.mailbox.report(&mut self.done, &mut self.left, deferrals);
        }
    }

    /// Waits for a message, a job that ends, or a permit.
    async fn wait(&mut self) {
        let mut next_permit = self.next_permit.take();
        let permit = async {
            match &mut next_permit {
                Some(next) => next.await,
                None => std::future::pending().await,
            }
        };
        let due = self.batch_queues.next_due();
        let due = async {
            match due {
                Some(at) => tokio::time::sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        let event = tokio::select! {
            () = self.mailbox.wait() => Event::Message,
            Some(ended) = self.running.next() => Event::Ended(ended),
            permit = permit => Event::Permit(permit),
            Some(ended) = self.running_batches.next() => Event::BatchEnded(ended),
            () = due => Event::Due,
        };
        match event {
            Event::Message | Event::Due => self.next_permit = next_permit,
            Event::BatchEnded(ended) => {
                self.next_permit = next_permit;
                self.batch_ended(ended);
            }
            Event::Permit(permit) => self.permit = permit,
            Event::Ended(ended) => {
                self.next_permit = next_permit;
                self.ended(ended);
                self.end_ready();
            }
        }
    }

    /// Accounts for the other jobs that have ended, up to a burst.
    fn end_ready(&mut self) {
        use futures_util::FutureExt as _;
        for _ in 0..BURST {
            match self.running.next().now_or_never() {
                Some(Some(ended)) => self.ended(ended),
                _ => return,
            }
        }
    }
}

enum Event {
    Message,
    Ended(Ended),
    Permit(Option<OwnedSemaphorePermit>),
    BatchEnded(BatchEnded),
    /// A batch has waited long enough.
    Due,
}
