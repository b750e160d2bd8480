//! Handlers that skip a record, that choose the pause before a retry, and that stop the consumer.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use eventgen::{Delivery, Error, HandlerError};
use eventgen_testkit::{caught_up, deliver, records};
use orders::events::com::example::orders::{OrderEvent, OrdersEventsV1, OrdersEventsV1Handler};
use orders::sample::order;

use crate::logs;
use crate::support::{DEAD_LETTERS, GROUP, PATIENCE, Scripted, TOPIC, cluster, consume, send};

fn skip_even(event: &OrderEvent, _: &Delivery) -> Result<(), HandlerError> {
    let number: u32 = event.order_id.trim_start_matches("order-").parse()?;
    if number.is_multiple_of(2) { Err(HandlerError::skip(format!("{number} is even"))) } else { Ok(()) }
}

#[tokio::test]
async fn a_skipped_record_is_counted_logged_and_committed() {
    logs::keep();
    let group = "skips";
    let (_cluster, client) = cluster().await;
    send(&client, (1..=4).map(|number| order(number, "ada"))).await;
    let lag = async { caught_up(&client, group, TOPIC, PATIENCE).await.map(drop).expect("lag") };
    let consumer = OrdersEventsV1::consumer(&client, group, Scripted::new(skip_even));
    let report = consumer.run_until(lag).await.expect("no error");
    assert_eq!((report.handled, report.skipped, report.retried, report.dead_lettered()), (2, 2, 0, 0));
    assert!(records(&client, DEAD_LETTERS).await.expect("dead letters").is_empty());
    let lines = logs::lines(group, "skipped the record");
    assert_eq!(lines.len(), 2, "{lines:?}");
    for (line, (offset, cause)) in lines.iter().zip([("1", "2 is even"), ("3", "4 is even")]) {
        assert_eq!((line["topic"].as_str(), line["offset"].as_str()), (TOPIC, offset));
        assert_eq!((line["attempt"].as_str(), line["cause"].as_str()), ("1", cause));
        assert!(line.contains_key("partition") && line["key"].contains("ada"), "{line:?}");
    }
    let ended = logs::lines(group, "the consumer stopped");
    assert_eq!(ended[0]["skipped"], "2");
}

#[tokio::test]
async fn the_test_kit_reports_skipped_events() {
    let handler = OrdersEventsV1::handler(Scripted::new(skip_even));
    let outcome = deliver(handler, (1..=3).map(|number| order(number, "ada"))).await;
    assert_eq!((outcome.handled, outcome.skipped.len(), outcome.dead_letters.len()), (2, 1, 0));
    let skipped = &outcome.skipped[0];
    assert_eq!((skipped.index, skipped.attempts, skipped.error.as_str()), (1, 1, "2 is even"));
    assert_eq!(skipped.key.as_deref(), Some(b"ada".as_slice()));
}

/// Asks for a pause that is longer than all pauses of the contract, which has three retries.
#[derive(Clone, Default)]
struct Busy(Arc<AtomicUsize>);

const QUOTA: Duration = Duration::from_secs(2);

impl OrdersEventsV1Handler for Busy {
    async fn order_event(&self, event: OrderEvent, delivery: &Delivery) -> Result<(), HandlerError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        match (event.order_id.as_str(), delivery.attempt) {
            ("order-000001", 1) => Err(HandlerError::retry_after("the quota is used up", QUOTA)),
            ("order-000003", _) => Err(HandlerError::retry_after("busy", Duration::ZERO)),
            _ => Ok(()),
        }
    }
}

#[tokio::test]
async fn a_handler_chooses_the_pause_before_a_retry_and_the_attempt_counts() {
    let (_cluster, client) = cluster().await;
    send(&client, (1..=3).map(|number| order(number, "ada"))).await;
    let busy = Busy::default();
    let begin = Instant::now();
    let lag = async { caught_up(&client, GROUP, TOPIC, PATIENCE).await.map(drop).expect("lag") };
    let report =
        OrdersEventsV1::consumer(&client, GROUP, busy.clone()).run_until(lag).await.expect("no error");
    assert!(begin.elapsed() >= QUOTA, "the pause of the contract is at most 200 ms");
    assert_eq!((report.handled, report.retried, report.exhausted), (2, 4, 1));
    assert_eq!(busy.0.load(Ordering::Relaxed), 2 + 1 + 4, "the retries of the contract, then a dead letter");
}

#[tokio::test]
async fn a_shutdown_does_not_wait_for_a_pause_that_a_handler_asked_for() {
    let (_cluster, client) = cluster().await;
    send(&client, [order(1, "ada")]).await;
    let handler = Scripted::new(|_, _| Err(HandlerError::retry_after("closed", Duration::MAX)));
    let consumer = OrdersEventsV1::consumer(&client, GROUP, handler);
    let stop = tokio::time::sleep(Duration::from_secs(3));
    let begin = Instant::now();
    let report = consumer.run_until(stop).await.expect("no error");
    assert!(begin.elapsed() < Duration::from_secs(15), "the drain deadline is 20 s");
    assert_eq!(report.handled, 0);
    let report = consume(&client, Scripted::new(|_, _| Ok(()))).await.expect("no error");
    assert_eq!(report.handled, 1, "the record is delivered again at once");
}

/// Fails fatally at the first order when all others are done.
#[derive(Clone, Default)]
struct FatalAtLast(Arc<AtomicUsize>);

const CUSTOMERS: usize = 40;

impl OrdersEventsV1Handler for FatalAtLast {
    async fn order_event(&self, event: OrderEvent, _: &Delivery) -> Result<(), HandlerError> {
        if event.order_id != "order-000001" {
            self.0.fetch_add(1, Ordering::Relaxed);
            return Ok(());
        }
        while self.0.load(Ordering::Relaxed) < CUSTOMERS - 1 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Err(HandlerError::fatal("the database is gone"))
    }
}

#[tokio::test]
async fn a_fatal_error_commits_what_is_done_behind_its_record() {
    let (_cluster, client) = cluster().await;
    send(&client, (1..=CUSTOMERS).map(|number| order(number, &format!("customer-{number}")))).await;
    let consumer = OrdersEventsV1::consumer(&client, GROUP, FatalAtLast::default());
    let ended = tokio::time::timeout(PATIENCE, consumer.run_until(std::future::pending())).await;
    let error = ended.expect("it ends").expect_err("stopped");
    assert!(matches!(error.error, Error::HandlerStopped { .. }), "{error}");
    assert_eq!(error.report.handled, CUSTOMERS as u64 - 1);
    let after = Scripted::new(|_, _| Ok(()));
    let report = consume(&client, after.clone()).await.expect("no error");
    assert_eq!((report.handled, after.accepted()[0].1.as_str()), (1, "order-000001"));
}
