//! Carries out a plan.

use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use thiserror::Error;

use super::model::GuardedPlan;
use super::moved::Moved;
use super::rejection::Rejection;
use crate::kafka::Session;
use crate::{Action, Admin, AdminError, Guard, Step};

/// How long a broker may take to learn of a change that the controller has made.
const SETTLES_WITHIN: Duration = Duration::from_secs(10);
const SHORT: Duration = Duration::from_millis(100);
/// How many topics are created by one request.
const CREATIONS: usize = 20;

/// What was carried out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Applied {
    /// The steps that were carried out.
    pub done: usize,
    /// The steps that were not, because the caller ended the run.
    pub left: usize,
}

/// Why a plan was not carried out, or not to its end.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ApplyError {
    /// The plan has steps that are refused. Nothing was changed.
    #[error("the plan has refused changes: {}", codes(.0))]
    Refused(Vec<Guard>),
    /// The cluster is not as the plan found it. Nothing was changed.
    #[error("the cluster is not as the plan found it, and nothing was changed: {}", listed(.0))]
    Moved(Vec<Moved>),
    /// The cluster would refuse steps. Nothing was changed.
    #[error("the cluster would refuse the plan, and nothing was changed: {}", listed(.0))]
    Rejected(Vec<Rejection>),
    /// A step failed after the steps before it had been carried out.
    #[error(
        "topic `{topic}` could not be changed: {reason} ({done} changes were made before it, {left} were not made)"
    )]
    #[non_exhaustive]
    Failed {
        /// The topic.
        topic: String,
        /// The cluster's reason.
        reason: String,
        /// The steps that were carried out.
        done: usize,
        /// The steps that were not, this one included.
        left: usize,
    },
    /// The cluster could not be asked. Nothing was changed.
    #[error(transparent)]
    Admin(#[from] AdminError),
}

impl fmt::Display for Moved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.topic.is_empty() {
            f.write_str(&self.what)
        } else {
            write!(f, "{}: {}", self.topic, self.what)
        }
    }
}

impl Admin {
    /// Carries out a plan: exactly its steps, those that are done already left out. First it looks at the cluster again, which has
    /// to be as the plan found it; then the cluster validates all steps; then they are carried out one after another, sources before
    /// their dead-letter topics. `progress` is called after each and ends the run with [`ControlFlow::Break`]. A run that ended in
    /// between is completed by another one, of the same plan or of a new one.
    ///
    /// # Errors
    /// [`ApplyError::Failed`] if a step failed after others had been carried out. After all other errors nothing was changed.
    pub async fn apply(
        &self,
        plan: &GuardedPlan,
        mut progress: impl FnMut(&Step) -> ControlFlow<()>,
    ) -> Result<Applied, ApplyError> {
        let guards = plan.plan.refusals().filter_map(|step| match step.action {
            Action::Refuse { guard, .. } => Some(guard),
            _ => None,
        });
        let guards: Vec<Guard> = guards.collect();
        if !guards.is_empty() {
            return Err(ApplyError::Refused(guards));
        }
        let session = self.blocking(|cluster| cluster.session().map(Arc::new)).await?;
        let steps = self.validated(plan, &session).await?;
        let (mut done, all) = (0, steps.len());
        for batch in batches(&steps) {
            let (changing, changed) = (Arc::clone(&session), batch.to_vec());
            let mut outcomes = self.blocking(move |_| changing.change(&changed)).await;
            let mut failure = None;
            let mut ended = ControlFlow::Continue(());
            for step in batch {
                match outcomes.remove(&step.topic) {
                    Some(Ok(())) => {
                        done += 1;
                        if ended.is_continue() {
                            ended = progress(step);
                        }
                    }
                    Some(Err(reason)) => {
                        failure.get_or_insert((step.topic.clone(), reason));
                    }
                    None => {
                        let reason = "the cluster did not say what became of it: plan again".to_owned();
                        failure.get_or_insert((step.topic.clone(), reason));
                    }
                }
            }
            if let Some((topic, reason)) = failure {
                return Err(ApplyError::Failed { topic, reason, done, left: all - done });
            }
            if ended.is_break() {
                return Ok(Applied { done, left: all - done });
            }
        }
        self.settled(plan, &session).await;
        Ok(Applied { done, left: all - done })
    }

    /// The steps that are left to do, after the cluster has found nothing wrong with them.
    async fn validated(&self, plan: &GuardedPlan, session: &Arc<Session>) -> Result<Vec<Step>, ApplyError> {
        let deadline = Instant::now() + SETTLES_WITHIN;
        loop {
            let mut steps = self.remaining(plan, session).await??;
            steps.retain(|step| step.action.is_change());
            let (validating, validated) = (Arc::clone(session), steps.clone());
            let rejections = self.blocking(move |_| validating.validate(&validated)).await?;
            match rejections.iter().any(|rejection| rejection.exists) && Instant::now() < deadline {
                // The controller has it, and the broker that was asked does not know of it yet.
                true => tokio::time::sleep(SHORT).await,
                false if rejections.is_empty() => return Ok(steps),
                false => return Err(ApplyError::Rejected(rejections)),
            }
        }
    }

    /// Waits until the brokers show what was changed, so that the next plan does not find the old state. What takes longer than
    /// usual is no error: the controller has confirmed the changes.
    async fn settled(&self, plan: &GuardedPlan, session: &Arc<Session>) {
        let deadline = Instant::now() + SETTLES_WITHIN;
        while Instant::now() < deadline {
            match self.remaining(plan, session).await {
                Ok(Ok(steps)) if !steps.iter().any(|step| step.action.is_change()) => return,
                _ => tokio::time::sleep(SHORT).await,
            }
        }
    }

    /// Looks at the cluster again.
    async fn remaining(
        &self,
        plan: &GuardedPlan,
        session: &Arc<Session>,
    ) -> Result<Result<Vec<Step>, ApplyError>, AdminError> {
        let (observing, asked) = (Arc::clone(session), plan.asked());
        let now = self.blocking(move |cluster| cluster.observe_in(&observing, &asked)).await?;
        Ok(plan.remaining(&now).map(|plan| plan.steps).map_err(ApplyError::Moved))
    }
}

/// Steps that are carried out together: creations of sources, creations of their retry topics and dead-letter topics, and any
/// other step alone.
fn batches(steps: &[Step]) -> Vec<&[Step]> {
    let has_source = |step: &Step| match &step.action {
        Action::Create { dead_letters_of, retries_of, .. } => {
            Some(dead_letters_of.is_some() || retries_of.is_some())
        }
        _ => None,
    };
    let is_together =
        |one: &Step, other: &Step| has_source(one).is_some() && has_source(one) == has_source(other);
    steps.chunk_by(is_together).flat_map(|run| run.chunks(CREATIONS)).collect()
}

fn listed<T: fmt::Display>(items: &[T]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

fn codes(guards: &[Guard]) -> String {
    let codes: std::collections::BTreeSet<&str> = guards.iter().map(|guard| guard.code()).collect();
    codes.into_iter().collect::<Vec<_>>().join(", ")
}
