//! Retry topics with wrong clocks, wrong contracts and wrong hands at work.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use eventgen::{
    Consumer, DecodeError, DecodeOptions, Error, EventKind, HandlerError, Headers, Report, Retry, Topic,
    TopicEvents,
};
use eventgen_testkit::{caught_up, records, send_with_headers};
use orders::events::com::example::orders::{OrderEvent, OrdersEventsV1};
use orders::sample::order;

use crate::logs;
use crate::retry_topics::{DELAYS, Delayed, Remembering, accepts, by_customer, contract, prepared};
use crate::support::{PATIENCE, TOPIC, send};

contract!(
    OneDelay,
    OrdersEventsV1::TOPIC
        .with_retry(Retry::DEFAULT.with_attempts(0).with_delays(&[Duration::from_millis(400)]))
);

fn retry_topic(group: &str, number: usize) -> String {
    Delayed::TOPIC.retry_topics(group).remove(number)
}

async fn line(group: &str, message: &str) -> Vec<logs::Line> {
    let begun = Instant::now();
    loop {
        let lines = logs::lines(group, message);
        if !lines.is_empty() {
            return lines;
        }
        assert!(begun.elapsed() < PATIENCE, "{message}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_record_with_the_time_of_a_wrong_clock_holds_nothing_back_for_longer_than_its_delay() {
    const GROUP: &str = "wrong-clock";
    logs::keep();
    let (_cluster, client) = prepared(&[GROUP]).await;
    send(&client, (1..=3).map(|number| order(number, "ada"))).await;
    let value = records(&client, TOPIC).await.expect("records").remove(0).value.expect("a value");
    let mut headers = Headers::new();
    headers.set("__retry.due", i64::MAX);
    for _ in 0..2 {
        send_with_headers(&client, &retry_topic(GROUP, 1), b"ada", &value, &headers).await.expect("written");
    }
    let handler = Remembering::<Delayed>::new(|_, _| Ok(()));
    let consumer = Consumer::new(&client, GROUP).subscribe(handler.clone());
    consumer.run_until(handler.until(accepts(5))).await.expect("no error");
    let orders = by_customer(&handler.accepted()).remove("ada").expect("orders");
    assert_eq!(orders.iter().filter(|order| *order == "order-000001").count(), 3);
    let lines = logs::lines(GROUP, "states that it is due later than its delay allows");
    assert_eq!(lines.len(), 1, "{lines:?}");
}

#[tokio::test]
async fn every_partition_that_a_handle_lists_can_be_sought() {
    const GROUP: &str = "replays";
    let (_cluster, client) = prepared(&[GROUP]).await;
    send(&client, (1..=3).map(|number| order(number, "ada"))).await;
    let handler = Remembering::<Delayed>::new(|_, _| Ok(()));
    let consumer = Consumer::new(&client, GROUP).subscribe(handler.clone());
    let handle = consumer.handle();
    let operator = async {
        handler.until(accepts(3)).await;
        let partitions = handle.partitions();
        assert_eq!(Some(partitions.len()), Delayed::TOPIC.partitions.map(|count| count as usize));
        for at in &partitions {
            handle.seek(&at.topic, at.partition, 0).await.expect("it can be sought");
        }
        handler.until(accepts(6)).await;
        let of_retry_topics = handle.retry_partitions();
        assert_eq!(of_retry_topics.len(), partitions.len() * (DELAYS.len() + 1));
        let at = &of_retry_topics[0];
        let error = handle.seek(&at.topic, at.partition, 0).await.expect_err("its records have their turn");
        assert!(error.to_string().contains("it is one of a retry topic"), "{error}");
    };
    consumer.run_until(operator).await.expect("no error");
}

/// Runs until the group has caught up. The first order fails once.
async fn run<E: TopicEvents + Into<OrderEvent> + Send>(group: &'static str) -> Report {
    let (_cluster, client) = prepared(&[group]).await;
    send(&client, (1..=3).map(|number| order(number, "ada"))).await;
    let handler =
        Remembering::<E>::new(|event, delivery| match (event.order_id.as_str(), delivery.attempt) {
            ("order-000001", 1) => Err(HandlerError::retry_after("busy", Duration::from_secs(60))),
            _ => Ok(()),
        });
    let lag = async { assert_eq!(caught_up(&client, group, TOPIC, PATIENCE).await.expect("an answer"), 0) };
    Consumer::new(&client, group).subscribe(handler).run_until(lag).await.expect("no error")
}

#[tokio::test]
async fn a_group_has_not_caught_up_while_records_wait_in_its_retry_topics() {
    let report = run::<Delayed>("waits").await;
    assert_eq!((report.handled, report.retried), (3, 1));
}

#[tokio::test]
async fn a_wait_that_is_longer_than_all_delays_is_logged() {
    logs::keep();
    run::<OneDelay>("patient").await;
    let lines = logs::lines("patient", "asks for a longer wait than the longest delay");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!((&*lines[0]["asked"], &*lines[0]["longest"]), ("60s", "400ms"));
}

#[tokio::test]
async fn a_group_without_retry_topics_is_told_to_be_named_in_the_contract() {
    let (_cluster, client) = prepared(&[]).await;
    let handler = Remembering::<Delayed>::new(|_, _| Ok(()));
    let consumer = Consumer::new(&client, "nameless").subscribe(handler);
    let error = consumer.run_until(std::future::pending()).await.expect_err("no retry topics").error;
    assert!(matches!(error, Error::InvalidSubscription { .. }), "{error}");
    assert!(error.to_string().contains("name it in `consumers`"), "{error}");
}

#[tokio::test]
async fn records_in_a_topic_of_a_delay_that_was_taken_away_are_warned_of() {
    const GROUP: &str = "fewer-delays";
    logs::keep();
    let (_cluster, client) = prepared(&[GROUP]).await;
    for number in [1, 2] {
        let topic = retry_topic(GROUP, number);
        send_with_headers(&client, &topic, b"ada", b"-", &Headers::new()).await.expect("written");
    }
    let warned = async {
        let lines = line(GROUP, "records wait in a retry topic that the contract no longer reads").await;
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert_eq!((&lines[0]["retry_topic"], &*lines[0]["records"]), (&retry_topic(GROUP, 2), "1"));
    };
    let handler = Remembering::<OneDelay>::new(|_, _| Ok(()));
    Consumer::new(&client, GROUP).subscribe(handler).run_until(warned).await.expect("no error");
}

/// Whether the handler runs, and then whether the brokers are away.
static RUNS: AtomicBool = AtomicBool::new(false);
static AWAY: AtomicBool = AtomicBool::new(false);

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_topic_that_does_not_answer_is_logged_before_the_client_gives_up() {
    const GROUP: &str = "unanswered";
    logs::keep();
    let (cluster, client) = prepared(&[GROUP]).await;
    send(&client, [order(1, "ada")]).await;
    let handler = Remembering::<Delayed>::new(|_, delivery| {
        if delivery.attempt > 1 {
            return Ok(());
        }
        RUNS.store(true, Ordering::Relaxed);
        while !AWAY.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(10));
        }
        Err(HandlerError::retry("closed"))
    });
    let outage = async {
        while !RUNS.load(Ordering::Relaxed) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        (1..=3).for_each(|broker| cluster.broker_down(broker).expect("down"));
        AWAY.store(true, Ordering::Relaxed);
        let lines = line(GROUP, "holding the record").await;
        let cause = &lines[0]["cause"];
        assert!(cause.contains("has not acknowledged a record"), "{cause}");
        (1..=3).for_each(|broker| cluster.broker_up(broker).expect("up"));
        handler.until(accepts(1)).await;
    };
    let consumer = Consumer::new(&client, GROUP).subscribe(handler.clone());
    consumer.run_until(outage).await.expect("no error");
}
