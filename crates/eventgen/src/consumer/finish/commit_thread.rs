//! The thread that commits.
//!
//! librdkafka's asynchronous commit does not report failures, which occur during rebalances, and its synchronous commit has no
//! deadline. A classic group holds back commits until a rebalance has ended, because the coordinator answers the requests of a
//! connection in order. The polling thread decides how long it waits for an answer.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use super::Refusal;
use super::committer::Committer;
use super::messages::CommitRequest;
use super::offsets::offsets;
use crate::consumer::observers::Observers;
use crate::consumer::panics::catch_panic_in;
use crate::consumer::scheduler::Positions;
use crate::consumer::stop::Stop;
use crate::consumer::topics::Topics;
use crate::kafka::{GroupConsumer, KafkaFailure};
use crate::observe::Began;

/// The thread of one consumer.
pub(crate) struct CommitThread {
    pub(crate) consumer: Arc<GroupConsumer>,
    pub(crate) stop: Arc<Stop>,
    pub(crate) topics: Arc<Topics>,
    pub(crate) observers: Arc<Observers>,
}

impl CommitThread {
    /// Starts the thread. It ends when the [`Committer`] is closed.
    pub(crate) fn start(self) -> std::io::Result<Committer> {
        let (requests, received) = mpsc::channel();
        let (commits, answers) = mpsc::channel();
        let (stop, observers) = (Arc::clone(&self.stop), Arc::clone(&self.observers));
        thread::Builder::new().name(format!("eventgen commit {}", self.observers.group())).spawn(
            move || {
                if let Err(panic) = catch_panic_in(|| self.serve(&received, &commits)) {
                    stop.fail(observers.stopped(format!("committing panicked: {panic}")));
                }
            },
        )?;
        Ok(Committer { requests, answers })
    }

    fn serve(self, requests: &Receiver<CommitRequest>, answers: &Sender<Result<(), Refusal>>) {
        while let Ok(request) = requests.recv() {
            match request {
                CommitRequest::Commit(positions) => {
                    let began = Began::now();
                    let answer = self.commit(&positions);
                    self.observers.meters().committed(began, answer.is_ok());
                    // A receiver that is gone belongs to a polling thread that has ended.
                    let _ = answers.send(answer.map_err(refusal));
                }
                CommitRequest::Stop { done } => {
                    drop(self);
                    let _ = done.send(());
                    return;
                }
            }
        }
    }

    fn commit(&self, positions: &Positions) -> Result<(), KafkaFailure> {
        match self.consumer.commit(&offsets(&self.topics, positions, true)?) {
            // A broker that accepts less metadata than usual.
            Err(error) if error.is_too_large_metadata() => {
                self.consumer.commit(&offsets(&self.topics, positions, false)?)
            }
            result => result,
        }
    }
}

fn refusal(error: KafkaFailure) -> Refusal {
    let reason = error.to_string();
    match error {
        error if error.is_rebalance() => Refusal::Rebalance(reason),
        error if error.is_removal() => Refusal::Removal(reason),
        _ => Refusal::Other(reason),
    }
}
