//! The settings of contracts, as the test kit keeps to them without a cluster.

use std::sync::Mutex;
use std::time::Duration;

use eventgen::{Delivery, Disposition, HandlerError, KafkaEvent, KeyBuffer};
use eventgen_testkit::{Outcome, TopicEvent, deliver};

/// A parcel that waits in retry topics.
#[derive(Debug, Clone, PartialEq, KafkaEvent)]
#[kafka(
    topic = "parcels.v1",
    key = id,
    retry(attempts = 1, mode = "topics", delays = ["1h", "2h"]),
    handler_timeout = "20ms",
    consumers(group = "post")
)]
struct Parcel {
    /// The key.
    id: String,
}

/// A letter that cannot become a dead letter.
#[derive(Debug, Clone, PartialEq, KafkaEvent)]
#[kafka(topic = "letters.v1", key = id, retry(attempts = 1), dead_letter = false)]
struct Letter {
    /// The key.
    id: String,
}

/// Has the number of each attempt.
#[derive(Default)]
struct Calls {
    attempts: Mutex<Vec<u32>>,
}

impl ParcelsV1Handler for &'static Calls {
    async fn parcel(&self, parcel: Parcel, delivery: &Delivery) -> Result<(), HandlerError> {
        self.attempts.lock().expect("no panic").push(delivery.attempt);
        match (&*parcel.id, delivery.attempt) {
            ("slow", 1) => std::future::pending().await,
            ("lost", _) => Err("it is lost".into()),
            ("tomorrow", 1) => Err(HandlerError::retry_after("tomorrow", Duration::from_secs(86_400))),
            ("tomorrow", _) => Err("not even then".into()),
            _ => Ok(()),
        }
    }
}

async fn parcel(id: &str) -> (Outcome, Vec<u32>) {
    let calls: &Calls = Box::leak(Box::default());
    let outcome = deliver(ParcelsV1::handler(calls), [Parcel { id: id.to_owned() }]).await;
    (outcome, std::mem::take(&mut calls.attempts.lock().expect("no panic")))
}

#[tokio::test]
async fn a_handler_that_takes_too_long_is_cancelled() {
    let (outcome, attempts) = parcel("slow").await;
    assert_eq!((outcome.handled, outcome.retried, attempts), (1, 1, vec![1, 2]));
}

#[tokio::test]
async fn a_record_is_tried_as_often_as_in_production() {
    // Once and once more in place, and the same after each delay.
    let (outcome, attempts) = parcel("lost").await;
    assert_eq!((outcome.dead_letters[0].attempts, attempts.len()), (6, 6));
    assert_eq!(outcome.dead_letters[0].disposition, Disposition::Exhausted);
    // The handler asks for a delay at once, so that no attempt in place comes first.
    let (outcome, attempts) = parcel("tomorrow").await;
    assert_eq!((outcome.dead_letters[0].attempts, attempts.len()), (5, 5));
}

struct Refuses;

impl LettersV1Handler for Refuses {
    async fn letter(&self, letter: Letter, _: &Delivery) -> Result<(), HandlerError> {
        if letter.id == "good" { Ok(()) } else { Err(HandlerError::reject("no such address")) }
    }
}

#[tokio::test]
async fn without_dead_letters_a_record_that_is_rejected_stops_the_consumer() {
    let letters = ["good", "bad", "good"].map(|id| Letter { id: id.to_owned() });
    let outcome = deliver(LettersV1::handler(Refuses), letters).await;
    assert_eq!((outcome.handled, outcome.dead_letters.len()), (1, 0));
    let reason = outcome.stopped.expect("it stops");
    assert!(reason.contains("letters.v1") && reason.contains("no such address"), "{reason}");
}

#[tokio::test]
async fn a_record_without_a_value_is_poison_where_nothing_is_deleted() {
    let mut key = KeyBuffer::new();
    Parcel { id: "one".to_owned() }.key(&mut key);
    let calls: &Calls = Box::leak(Box::default());
    let outcome = deliver(ParcelsV1::handler(calls), [TopicEvent::deleted(key)]).await;
    let letter = &outcome.dead_letters[0];
    assert_eq!((letter.disposition, letter.attempts), (Disposition::Poison, 0));
    assert!(letter.error.contains("tombstone"), "{}", letter.error);
}
