//! Records of a batch that are written elsewhere: to the dead-letter topic, or to a retry topic.

use std::collections::{HashMap, VecDeque};
use std::mem;

use futures_util::future::join_all;

use super::{Assignment, InProgress, Outcome, WorkerContext};
use crate::consumer::record::QueueId;
use crate::consumer::scheduler::{BatchDone, BatchJob, Turn};

impl WorkerContext {
    /// Writes the first record, which has failed for good or waits for its next attempt in a retry topic.
    pub(super) async fn write_alone(
        &self,
        jobs: &mut VecDeque<BatchJob>,
        done: &mut Vec<BatchDone>,
        assignment: &Assignment,
    ) -> Outcome {
        let Some(first) = jobs.front_mut() else { return Outcome::Done };
        let mut progress = in_progress(first);
        let BatchJob { job, past, turn, .. } = first;
        let (record, history) = (&mut job.record, past.history);
        let outcome = match turn {
            Turn::DeadLetter(reason) => {
                self.shared.write_dead_letter(record, &history, reason, assignment).await
            }
            Turn::Later { tier, reason } => {
                self.shared.postpone(record, history, *tier, reason, assignment, &mut progress).await
            }
            Turn::Handle | Turn::Retry(_) | Turn::Follow | Turn::Hold(_) => {
                unreachable!("it is not written by itself")
            }
        };
        if outcome == Outcome::Done {
            done.push(first.done(progress.sent));
            jobs.pop_front();
        }
        outcome
    }

    /// Writes the first records, which follow those of their keys that are out on retry. Those of one key are written one after
    /// another, so that they keep their order.
    pub(super) async fn write_followers(
        &self,
        jobs: &mut VecDeque<BatchJob>,
        done: &mut Vec<BatchDone>,
        assignment: &Assignment,
    ) -> Outcome {
        let follows = |job: &&BatchJob| matches!(job.turn, Turn::Follow);
        let count = jobs.iter().take_while(follows).count();
        let others = jobs.split_off(count);
        let mut by_key: HashMap<Option<QueueId>, Vec<BatchJob>> = HashMap::new();
        for job in mem::replace(jobs, others) {
            by_key.entry(job.past.origin.map(|origin| origin.queue)).or_default().push(job);
        }
        let written = by_key.into_values().map(|followers| async move {
            let mut done = Vec::with_capacity(followers.len());
            for mut follower in followers {
                let mut progress = in_progress(&follower);
                match self.shared.follow(&mut follower.job.record, assignment, &mut progress).await {
                    Outcome::Done => done.push(follower.done(progress.sent)),
                    outcome => return (done, outcome),
                }
            }
            (done, Outcome::Done)
        });
        let mut ended = Outcome::Done;
        for (mut written, outcome) in join_all(written).await {
            done.append(&mut written);
            match outcome {
                Outcome::Done => {}
                Outcome::Left if ended == Outcome::Stopped => {}
                outcome => ended = outcome,
            }
        }
        ended
    }
}

fn in_progress(job: &BatchJob) -> InProgress {
    InProgress { permit: None, call: None, origin: job.past.origin, sent: None }
}
