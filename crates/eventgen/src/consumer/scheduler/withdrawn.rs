//! Records for retry topics that do not become part of a transaction.

use super::job::AssignmentId;
use crate::consumer::open_keys::Promise;
use crate::consumer::outputs::Output;

/// The promises that are not kept, with the assignments under which they were made.
#[derive(Debug, Default)]
pub(crate) struct Withdrawn(Vec<(AssignmentId, Promise)>);

impl Withdrawn {
    /// The outputs of a record are dropped.
    pub(crate) fn add(&mut self, assignment: AssignmentId, outputs: &[Output]) {
        self.0.extend(outputs.iter().filter_map(|output| Some((assignment, *output.promise()?))));
    }

    /// The promises since the last call.
    pub(crate) fn take(&mut self) -> Vec<(AssignmentId, Promise)> {
        std::mem::take(&mut self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EncodedRecord;
    use crate::consumer::Delivery;
    use crate::consumer::open_keys::RetryId;
    use crate::consumer::record::{QueueId, Record};
    use crate::consumer::scheduler::{Done, OffsetMap, Partitions};
    use crate::consumer::topics::TopicPartition;

    const AT: TopicPartition = TopicPartition { topic: 0, partition: 3 };
    const QUEUE: QueueId = QueueId::from_hash(7);

    /// Fetches a record, which is to go to a retry topic.
    fn fetch(partitions: &mut Partitions, offset: i64) -> (Done, Promise) {
        let delivery = Delivery::new("orders", AT.partition, offset);
        let record = Record { at: AT, delivery, payload: None, outputs: Vec::new() };
        let job = partitions.fetched(record, QUEUE, None, true).job.expect("it is to be handled");
        let id = RetryId { delays: 1, offset };
        let promise = Promise { source: AT, queue: QUEUE, id };
        let record = EncodedRecord::new("orders.retry.1", None, crate::Headers::new(), None);
        let outputs = vec![Output::event(record).promising(promise)];
        (Done { assignment: job.assignment, ticket: job.ticket, outputs }, promise)
    }

    #[test]
    fn what_does_not_count_as_done_is_withdrawn() {
        let mut partitions = Partitions::new(1).exactly_once();
        let id = partitions.assign(AT);
        partitions.set_done_before(id, OffsetMap::default());
        let (counts, _) = fetch(&mut partitions, 7);
        let (superseded, promise) = fetch(&mut partitions, 8);
        // The source is read again from there.
        let (again, _) = fetch(&mut partitions, 8);
        let (late, lost) = fetch(&mut partitions, 9);
        assert!(partitions.done(counts).is_some() && partitions.done(superseded).is_none());
        assert!(partitions.done(again).is_some());
        partitions.end(id);
        assert!(partitions.done(late).is_none());
        // Whether its key has a table of a later assignment is for the worker to decide.
        assert_eq!(partitions.withdrawn.take(), [(id, promise), (id, lost)]);
        assert!(partitions.withdrawn.take().is_empty());
    }
}
