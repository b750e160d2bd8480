use super::*;
use crate::consumer::Delivery;

const AT: TopicPartition = TopicPartition { topic: 0, partition: 3 };
const QUEUE: QueueId = QueueId::from_hash(0);
const OTHER: TopicPartition = TopicPartition { topic: 0, partition: 1 };

fn record(at: TopicPartition, offset: i64) -> Record {
    let delivery = Delivery::new("t", at.partition, offset);
    Record { at, delivery, payload: Some(vec![0; 10].into()), outputs: Vec::new() }
}

/// A consumer's partitions with one that is assigned, of which the previous owner did nothing.
fn assigned() -> (Partitions, AssignmentId) {
    let mut partitions = Partitions::new(1);
    let id = partitions.assign(AT);
    assert!(partitions.set_done_before(id, OffsetMap::default()).is_empty());
    (partitions, id)
}

fn fetch(partitions: &mut Partitions, offset: i64) -> Done {
    let job = partitions.fetched(record(AT, offset), QUEUE, None, false).job.expect("a job");
    Done { assignment: job.assignment, ticket: job.ticket, outputs: Vec::new() }
}

fn moved(partitions: &mut Partitions) -> Vec<(i64, Option<String>)> {
    partitions.take_moved().into_iter().map(|position| (position.offset, position.done_beyond)).collect()
}

#[test]
fn positions_that_moved_are_taken_once_and_again_after_a_failure() {
    let (mut partitions, _) = assigned();
    let (first, second) = (fetch(&mut partitions, 0), fetch(&mut partitions, 1));
    assert_eq!(moved(&mut partitions), []);
    partitions.done(second);
    assert_eq!(moved(&mut partitions), [(0, Some("eventgen1:1,1".to_owned()))]);
    partitions.done(first);
    assert_eq!(moved(&mut partitions), [(2, None)]);
    assert_eq!(moved(&mut partitions), []);
    partitions.not_committed();
    assert_eq!(moved(&mut partitions), [(2, None)]);
}

#[test]
fn a_record_of_an_earlier_assignment_does_not_count() {
    let (mut partitions, earlier) = assigned();
    let old = fetch(&mut partitions, 5);
    assert_eq!(partitions.end(earlier), None, "nothing was done");
    let id = partitions.assign(AT);
    partitions.set_done_before(id, OffsetMap::default());
    let new = fetch(&mut partitions, 5);
    partitions.done(old);
    assert_eq!(moved(&mut partitions), []);
    partitions.done(new);
    assert_eq!(moved(&mut partitions), [(6, None)]);
}

#[test]
fn a_partition_that_leaves_takes_no_more_records_and_keeps_its_position() {
    let (mut partitions, id) = assigned();
    let first = fetch(&mut partitions, 0);
    partitions.leave(id);
    assert!(partitions.fetched(record(AT, 1), QUEUE, None, false).job.is_none());
    partitions.done(first);
    assert_eq!(moved(&mut partitions), [(1, None)]);
    let position = partitions.end(id).expect("committed again, since a commit may have failed");
    assert_eq!(position.offset, 1);
    assert_eq!(partitions.end(id), None);
    assert!(partitions.fetched(record(AT, 1), QUEUE, None, false).job.is_none());
}

#[test]
fn what_the_previous_owner_did_is_not_handled_again() {
    let mut partitions = Partitions::new(1);
    let id = partitions.assign(AT);
    for offset in 10..13 {
        assert!(partitions.fetched(record(AT, offset), QUEUE, None, false).job.is_none(), "it waits");
    }
    let jobs = partitions.set_done_before(id, OffsetMap::from_text(10, b"eventgen1:1,1,1,1"));
    let offsets: Vec<i64> = jobs.iter().map(|job| job.record.delivery.offset).collect();
    assert_eq!(offsets, [10, 12]);
    assert!(partitions.fetched(record(AT, 13), QUEUE, None, false).job.is_none(), "13 was done");
    let last = fetch(&mut partitions, 14);
    for job in jobs {
        partitions.done(Done { assignment: id, ticket: job.ticket, outputs: Vec::new() });
    }
    partitions.done(last);
    assert_eq!(moved(&mut partitions), [(15, None)]);
}

#[test]
fn a_full_partition_is_paused_until_half_is_done() {
    let (mut partitions, _) = assigned();
    let id = partitions.assign(OTHER);
    partitions.set_done_before(id, OffsetMap::default());
    let mut fetched = Vec::new();
    let mut pauses = Vec::new();
    for offset in 0..20_010 {
        let Fetched { job, pause, .. } = partitions.fetched(record(AT, offset), QUEUE, None, false);
        fetched.extend(job);
        pauses.extend(pause.then_some(offset));
    }
    assert_eq!(pauses, [19_999], "paused once");
    assert!(!partitions.fetched(record(OTHER, 0), QUEUE, None, false).pause, "other partitions go on");
    assert!(partitions.has_paused());
    for job in fetched.drain(..10_009) {
        partitions.done(Done { assignment: job.assignment, ticket: job.ticket, outputs: Vec::new() });
    }
    assert!(partitions.take_resumable().is_empty());
    let job = fetched.swap_remove(0);
    partitions.done(Done { assignment: job.assignment, ticket: job.ticket, outputs: Vec::new() });
    assert_eq!(partitions.take_resumable(), [AT]);
    assert!(partitions.take_resumable().is_empty() && !partitions.has_paused());
}

#[test]
fn large_records_pause_a_partition_too() {
    let (mut partitions, _) = assigned();
    let mut large = record(AT, 0);
    large.payload = Some(vec![0; 17 * 1024 * 1024].into());
    let Fetched { job, pause, .. } = partitions.fetched(large, QUEUE, None, false);
    assert!(pause && partitions.take_resumable().is_empty());
    let job = job.expect("a job");
    partitions.done(Done { assignment: job.assignment, ticket: job.ticket, outputs: Vec::new() });
    assert_eq!(partitions.take_resumable(), [AT]);
}

#[test]
fn large_records_that_wait_for_what_the_previous_owner_did_pause_a_partition() {
    let mut partitions = Partitions::new(1);
    let id = partitions.assign(AT);
    let mut large = record(AT, 0);
    large.payload = Some(vec![0; 17 * 1024 * 1024].into());
    let Fetched { job, pause, .. } = partitions.fetched(large, QUEUE, None, false);
    assert!(job.is_none() && pause);
    assert!(partitions.take_resumable().is_empty());
    let jobs = partitions.set_done_before(id, OffsetMap::default());
    assert!(partitions.take_resumable().is_empty(), "it is held still");
    partitions.done(Done { assignment: id, ticket: jobs[0].ticket, outputs: Vec::new() });
    assert_eq!(partitions.take_resumable(), [AT]);
}

#[test]
fn a_group_continues_at_the_start_of_the_log_unless_it_has_read_before_it() {
    let (mut partitions, id) = assigned();
    assert_eq!(partitions.log_starts_at(id, 700), Some(700));
    assert_eq!(moved(&mut partitions), [(700, None)]);
    let (mut partitions, id) = assigned();
    fetch(&mut partitions, 300);
    assert_eq!(partitions.log_starts_at(id, 700), Some(300));
    assert_eq!(partitions.end(id).map(|position| position.offset), Some(300));
    assert_eq!(partitions.log_starts_at(id, 700), None, "it has left");
}

#[test]
fn offsets_that_go_back_supersede_the_records_that_are_fetched_again() {
    let (mut partitions, id) = assigned();
    let old: Vec<Done> = (0..4).map(|offset| fetch(&mut partitions, offset)).collect();
    let Fetched { job, rewind, .. } = partitions.fetched(record(AT, 2), QUEUE, None, false);
    let (assignment, rewind) = rewind.expect("they went back");
    assert_eq!((assignment, rewind.expected, rewind.found, rewind.before), (id, 4, 2, 4));
    let again = job.expect("it is handled");
    for done in old {
        partitions.done(done);
    }
    assert_eq!(moved(&mut partitions), [(2, None)], "the earlier records before offset 2 count");
    partitions.done(Done { assignment: id, ticket: again.ticket, outputs: Vec::new() });
    assert_eq!(moved(&mut partitions), [(3, None)]);
}

#[test]
fn skipped_offsets_are_kept_only_while_they_are_watched() {
    let (mut partitions, _) = assigned();
    partitions.fetched(record(AT, 0), QUEUE, None, false);
    partitions.fetched(record(AT, 5), QUEUE, None, false);
    assert!(partitions.take_gaps().is_empty());
    partitions.fetched(record(AT, 9), QUEUE, None, true);
    let gaps = partitions.take_gaps();
    assert_eq!(gaps, [Gap { at: AT, offsets: 6..9 }]);
    partitions.keep_gaps(gaps.clone());
    assert_eq!(partitions.take_gaps(), gaps);
}

#[test]
fn a_client_that_still_reports_an_earlier_assignment_moves_no_position() {
    let (mut partitions, id) = assigned();
    partitions.set_read_before(AT, 500);
    partitions.read_up_to(AT, 500);
    assert_eq!(moved(&mut partitions), [], "500 is where an earlier assignment ended");
    partitions.read_up_to(AT, 502);
    assert_eq!(moved(&mut partitions), [(502, None)], "two markers of transactions");
    let open = fetch(&mut partitions, 502);
    partitions.read_up_to(AT, 504);
    assert_eq!(moved(&mut partitions), [], "offset 502 is open");
    partitions.done(open);
    partitions.read_up_to(AT, 501);
    assert_eq!(moved(&mut partitions), [(503, None)]);
    partitions.read_up_to(AT, 504);
    assert_eq!(partitions.end(id).map(|position| position.offset), Some(504));
}

#[test]
fn what_was_done_before_a_rewind_does_not_count_for_the_records_that_replace_them() {
    let mut partitions = Partitions::new(1);
    let id = partitions.assign(AT);
    // Offsets 1 and 2 are done beyond the committed offset 0.
    partitions.set_done_before(id, OffsetMap::from_text(0, b"eventgen1:1,2"));
    for offset in 0..3 {
        let is_job = partitions.fetched(record(AT, offset), QUEUE, None, false).job.is_some();
        assert_eq!(is_job, offset == 0);
    }
    // The topic was made anew, or its log was truncated.
    for offset in 0..3 {
        let job = partitions.fetched(record(AT, offset), QUEUE, None, false).job;
        assert!(job.is_some(), "offset {offset} is another record now");
    }
}

#[test]
fn a_client_that_goes_back_after_a_seek_is_sent_again() {
    let mut partitions = Partitions::new(1);
    let id = partitions.assign(AT);
    partitions.start_at(id, 7);
    let fetched = partitions.fetched(record(AT, 0), QUEUE, None, false);
    assert!(fetched.job.is_none() && !fetched.strays, "it was not sent yet");
    partitions.has_sought(id);
    // Before and after it has delivered a record from the right place.
    for (offset, sent_to) in [(1, 7), (2, 8)] {
        let fetched = partitions.fetched(record(AT, offset), QUEUE, None, false);
        assert!(fetched.job.is_none() && fetched.strays, "offset {offset}");
        assert_eq!(partitions.sought(), [(id, AT, sent_to)]);
        let fetched = partitions.fetched(record(AT, offset + 1), QUEUE, None, false);
        assert!(fetched.job.is_none() && !fetched.strays, "it is being sent");
        partitions.has_sought(id);
        let fetched = partitions.fetched(record(AT, sent_to), QUEUE, None, false);
        assert!(fetched.job.is_some() && fetched.rewind.is_none(), "offset {sent_to}");
    }
}

#[test]
fn a_log_that_is_shorter_than_a_seek_is_read_from_where_the_client_begins() {
    let mut partitions = Partitions::new(1);
    let id = partitions.assign(AT);
    partitions.start_at(id, 7);
    partitions.has_sought(id);
    let mut times = 0;
    // Each time, the client finds that the log does not have the offset, and begins with the oldest record.
    while partitions.fetched(record(AT, 0), QUEUE, None, false).strays {
        times += 1;
        partitions.has_sought(id);
    }
    assert_eq!(times, 3);
    assert!(partitions.fetched(record(AT, 1), QUEUE, None, false).job.is_some());
}

#[test]
fn exactly_once_drops_what_librdkafka_fetches_twice_and_handles_what_replaces_records() {
    let mut partitions = Partitions::new(1).exactly_once();
    let id = partitions.assign(AT);
    partitions.set_done_before(id, OffsetMap::default());
    let done = fetch(&mut partitions, 0);
    assert_eq!(partitions.done(done).map(|finished| finished.offset), Some(0));
    let open = fetch(&mut partitions, 1);
    for offset in [0, 1] {
        let Fetched { job, rewind, .. } = partitions.fetched(record(AT, offset), QUEUE, None, false);
        assert!(job.is_none() && rewind.is_none(), "{offset}");
    }
    assert_eq!(moved(&mut partitions), [(1, None)]);
    partitions.done(open);
    assert_eq!(moved(&mut partitions), [(2, None)]);
    // librdkafka has reset an offset, because the topic was made anew or its log was truncated.
    let Fetched { job, rewind, .. } = partitions.fetched(record(AT, 0), QUEUE, None, true);
    assert!(job.is_some() && rewind.is_some());
}
