//! The committing thread.
//!
//! Commits run on a thread of their own because librdkafka's asynchronous commit does not report failures, which occur
//! during rebalances, and its synchronous commit has no deadline.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;

use super::committer::{Request, Requests};
use crate::consumer::observers::Observers;
use crate::consumer::panics::catch_panic_in;
use crate::consumer::retention::Retention;
use crate::consumer::scheduler::{Positions, Scheduler};
use crate::consumer::topics::Topics;
use crate::kafka::{GroupConsumer, KafkaFailure, PartitionList};

/// The committing thread of one consumer.
pub(crate) struct CommitThread {
    pub(crate) consumer: Arc<GroupConsumer>,
    pub(crate) scheduler: Arc<Scheduler>,
    pub(crate) topics: Arc<Topics>,
    pub(crate) observers: Arc<Observers>,
    pub(crate) retention: Retention,
}

impl CommitThread {
    /// Starts the thread. It ends at [`Request::Stop`].
    pub(crate) fn start(self, requests: Requests) -> std::io::Result<()> {
        let (scheduler, observers) = (Arc::clone(&self.scheduler), Arc::clone(&self.observers));
        thread::Builder::new().name(format!("eventgen commit {}", self.observers.group())).spawn(
            move || {
                if let Err(panic) = catch_panic_in(|| self.serve(&requests)) {
                    scheduler.stop(observers.stopped(format!("committing panicked: {panic}")));
                }
            },
        )?;
        Ok(())
    }

    fn serve(self, requests: &Requests) {
        while let Ok(request) = requests.received.recv() {
            match request {
                Request::Commit { positions, done } => {
                    if let Err(error) = self.commit(&positions) {
                        self.observers
                            .cluster_error(&format!("a commit failed and will be repeated: {error}"));
                        self.scheduler.not_committed();
                    }
                    requests.open.fetch_sub(1, Ordering::AcqRel);
                    // The receiver is gone if the deadline has passed.
                    done.map(|done| done.send(()));
                }
                Request::CheckAssigned(partitions) => self.retention.assigned(&self.consumer, &partitions),
                Request::CheckGaps(gaps) => self.retention.gaps(&self.consumer, gaps),
                Request::Stop { done } => {
                    drop(self);
                    let _ = done.send(());
                    return;
                }
            }
        }
    }

    fn commit(&self, positions: &Positions) -> Result<(), KafkaFailure> {
        let mut offsets = PartitionList::with_capacity(positions.len());
        for &(at, offset) in positions {
            let topic = self.topics.get(at.topic).name;
            offsets.add_offset(topic, at.partition, offset)?;
        }
        self.consumer.commit(&offsets)
    }
}
