use std::sync::Arc;
use std::thread;

use super::*;
use crate::Headers;
use crate::consumer::Delivery;

const LONG: Duration = Duration::from_secs(60);

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
    Record { delivery, payload: None }
}

/// A board with one partition and records of these keys at offsets from 0.
fn board(keys: &[&str]) -> Arc<Board> {
    let board = Board::new(Ordering::Key);
    board.assign([0]);
    for (offset, key) in (0..).zip(keys) {
        board.push(record(0, offset, key));
    }
    Arc::new(board)
}

async fn next(board: &Board) -> Job {
    board.next().await.expect("the board is open")
}

fn offset(job: &Job) -> i64 {
    job.record.delivery.offset
}

fn release(board: &Arc<Board>, within: Duration) -> thread::JoinHandle<Vec<(i32, i64)>> {
    let board = Arc::clone(board);
    thread::spawn(move || board.release(|_| true, within))
}

#[tokio::test]
async fn what_others_have_overtaken_is_brought_to_an_end() {
    let board = board(&["slow", "quick", "later"]);
    let (slow, quick) = (next(&board).await, next(&board).await);
    board.done(&quick);
    let parked = board.park(slow).expect("its partition is here");
    let released = release(&board, LONG);
    thread::sleep(Duration::from_millis(50));
    assert!(!released.is_finished(), "offset 0 is not done, offset 1 is");
    board.unpark(parked);
    let slow = next(&board).await;
    assert_eq!(offset(&slow), 0);
    board.done(&slow);
    // Offset 2 was never begun: it is the next owner's.
    assert_eq!(released.join().expect("no panic"), [(0, 2)]);
}

#[tokio::test]
async fn a_deadline_ends_the_wait_and_nothing_runs_behind_it() {
    let board = board(&["slow", "quick"]);
    let (slow, quick) = (next(&board).await, next(&board).await);
    board.done(&quick);
    let parked = board.park(slow).expect("its partition is here");
    assert_eq!(board.release(|_| true, Duration::ZERO), []);
    board.unpark(parked);
    assert!(board.state().lanes.take().is_none());
}

#[tokio::test]
async fn a_record_that_stops_the_consumer_is_not_waited_for() {
    let board = board(&["a", "b"]);
    let (fatal, running) = (next(&board).await, next(&board).await);
    let released = release(&board, LONG);
    board.fail(&fatal, Error::MissingGroup { topic: "t" });
    board.done(&running);
    assert_eq!(released.join().expect("no panic"), []);
    assert!(board.take_failure().is_some());
}

#[tokio::test]
async fn a_job_of_an_earlier_assignment_counts_no_more() {
    let board = board(&["a"]);
    let stale = next(&board).await;
    assert_eq!(board.release(|_| true, Duration::ZERO), []);
    board.assign([0]);
    board.push(record(0, 0, "a"));
    board.done(&stale);
    assert_eq!(board.take_uncommitted(), []);
    let again = next(&board).await;
    board.done(&again);
    assert_eq!(board.take_uncommitted(), [(0, 1)]);
}

#[tokio::test]
async fn a_full_partition_is_paused_until_half_is_done() {
    let board = board(&[]);
    let paused: Vec<bool> =
        (0..2_000).map(|offset| board.push(record(0, offset, &offset.to_string()))).collect();
    assert_eq!(paused.iter().position(|paused| *paused), Some(1_999));
    for done in 1..=1_000 {
        assert_eq!(board.take_resumable(), [0; 0], "after {}", done - 1);
        let job = next(&board).await;
        board.done(&job);
    }
    assert_eq!(board.take_resumable(), [0]);
    assert!(!board.has_paused());
}
