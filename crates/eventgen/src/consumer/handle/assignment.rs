//! The assignment of a partition, as the jobs of one worker see it.

use crate::consumer::failure::breaker::Circuit;
use crate::consumer::scheduler::leaving::Leaving;

/// The assignment of a partition. The jobs of one worker share it.
#[derive(Debug)]
pub(crate) struct Assignment {
    /// Whether it ends.
    pub(crate) leaving: Leaving,
    /// The breaker of the partition; `None` if it is off.
    pub(super) circuit: Option<Circuit>,
}
