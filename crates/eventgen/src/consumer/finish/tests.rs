use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use super::*;
use crate::consumer::Delivery;
use crate::consumer::record::Record;
use crate::consumer::scheduler::Job;

const AT: TopicPartition = TopicPartition { topic: 0, partition: 0 };

/// Records the positions that it is given.
#[derive(Default)]
struct Recorder {
    busy: AtomicBool,
    done: Mutex<Vec<Positions>>,
    released: Mutex<Vec<Positions>>,
}

impl Finish for Recorder {
    fn is_busy(&self) -> bool {
        self.busy.load(Ordering::Relaxed)
    }

    fn on_done(&self, positions: Positions) {
        self.done.lock().expect("no panic").push(positions);
    }

    fn on_release(&self, positions: Positions) {
        self.released.lock().expect("no panic").push(positions);
    }

    fn close(&self) {}
}

impl Recorder {
    fn taken_done(&self) -> Vec<Positions> {
        std::mem::take(&mut self.done.lock().expect("no panic"))
    }
}

/// A scheduler with one partition of three records without a key.
fn scheduler() -> Scheduler {
    let scheduler = Scheduler::new(vec![crate::Ordering::Key]);
    scheduler.assign([AT]);
    for offset in 0..3 {
        scheduler.push(Record { at: AT, delivery: Delivery::new("t", 0, offset), payload: None });
    }
    scheduler
}

async fn next(scheduler: &Scheduler) -> Job {
    scheduler.next().await.expect("the scheduler is open")
}

#[tokio::test]
async fn positions_are_finished_once_and_again_after_a_failure() {
    let (scheduler, recorder) = (scheduler(), Recorder::default());
    assert!(finish_done(&scheduler, &recorder));
    assert!(recorder.taken_done().is_empty(), "nothing is done");
    let (first, second) = (next(&scheduler).await, next(&scheduler).await);
    scheduler.done(&second);
    assert!(finish_done(&scheduler, &recorder));
    assert!(recorder.taken_done().is_empty(), "offset 0 is not done");
    scheduler.done(&first);
    assert!(finish_done(&scheduler, &recorder));
    assert!(finish_done(&scheduler, &recorder));
    assert_eq!(recorder.taken_done(), [[(AT, 2)]]);
    scheduler.not_committed();
    assert!(finish_done(&scheduler, &recorder));
    assert_eq!(recorder.taken_done(), [[(AT, 2)]]);
}

#[tokio::test]
async fn positions_wait_while_earlier_ones_are_being_finished() {
    let (scheduler, recorder) = (scheduler(), Recorder::default());
    let first = next(&scheduler).await;
    scheduler.done(&first);
    recorder.busy.store(true, Ordering::Relaxed);
    assert!(!finish_done(&scheduler, &recorder));
    assert!(recorder.taken_done().is_empty());
    recorder.busy.store(false, Ordering::Relaxed);
    assert!(finish_done(&scheduler, &recorder));
    assert_eq!(recorder.taken_done(), [[(AT, 1)]]);
}

#[tokio::test]
async fn partitions_leave_with_their_positions_even_if_these_were_finished_before() {
    let (scheduler, recorder) = (scheduler(), Recorder::default());
    let first = next(&scheduler).await;
    scheduler.done(&first);
    assert!(finish_done(&scheduler, &recorder));
    release(&scheduler, &recorder, |_| false, Duration::ZERO);
    assert!(recorder.released.lock().expect("no panic").is_empty(), "no partition leaves");
    release(&scheduler, &recorder, |_| true, Duration::ZERO);
    release(&scheduler, &recorder, |_| true, Duration::ZERO);
    assert_eq!(*recorder.released.lock().expect("no panic"), [[(AT, 1)]]);
}
