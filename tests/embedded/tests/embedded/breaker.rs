//! A flood of records that do not decode.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use eventgen::observe::{ConsumerEvent, Observer};
use eventgen::{Breaker, Client, Consumer, HoldReason};
use eventgen_testkit::{caught_up, records, send_bytes};
use orders::events::com::example::orders::OrdersEventsV1;
use orders::sample::order;

use crate::logs;
use crate::support::{DEAD_LETTERS, GROUP, PATIENCE, Scripted, TOPIC, cluster, send};

/// Customers whose records are all on one partition.
const POISON: &str = "ada";
const GOOD: &str = "donald";
/// The default window is 200 records.
const HALF: usize = 100;

/// What is observed of breakers.
#[derive(Default)]
struct Breakers(Mutex<Vec<String>>);

impl Breakers {
    fn seen(&self) -> Vec<String> {
        self.0.lock().expect("no panic").clone()
    }
}

impl Observer for Breakers {
    fn on_consumer_event(&self, _: &str, event: &ConsumerEvent<'_>) {
        let seen = match event {
            ConsumerEvent::BreakerOpened { poison, window, cause, .. } => {
                assert!(cause.contains("begins with byte"), "{cause}");
                format!("opened with {poison} of {window}")
            }
            ConsumerEvent::BreakerClosed { .. } => "closed".to_owned(),
            _ => return,
        };
        self.0.lock().expect("no panic").push(seen);
    }
}

async fn send_poison(client: &Client, count: usize) {
    for _ in 0..count {
        send_bytes(client, TOPIC, POISON.as_bytes(), b"no event").await.expect("sent");
    }
}

fn consumer(client: &Client, group: &str, handler: &Scripted, breakers: &Arc<Breakers>) -> Consumer {
    OrdersEventsV1::consumer(client, group, handler.clone()).observe(breakers.clone())
}

async fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let holds = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, holds).await.unwrap_or_else(|_| panic!("{what}"));
}

#[tokio::test]
async fn a_flood_of_poison_waits_and_the_next_owner_gets_it() {
    logs::keep();
    let group = "flooded-by-a-deployment";
    let (_cluster, client) = cluster().await;
    send_poison(&client, HALF + 20).await;
    send(&client, (1..=10).map(|number| order(number, GOOD))).await;
    let breakers = Arc::new(Breakers::default());
    let handler = Scripted::new(|_, _| Ok(()));
    let consumer = consumer(&client, group, &handler, &breakers);
    let handle = consumer.handle();
    let held = async {
        until("good records go on", || handler.accepted().len() == 10).await;
        until("the breaker opens", || !breakers.seen().is_empty()).await;
        until("the partition is held", || handle.partitions().iter().any(|at| at.held.is_some())).await;
        assert!(!handle.is_ready());
        let held = handle.partitions().into_iter().find_map(|at| at.held).expect("held");
        assert_eq!(held.reason, HoldReason::Breaker);
    };
    let report = consumer.run_until(held).await.expect("waiting does not hold up the drain");
    assert_eq!((report.handled, report.poison), (10, HALF as u64));
    assert_eq!(breakers.seen(), ["opened with 101 of 200"]);
    assert_eq!(records(&client, DEAD_LETTERS).await.expect("dead letters").len(), HALF);
    let lines = logs::lines(group, "the breaker opened");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0]["message"].contains("`Consumer::breaker`"), "{lines:?}");
    for name in ["topic", "partition", "offset", "key", "attempt", "cause"] {
        assert!(lines[0].contains_key(name), "{name}: {lines:?}");
    }

    // The next assignment starts afresh.
    let next = Scripted::new(|_, _| Ok(()));
    let lag = async { caught_up(&client, group, TOPIC, PATIENCE).await.map(drop).expect("lag") };
    let report = OrdersEventsV1::consumer(&client, group, next).run_until(lag).await.expect("no error");
    assert_eq!((report.handled, report.poison), (0, 20), "what waited, and nothing that was done");
}

#[tokio::test]
async fn the_breaker_closes_when_good_records_fill_its_window() {
    let (_cluster, client) = cluster().await;
    send_poison(&client, HALF + 20).await;
    let breakers = Arc::new(Breakers::default());
    let handler = Scripted::new(|_, _| Ok(()));
    let consumer = consumer(&client, GROUP, &handler, &breakers);
    let recovers = async {
        until("the breaker opens", || !breakers.seen().is_empty()).await;
        // The poison of the one key waits for the record that opened the breaker, so that it has not been decoded.
        send(&client, (1..=200).map(|number| order(number, GOOD))).await;
        let lag = caught_up(&client, GROUP, TOPIC, PATIENCE).await;
        assert_eq!(lag.expect("the cluster answers"), 0);
    };
    let report = consumer.run_until(recovers).await.expect("no error");
    assert_eq!((report.handled, report.poison), (200, HALF as u64 + 20));
    assert_eq!(breakers.seen(), ["opened with 101 of 200", "closed"]);
    assert_eq!(records(&client, DEAD_LETTERS).await.expect("dead letters").len(), HALF + 20);
}

#[tokio::test]
async fn a_consumer_without_a_breaker_makes_a_dead_letter_of_every_poison_record() {
    let (_cluster, client) = cluster().await;
    send_poison(&client, HALF + 50).await;
    let breakers = Arc::new(Breakers::default());
    let handler = Scripted::new(|_, _| Ok(()));
    let consumer = consumer(&client, GROUP, &handler, &breakers).breaker(Breaker::OFF);
    let lag = async { caught_up(&client, GROUP, TOPIC, PATIENCE).await.map(drop).expect("lag") };
    assert_eq!(consumer.run_until(lag).await.expect("no error").poison, HALF as u64 + 50);
    assert!(breakers.seen().is_empty());
}

#[tokio::test]
async fn the_window_and_the_share_of_a_breaker_are_settings() {
    let (_cluster, client) = cluster().await;
    send_poison(&client, 3).await;
    let breakers = Arc::new(Breakers::default());
    let handler = Scripted::new(|_, _| Ok(()));
    let consumer = consumer(&client, GROUP, &handler, &breakers);
    let consumer = consumer.breaker(Breaker::DEFAULT.with_window(10).with_share(0.15));
    let opened = until("the breaker opens", || !breakers.seen().is_empty());
    let report = consumer.run_until(opened).await.expect("no error");
    assert_eq!((report.poison, breakers.seen()), (1, vec!["opened with 2 of 10".to_owned()]));
}
