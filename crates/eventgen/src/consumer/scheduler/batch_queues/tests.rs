use super::*;
use crate::consumer::Delivery;
use crate::consumer::record::Record;
use crate::consumer::topics::TopicPartition;

const HERE: AssignmentId = AssignmentId { slot: 0, epoch: 1 };
const LATER: AssignmentId = AssignmentId { slot: 0, epoch: 2 };
const QUEUE: QueueId = QueueId::from_hash(7);
const WAIT: Duration = Duration::from_millis(50);

fn job(assignment: AssignmentId, offset: i64, size: usize) -> Job {
    let delivery = Delivery::new("t", 0, offset);
    let payload = Some(vec![0; size].into());
    let record =
        Record { at: TopicPartition { topic: 0, partition: 0 }, delivery, payload, outputs: Vec::new() };
    Job { assignment, ticket: offset.unsigned_abs(), queue: QUEUE, record }
}

fn add(queues: &mut BatchQueues, offsets: std::ops::Range<i64>, now: Instant) {
    let options = BatchOptions::new().max_events(3).max_wait(WAIT);
    queues.add(offsets.map(|offset| (job(HERE, offset, 1), past(offset), options)), now);
}

fn past(offset: i64) -> Past {
    Past { origin: None, offset, history: History::default() }
}

fn offsets(batch: Option<JobBatch>) -> Vec<i64> {
    let jobs = batch.map(|batch| batch.jobs).unwrap_or_default();
    jobs.iter().map(|job| job.job.record.delivery.offset).collect()
}

#[test]
fn full_batches_begin_at_once_and_others_after_the_wait_of_their_first_record() {
    let (mut queues, now) = (BatchQueues::default(), Instant::now());
    add(&mut queues, 0..4, now);
    assert_eq!(offsets(queues.take(now)), [0, 1, 2]);
    assert_eq!(offsets(queues.take(now)), [0; 0], "one batch at a time");
    queues.ended(QUEUE, now);
    assert!(!queues.has_ready());
    add(&mut queues, 4..5, now + WAIT / 2);
    assert_eq!(queues.next_due(), Some(now + WAIT), "the first record has waited");
    queues.wake(now + WAIT);
    assert_eq!(offsets(queues.take(now + WAIT)), [3, 4]);
    queues.ended(QUEUE, now);
    assert!(queues.by_id.is_empty() && queues.due.is_empty());
}

#[test]
fn bytes_fill_a_batch_too() {
    let (mut queues, now) = (BatchQueues::default(), Instant::now());
    let options = BatchOptions::new().max_wait(WAIT);
    let large = |offset| (job(HERE, offset, BatchOptions::MOST_BYTES / 2), past(offset), options);
    queues.add((0..3).map(large), now);
    assert_eq!(offsets(queues.take(now)), [0, 1]);
    queues.ended(QUEUE, now);
    assert!(!queues.has_ready());
}

#[test]
fn what_is_not_done_comes_first_in_the_next_batch_after_its_pause() {
    let (mut queues, now) = (BatchQueues::default(), Instant::now());
    add(&mut queues, 0..5, now);
    let mut batch = queues.take(now).expect("a batch");
    batch.jobs.pop_front();
    batch.jobs[0].turn = Turn::Retry(now + WAIT);
    queues.goes_on(QUEUE, batch.jobs, now);
    assert!(!queues.has_ready(), "a full queue waits for the retry");
    assert_eq!(queues.next_due(), Some(now + WAIT));
    queues.wake(now + WAIT);
    let mut batch = queues.take(now + WAIT).expect("a batch");
    batch.jobs[0].turn = Turn::DeadLetter(Reason::poison(&std::fmt::Error));
    batch.jobs[1].alone_after = Some(1);
    queues.goes_on(QUEUE, batch.jobs, now);
    for expected in [vec![1], vec![2], vec![3, 4]] {
        assert_eq!(offsets(queues.take(now)), expected, "letters and isolated records are alone");
        queues.ended(QUEUE, now);
    }
}

#[test]
fn the_next_assignment_waits_for_the_running_batch_of_the_last_one() {
    let (mut queues, now) = (BatchQueues::default(), Instant::now());
    add(&mut queues, 0..5, now);
    assert_eq!(offsets(queues.take(now)), [0, 1, 2]);
    queues.remove_assignment(HERE, now);
    queues.add([(job(LATER, 0, 1), past(0), BatchOptions::new().max_wait(Duration::ZERO))], now);
    assert!(!queues.has_ready());
    queues.ended(QUEUE, now);
    assert_eq!(queues.take(now).map(|batch| batch.assignment), Some(LATER));
}

#[test]
fn removed_records_leave_no_batch() {
    let (mut queues, now) = (BatchQueues::default(), Instant::now());
    add(&mut queues, 0..3, now);
    queues.remove_assignment(HERE, now);
    assert_eq!(offsets(queues.take(now)), [0; 0]);
    assert!(queues.by_id.is_empty() && queues.due.is_empty());
    add(&mut queues, 0..2, now);
    queues.remove_assignment(HERE, now);
    assert!(queues.by_id.is_empty() && queues.due.is_empty());
}

#[test]
fn records_that_were_fetched_again_do_not_come_back_from_a_running_batch() {
    let (mut queues, now) = (BatchQueues::default(), Instant::now());
    add(&mut queues, 0..4, now);
    let batch = queues.take(now).expect("a batch");
    queues.remove_superseded(HERE, 4, 1, now);
    queues.goes_on(QUEUE, batch.jobs, now);
    queues.wake(now);
    assert_eq!(offsets(queues.take(now)), [0]);
}

#[test]
fn a_record_without_a_value_is_handled_alone_and_does_not_wait() {
    let (mut queues, now) = (BatchQueues::default(), Instant::now());
    let options = BatchOptions::new().max_wait(WAIT);
    let jobs = (0..5).map(|offset| {
        let mut job = job(HERE, offset, 1);
        if offset == 1 || offset == 2 {
            job.record.payload = None;
        }
        (job, past(offset), options)
    });
    queues.add(jobs, now);
    queues.wake(now + WAIT);
    for expected in [[0].as_slice(), &[1], &[2], &[3, 4]] {
        assert_eq!(offsets(queues.take(now + WAIT)), expected);
        queues.ended(QUEUE, now + WAIT);
    }
    queues.add(
        [(job(HERE, 5, 1), options)].map(|(mut job, options)| {
            job.record.payload = None;
            (job, past(5), options)
        }),
        now,
    );
    assert_eq!(offsets(queues.take(now)), [5]);
}

#[test]
fn followers_that_waited_come_first_when_no_record_of_their_key_is_out_on_retry() {
    const KEY: QueueId = QueueId::from_hash(1);
    let (mut queues, now) = (BatchQueues::default(), Instant::now());
    add(&mut queues, 0..5, now);
    let mut batch = queues.take(now).expect("a batch");
    let source = TopicPartition { topic: 0, partition: 0 };
    for job in &mut batch.jobs {
        job.past.origin = Some(Origin { source, queue: KEY, retried: None });
    }
    let others = batch.jobs.split_off(2);
    batch.jobs.into_iter().for_each(|job| queues.wait(QUEUE, job));
    queues.goes_on(QUEUE, others, now);
    assert_eq!(offsets(queues.take(now)), [2, 3, 4]);
    queues.go_on(QueueId::from_hash(2), now);
    queues.go_on(KEY, now);
    assert_eq!(offsets(queues.take(now)), [0; 0], "one batch at a time");
    queues.ended(QUEUE, now);
    let batch = queues.take(now).expect("a batch");
    assert_eq!(batch.jobs.iter().map(|job| job.past.offset).collect::<Vec<_>>(), [0, 1]);
    // They also begin if their partition has nothing else to do.
    batch.jobs.into_iter().for_each(|job| queues.wait(QUEUE, job));
    queues.ended(QUEUE, now);
    assert!(queues.by_id.is_empty());
    queues.remove_superseded(HERE, 99, 1, now);
    queues.go_on(KEY, now);
    assert_eq!(offsets(queues.take(now)), [0], "offset 1 was fetched again");
    queues.ended(QUEUE, now);
    assert!(queues.by_id.is_empty() && queues.followers.is_empty());
}
