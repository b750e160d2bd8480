//! The thread for requests to the group: commits, and checks of partitions.
//!
//! They run on a thread of their own because librdkafka's asynchronous commit does not report failures, which occur during
//! rebalances, and its synchronous calls have no deadline or a long one.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use super::checks::Checks;
use super::committer::Committer;
use super::messages::{Check, Request};
use crate::consumer::observers::Observers;
use crate::consumer::panics::catch_panic_in;
use crate::consumer::retention::Retention;
use crate::consumer::scheduler::Positions;
use crate::consumer::stop::Stop;
use crate::consumer::topics::Topics;
use crate::kafka::{GroupConsumer, KafkaFailure, PartitionList};

/// The ends of the thread.
pub(crate) struct Requests {
    received: Receiver<Request>,
    commits: Sender<Result<(), String>>,
    checks: Sender<Check>,
}

/// The ends of the polling thread and of the thread for requests.
pub(crate) fn channel() -> (Committer, Checks, Requests) {
    let (requests, received) = mpsc::channel();
    let (commits, answers) = mpsc::channel();
    let (checks, results) = mpsc::channel();
    (
        Committer { requests: requests.clone(), answers },
        Checks { requests, results },
        Requests { received, commits, checks },
    )
}

/// The thread of one consumer.
pub(crate) struct GroupThread {
    pub(crate) consumer: Arc<GroupConsumer>,
    pub(crate) stop: Arc<Stop>,
    pub(crate) topics: Arc<Topics>,
    pub(crate) observers: Arc<Observers>,
    pub(crate) retention: Retention,
}

impl GroupThread {
    /// Starts the thread. It ends at [`Request::Stop`].
    pub(crate) fn start(self, requests: Requests) -> std::io::Result<()> {
        let (stop, observers) = (Arc::clone(&self.stop), Arc::clone(&self.observers));
        thread::Builder::new().name(format!("eventgen commit {}", self.observers.group())).spawn(
            move || {
                if let Err(panic) = catch_panic_in(|| self.serve(&requests)) {
                    stop.fail(observers.stopped(format!("committing panicked: {panic}")));
                }
            },
        )?;
        Ok(())
    }

    fn serve(self, requests: &Requests) {
        // A receiver that is gone belongs to a polling thread that has ended.
        let tell = |check| {
            let _ = requests.checks.send(check);
        };
        while let Ok(request) = requests.received.recv() {
            match request {
                Request::Commit(positions) => {
                    let _ = requests.commits.send(self.commit(&positions).map_err(|error| error.to_string()));
                }
                Request::CheckAssigned(partitions) => {
                    self.retention.assigned(&self.consumer, &partitions, tell);
                }
                Request::CheckGaps(gaps) => self.retention.gaps(&self.consumer, gaps, tell),
                Request::Stop { done } => {
                    drop(self);
                    let _ = done.send(());
                    return;
                }
            }
        }
    }

    fn commit(&self, positions: &Positions) -> Result<(), KafkaFailure> {
        match self.consumer.commit(&self.offsets(positions, true)?) {
            // A broker that accepts less metadata than usual.
            Err(error) if error.is_too_large_metadata() => {
                self.consumer.commit(&self.offsets(positions, false)?)
            }
            result => result,
        }
    }

    fn offsets(&self, positions: &Positions, with_map: bool) -> Result<PartitionList, KafkaFailure> {
        let mut offsets = PartitionList::with_capacity(positions.len());
        for position in positions {
            let topic = self.topics.get(position.at.topic).name;
            let map = position.done_beyond.as_deref().filter(|_| with_map);
            offsets.add_offset(topic, position.at.partition, position.offset, map)?;
        }
        Ok(offsets)
    }
}
