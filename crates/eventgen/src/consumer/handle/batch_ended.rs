//! The end of a turn with a batch.

use std::collections::VecDeque;

use tokio::sync::OwnedSemaphorePermit;

use super::Outcome;
use crate::consumer::record::QueueId;
use crate::consumer::scheduler::{AssignmentId, BatchDone, BatchJob};

/// A turn that has ended.
pub(crate) struct BatchEnded {
    pub(crate) assignment: AssignmentId,
    pub(crate) queue: QueueId,
    /// [`Outcome::Done`] means that the rest has another turn.
    pub(crate) outcome: Outcome,
    pub(crate) done: Vec<BatchDone>,
    /// What is not done, in order.
    pub(crate) rest: VecDeque<BatchJob>,
    /// The permit, unless the turn gave it back while it waited.
    pub(crate) permit: Option<OwnedSemaphorePermit>,
}
