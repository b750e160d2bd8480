//! The assignment of a partition, as the jobs of one worker see it.

use crate::consumer::Delivery;
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

impl Assignment {
    /// The breaker learns that a record has decoded. Further attempts do not count.
    pub(super) fn note_good(&self, delivery: &Delivery) {
        if let (Some(circuit), 1) = (&self.circuit, delivery.attempt) {
            circuit.good();
        }
    }
}
