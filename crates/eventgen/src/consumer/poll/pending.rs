//! What records that are done have led to, until it is part of a transaction.

use std::collections::VecDeque;

use crate::consumer::scheduler::{AssignmentId, Finished, Positions, Withdrawn};

/// Outputs that wait for the next transaction, and how much is done since the last one began.
#[derive(Debug, Default)]
pub(super) struct Pending {
    /// Those of each partition in the order in which its records were done.
    finished: VecDeque<Finished>,
    /// The bytes of memory that they take.
    bytes: usize,
    /// The number of records that are done since the last transaction began.
    done: usize,
    /// What was promised of outputs that were dropped.
    pub(super) withdrawn: Withdrawn,
}

impl Pending {
    /// A record is done.
    pub(super) fn add(&mut self, finished: Finished) {
        self.done += 1;
        if !finished.outputs.is_empty() {
            self.bytes += size(&finished);
            self.finished.push_back(finished);
        }
    }

    /// The number of records that are done since the last transaction began.
    pub(super) fn done(&self) -> usize {
        self.done
    }

    /// The bytes of memory that the outputs take.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Takes what belongs to positions, for the transaction that commits them: that of records which the positions state as
    /// done. Drops what belongs to assignments that have ended otherwise: other members handle their records.
    pub(super) fn take(
        &mut self,
        positions: &Positions,
        is_current: impl Fn(AssignmentId) -> bool,
    ) -> Vec<Finished> {
        self.done = 0;
        let (mut taken, mut kept) = (Vec::new(), VecDeque::new());
        for finished in self.finished.drain(..) {
            match positions.iter().find(|position| position.assignment == finished.assignment) {
                Some(position) if finished.offset < position.stated_before => taken.push(finished),
                _ if is_current(finished.assignment) => kept.push_back(finished),
                _ => self.withdrawn.add(finished.assignment, &finished.outputs),
            }
        }
        self.finished = kept;
        self.bytes = self.finished.iter().map(size).sum();
        taken
    }

    /// A transaction was not committed: its outputs wait for another one, before those that were done later.
    pub(super) fn put_back(&mut self, not_written: Vec<Finished>) {
        for finished in not_written.into_iter().rev() {
            self.bytes += size(&finished);
            self.finished.push_front(finished);
        }
    }
}

fn size(finished: &Finished) -> usize {
    finished.outputs.iter().map(crate::consumer::outputs::Output::size).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EncodedRecord;
    use crate::consumer::open_keys::{Promise, RetryId};
    use crate::consumer::outputs::Output;
    use crate::consumer::record::QueueId;
    use crate::consumer::scheduler::Position;
    use crate::consumer::topics::TopicPartition;

    const A: AssignmentId = AssignmentId::for_test(0, 1);
    const B: AssignmentId = AssignmentId::for_test(1, 2);

    fn finished(assignment: AssignmentId, offset: i64) -> Finished {
        let value = Some(vec![0; 10]);
        let output = Output::event(EncodedRecord::new("invoices", None, crate::Headers::new(), value));
        Finished { assignment, offset, outputs: vec![output] }
    }

    fn position(assignment: AssignmentId, stated_before: i64) -> Position {
        let at = TopicPartition { topic: 0, partition: 0 };
        Position { at, offset: 0, leader_epoch: None, done_beyond: None, assignment, stated_before }
    }

    fn offsets(finished: &[Finished]) -> Vec<(AssignmentId, i64)> {
        finished.iter().map(|finished| (finished.assignment, finished.offset)).collect()
    }

    fn pending(all: &[(AssignmentId, i64)]) -> Pending {
        let mut pending = Pending::default();
        for &(assignment, offset) in all {
            pending.add(finished(assignment, offset));
        }
        pending
    }

    #[test]
    fn a_transaction_takes_what_its_positions_state_as_done() {
        let mut pending = pending(&[(A, 1), (B, 7), (A, 5), (A, 3)]);
        let taken = pending.take(&vec![position(A, 4)], |_| true);
        assert_eq!(offsets(&taken), [(A, 1), (A, 3)]);
        assert_eq!((pending.bytes(), pending.done()), (20, 0));
        let taken = pending.take(&vec![position(A, i64::MAX), position(B, i64::MAX)], |_| true);
        assert_eq!(offsets(&taken), [(B, 7), (A, 5)]);
        assert_eq!(pending.bytes(), 0);
    }

    #[test]
    fn what_was_not_written_comes_before_what_was_done_later() {
        let mut pending = pending(&[(A, 1), (A, 2)]);
        let taken = pending.take(&vec![position(A, i64::MAX)], |_| true);
        pending.add(finished(A, 3));
        pending.put_back(taken);
        assert_eq!(pending.bytes(), 30);
        let taken = pending.take(&vec![position(A, i64::MAX)], |_| true);
        assert_eq!(offsets(&taken), [(A, 1), (A, 2), (A, 3)]);
    }

    #[test]
    fn what_belongs_to_partitions_of_other_members_is_dropped() {
        let mut pending = pending(&[(A, 1), (B, 2)]);
        let taken = pending.take(&Positions::new(), |id| id == B);
        assert!(taken.is_empty());
        let taken = pending.take(&vec![position(A, i64::MAX), position(B, i64::MAX)], |_| true);
        assert_eq!(offsets(&taken), [(B, 2)]);
    }

    #[test]
    fn what_is_dropped_is_withdrawn_and_what_is_put_back_is_not() {
        let promise = |offset| Promise {
            source: TopicPartition { topic: 0, partition: 0 },
            queue: QueueId::from_hash(0),
            id: RetryId { delays: 1, offset },
        };
        let promising = |assignment, offset| {
            let mut finished = finished(assignment, offset);
            finished.outputs =
                finished.outputs.into_iter().map(|output| output.promising(promise(offset))).collect();
            finished
        };
        let mut pending = Pending::default();
        pending.add(promising(A, 1));
        pending.add(promising(B, 2));
        let taken = pending.take(&vec![position(A, i64::MAX), position(B, i64::MAX)], |_| true);
        pending.put_back(taken);
        assert!(pending.withdrawn.take().is_empty(), "the next transaction takes them");
        assert!(pending.take(&Positions::new(), |id| id == B).is_empty());
        assert_eq!(pending.withdrawn.take(), [(A, promise(1))]);
    }
}
