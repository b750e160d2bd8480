use std::collections::HashMap;
use std::sync::Arc;
use std::thread;

use super::*;
use crate::Headers;
use crate::consumer::Delivery;

const LONG: Duration = Duration::from_secs(60);

fn at(partition: i32) -> TopicPartition {
    TopicPartition { topic: 0, partition }
}

fn record(partition: i32, offset: i64, key: &str) -> Record {
    let delivery = Delivery {
        topic: "t",
        partition,
        offset,
        timestamp: None,
        key: Some(key.into()),
        headers: Headers::new(),
        attempt: 1,
    };
    Record { at: at(partition), delivery, payload: None }
}

/// A scheduler with one partition and records of these keys at offsets from 0.
fn scheduler(keys: &[&str]) -> Arc<Scheduler> {
    let scheduler = Scheduler::new(vec![Ordering::Key]);
    scheduler.assign([at(0)]);
    for (offset, key) in (0..).zip(keys) {
        scheduler.push(record(0, offset, key));
    }
    Arc::new(scheduler)
}

async fn next(scheduler: &Scheduler) -> Job {
    scheduler.next().await.expect("the scheduler is open")
}

fn offset(job: &Job) -> i64 {
    job.record.delivery.offset
}

fn release(scheduler: &Arc<Scheduler>, within: Duration) -> thread::JoinHandle<Positions> {
    let scheduler = Arc::clone(scheduler);
    thread::spawn(move || scheduler.release(|_| true, within))
}

#[tokio::test]
async fn draining_finishes_a_record_that_others_have_overtaken() {
    let scheduler = scheduler(&["slow", "quick", "later"]);
    let (slow, quick) = (next(&scheduler).await, next(&scheduler).await);
    scheduler.done(&quick);
    let signal = scheduler.signal();
    scheduler.delay(slow, Delay::UntilRaised(signal.id()));
    let released = release(&scheduler, LONG);
    thread::sleep(Duration::from_millis(50));
    assert!(!released.is_finished(), "offset 0 is not done, offset 1 is");
    drop(signal);
    let slow = next(&scheduler).await;
    assert_eq!(offset(&slow), 0);
    scheduler.done(&slow);
    // Offset 2 was not begun: the next owner handles it.
    assert_eq!(released.join().expect("no panic"), [(at(0), 2)]);
}

#[tokio::test]
async fn a_deadline_ends_the_wait_and_no_job_runs_after_it() {
    let scheduler = scheduler(&["slow", "quick"]);
    let (slow, quick) = (next(&scheduler).await, next(&scheduler).await);
    scheduler.done(&quick);
    let signal = scheduler.signal();
    scheduler.delay(slow, Delay::UntilRaised(signal.id()));
    assert_eq!(scheduler.release(|_| true, Duration::ZERO), []);
    drop(signal);
    assert!(scheduler.state().queues.take().is_none());
}

#[tokio::test]
async fn draining_does_not_wait_for_a_record_that_stops_the_consumer() {
    let scheduler = scheduler(&["a", "b"]);
    let (fatal, running) = (next(&scheduler).await, next(&scheduler).await);
    let released = release(&scheduler, LONG);
    scheduler.fail(&fatal, Error::InvalidSubscription { group: "g".to_owned(), reason: String::new() });
    scheduler.done(&running);
    assert_eq!(released.join().expect("no panic"), []);
    assert!(scheduler.take_failure().is_some());
}

#[tokio::test]
async fn a_job_of_an_earlier_assignment_does_not_count() {
    let scheduler = scheduler(&["a"]);
    let stale = next(&scheduler).await;
    assert_eq!(scheduler.release(|_| true, Duration::ZERO), []);
    scheduler.assign([at(0)]);
    scheduler.push(record(0, 0, "a"));
    scheduler.done(&stale);
    assert_eq!(scheduler.take_uncommitted(), []);
    let again = next(&scheduler).await;
    scheduler.done(&again);
    assert_eq!(scheduler.take_uncommitted(), [(at(0), 1)]);
}

#[tokio::test]
async fn a_full_partition_is_paused_until_half_is_done() {
    let scheduler = scheduler(&[]);
    let paused: Vec<bool> =
        (0..2_000).map(|offset| scheduler.push(record(0, offset, &offset.to_string()))).collect();
    assert_eq!(paused.iter().position(|paused| *paused), Some(1_999));
    for done in 1..=1_000 {
        assert_eq!(scheduler.take_resumable(), [], "after {}", done - 1);
        let job = next(&scheduler).await;
        scheduler.done(&job);
    }
    assert_eq!(scheduler.take_resumable(), [at(0)]);
    assert!(!scheduler.has_paused());
}

#[tokio::test]
async fn a_group_continues_at_the_start_of_the_log_unless_it_has_read_before_it() {
    let scheduler = scheduler(&[]);
    assert_eq!(scheduler.log_starts_at(at(0), 700), Some(700));
    assert_eq!(scheduler.take_uncommitted(), [(at(0), 700)], "although no record was fetched");
    assert_eq!(scheduler.log_starts_at(at(1), 700), None, "the partition is not assigned");

    let scheduler = self::scheduler(&["a", "b"]);
    assert_eq!(scheduler.log_starts_at(at(0), 700), Some(0), "both were fetched before they were removed");
    let first = next(&scheduler).await;
    scheduler.done(&first);
    assert_eq!(scheduler.take_uncommitted(), [(at(0), 1)]);
    assert_eq!(scheduler.log_starts_at(at(0), 700), Some(0));
    assert_eq!(scheduler.take_uncommitted(), [], "a position never goes back");
}

#[tokio::test]
async fn records_before_one_that_is_fetched_twice_are_not_lost() {
    let scheduler = scheduler(&["a", "b", "c", "d"]);
    let (first, second) = (next(&scheduler).await, next(&scheduler).await);
    // librdkafka may fetch the last record again during a rebalance.
    scheduler.push(record(0, 3, "d"));
    assert_eq!(scheduler.take_rewinds(), [Rewind { at: at(0), expected: 4, found: 3 }]);
    scheduler.done(&second);
    assert_eq!(scheduler.take_uncommitted(), [], "offset 0 runs");
    scheduler.done(&first);
    assert_eq!(scheduler.take_uncommitted(), [(at(0), 2)]);
    for expected in 2..4 {
        let job = next(&scheduler).await;
        assert_eq!(offset(&job), expected);
        scheduler.done(&job);
    }
    assert_eq!(scheduler.take_uncommitted(), [(at(0), 4)]);
    let state = scheduler.state();
    let partition = &state.partitions[&at(0)];
    assert_eq!((partition.held, partition.held_bytes, partition.running), (0, 0, 0));
}

#[tokio::test]
async fn draining_waits_for_a_running_record_that_is_fetched_again() {
    let scheduler = scheduler(&["a", "b"]);
    let (first, running) = (next(&scheduler).await, next(&scheduler).await);
    scheduler.done(&first);
    scheduler.push(record(0, 1, "b"));
    let released = release(&scheduler, LONG);
    thread::sleep(Duration::from_millis(50));
    assert!(!released.is_finished(), "the first record at offset 1 runs");
    scheduler.done(&running);
    assert_eq!(released.join().expect("no panic"), [(at(0), 1)]);
}

#[tokio::test]
async fn a_running_record_that_is_fetched_again_is_not_retried() {
    let scheduler = scheduler(&["a", "b"]);
    let (first, running) = (next(&scheduler).await, next(&scheduler).await);
    scheduler.push(record(0, 1, "b"));
    scheduler.delay(running, Delay::For(LONG));
    let again = next(&scheduler).await;
    assert_eq!((offset(&again), again.round), (1, 1), "the later record does not wait for the pause");
    scheduler.done(&again);
    scheduler.done(&first);
    assert_eq!(scheduler.take_uncommitted(), [(at(0), 2)]);
    let state = scheduler.state();
    let partition = &state.partitions[&at(0)];
    assert_eq!((partition.held, partition.held_bytes, partition.running), (0, 0, 0));
    assert_eq!(state.queues.counts(), (0, 0));
}

#[tokio::test]
async fn draining_does_not_begin_a_record_that_is_fetched_again() {
    let scheduler = scheduler(&["a", "b"]);
    let (first, running) = (next(&scheduler).await, next(&scheduler).await);
    scheduler.push(record(0, 1, "b"));
    let released = release(&scheduler, LONG);
    thread::sleep(Duration::from_millis(50));
    let signal = scheduler.signal();
    scheduler.delay(running, Delay::UntilRaised(signal.id()));
    drop(signal);
    assert!(scheduler.state().queues.take().is_none(), "its next owner handles it");
    scheduler.done(&first);
    assert_eq!(released.join().expect("no panic"), [(at(0), 1)]);
}

#[tokio::test]
async fn a_partition_whose_offsets_go_back_starts_again() {
    let scheduler = scheduler(&["a", "b", "c"]);
    let running = next(&scheduler).await;
    // The topic was deleted and created: another record has offset 0.
    scheduler.push(record(0, 0, "a"));
    assert_eq!(scheduler.take_rewinds(), [Rewind { at: at(0), expected: 3, found: 0 }]);
    scheduler.done(&running);
    assert_eq!(scheduler.take_uncommitted(), [], "records that were fetched before no longer count");
    let again = next(&scheduler).await;
    assert_eq!(offset(&again), 0);
    scheduler.done(&again);
    assert_eq!(scheduler.take_uncommitted(), [(at(0), 1)]);
    assert!(scheduler.release(|_| true, Duration::ZERO) == [(at(0), 1)], "nothing is left to drain");
}

#[tokio::test]
async fn timers_resume_the_job_that_is_due_first_whenever_it_was_delayed() {
    let scheduler = scheduler(&["a", "b"]);
    let timers = tokio::spawn({
        let scheduler = Arc::clone(&scheduler);
        async move { scheduler.run_timers().await }
    });
    let (first, second) = (next(&scheduler).await, next(&scheduler).await);
    scheduler.delay(first, Delay::For(LONG));
    tokio::task::yield_now().await;
    // The timers sleep for a minute by now.
    scheduler.delay(second, Delay::For(Duration::from_millis(20)));
    let resumed = tokio::time::timeout(LONG / 2, next(&scheduler)).await.expect("it is due");
    assert_eq!(offset(&resumed), 1);
    scheduler.close();
    tokio::time::timeout(LONG / 2, timers).await.expect("the timers end").expect("no panic");
}

#[tokio::test]
async fn ten_thousand_delayed_jobs_are_resumed_in_the_order_of_their_keys() {
    const KEYS: i64 = 10_000;
    let scheduler = scheduler(&[]);
    // Two records of each key.
    for offset in 0..2 * KEYS {
        scheduler.push(record(0, offset, &(offset % KEYS).to_string()));
    }
    let timers = tokio::spawn({
        let scheduler = Arc::clone(&scheduler);
        async move { scheduler.run_timers().await }
    });
    for _ in 0..KEYS {
        let job = next(&scheduler).await;
        scheduler.delay(job, Delay::For(Duration::from_millis(200)));
    }
    let mut last = HashMap::new();
    for _ in 0..2 * KEYS {
        let job = tokio::time::timeout(LONG, next(&scheduler)).await.expect("nothing stalls");
        let before = last.insert(job.queue, offset(&job));
        assert!(before.is_none_or(|before| before < offset(&job)), "the order of a key");
        scheduler.done(&job);
    }
    assert_eq!(scheduler.take_uncommitted(), [(at(0), 2 * KEYS)]);
    assert_eq!(scheduler.state().queues.counts(), (0, 0));
    scheduler.close();
    timers.await.expect("no panic");
}

#[tokio::test]
async fn a_revocation_removes_the_delayed_jobs_of_its_partitions_only() {
    let scheduler = scheduler(&[]);
    scheduler.assign([at(1)]);
    let signal = scheduler.signal();
    for offset in 0..1_000 {
        scheduler.push(record(0, offset, &offset.to_string()));
        scheduler.push(record(1, offset, &offset.to_string()));
    }
    for number in 0..2_000 {
        let job = next(&scheduler).await;
        let delay = if number < 1_000 { Delay::For(LONG) } else { Delay::UntilRaised(signal.id()) };
        scheduler.delay(job, delay);
    }
    assert_eq!(scheduler.state().queues.counts(), (2_000, 2_000));
    scheduler.release(|gone| gone == at(0), Duration::ZERO);
    assert_eq!(scheduler.state().queues.counts(), (1_000, 1_000));
    scheduler.release(|_| true, Duration::ZERO);
    assert_eq!(scheduler.state().queues.counts(), (0, 0));
    drop(signal);
    assert!(scheduler.state().queues.take().is_none());
}
