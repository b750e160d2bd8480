//! Delays jobs and resumes them.
//!
//! A delayed job is an entry in an ordered index under the scheduler's lock, not a task. One task, [`Scheduler::run_timers`],
//! sleeps until the first job is due. Jobs that wait for something other than a time wait for a [`Signal`].

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Scheduler;
use super::delay_index::{SignalId, Wait};
use super::key_queues::Job;

/// How long a job is delayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delay {
    /// For this long.
    For(Duration),
    /// Until a signal is raised.
    UntilRaised(SignalId),
}

/// The longest delay: 30 years. The clock cannot represent every duration that a contract can state.
const LONGEST: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);

impl Scheduler {
    /// Delays a job, and with it the later jobs of its key. A job whose partition was revoked is dropped: the partition's
    /// next owner handles it. So is a job whose offset is fetched again: only the later record counts.
    pub(crate) fn delay(&self, job: Job, delay: Delay) {
        let wait = match delay {
            Delay::For(pause) => Wait::Due(Instant::now() + pause.min(LONGEST)),
            Delay::UntilRaised(signal) => Wait::Raised(signal),
        };
        let mut state = self.state();
        let first_due = state.queues.next_due();
        let partition = state.partitions.get_mut(&job.record.at);
        if let Some(partition) = partition.filter(|partition| partition.epoch == job.epoch) {
            partition.running -= 1;
            if partition.progress.awaits(job.record.delivery.offset, job.round) {
                state.queues.delay(job, wait);
            } else {
                partition.remove(&job.record);
                state.queues.finish(job.queue);
            }
        } else {
            state.queues.finish(job.queue);
        }
        let is_first = state.queues.next_due() != first_due;
        drop(state);
        if is_first {
            self.first_due_changed.notify_one();
        }
        self.settled.notify_all();
        self.ready.notify_one();
    }

    /// Resumes delayed jobs when they are due. Returns once the scheduler is closed.
    pub(crate) async fn run_timers(&self) {
        loop {
            let next = {
                let mut state = self.state();
                if state.closed {
                    return;
                }
                state.queues.resume_due(Instant::now());
                if state.queues.has_ready() {
                    self.ready.notify_one();
                }
                state.queues.next_due()
            };
            let due = async {
                match next {
                    Some(due) => tokio::time::sleep_until(due.into()).await,
                    None => std::future::pending().await,
                }
            };
            // `Notify` keeps a notification that arrives before this waits for it.
            tokio::select! {
                () = self.first_due_changed.notified() => {}
                () = due => {}
            }
        }
    }

    /// A new signal.
    pub(crate) fn signal(self: &Arc<Self>) -> Signal {
        let id = self.state().queues.open_signal();
        Signal { scheduler: Arc::clone(self), id }
    }
}

/// A signal that jobs wait for. It is raised when it is dropped, so that a task that panics or is aborted does not leave
/// jobs waiting. A job that is delayed until a raised signal is resumed at once.
#[must_use = "dropping a signal raises it"]
pub(crate) struct Signal {
    scheduler: Arc<Scheduler>,
    id: SignalId,
}

impl Signal {
    pub(crate) fn id(&self) -> SignalId {
        self.id
    }
}

impl Drop for Signal {
    fn drop(&mut self) {
        self.scheduler.state().queues.raise(self.id);
        self.scheduler.ready.notify_one();
    }
}
