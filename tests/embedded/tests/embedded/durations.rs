//! Settings that are durations, at their limits: none of them panics or stops the consumer.

use std::time::Duration;

use eventgen::{
    Backoff, Client, Consumer, DecodeError, DecodeOptions, Delivery, Error, EventKind, Handler, HandlerError,
    Report, Retry, Topic, TopicEvents,
};
use eventgen_testkit::{caught_up, send_bytes};
use orders::events::com::example::orders::OrdersEventsV1;
use orders::sample::order;

use crate::support::{GROUP, PATIENCE, Scripted, TOPIC, cluster, consume, send};

const LIMITS: [Duration; 2] = [Duration::ZERO, Duration::MAX];

/// Handles two orders, of which the second one fails at its first attempt.
async fn run(client: &Client, set: impl FnOnce(Consumer) -> Consumer) -> Report {
    send(client, (1..=2).map(|number| order(number, "ada"))).await;
    let handler = Scripted::new(|event, delivery| match (event.order_id.as_str(), delivery.attempt) {
        ("order-000002", 1) => Err(HandlerError::retry("not yet")),
        _ => Ok(()),
    });
    let done = handler.clone();
    let shutdown = async {
        let both = async {
            while done.accepted().len() < 2 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, both).await.expect("both are handled");
    };
    set(OrdersEventsV1::consumer(client, GROUP, handler)).run_until(shutdown).await.expect("no error")
}

#[tokio::test]
async fn the_commit_interval_has_no_limits() {
    for interval in LIMITS {
        let (_cluster, client) = cluster().await;
        assert_eq!(run(&client, |consumer| consumer.commit_interval(interval)).await.handled, 2);
        let report = consume(&client, Scripted::new(|_, _| Ok(()))).await.expect("no error");
        assert_eq!(report.handled, 0, "{interval:?}: a consumer that leaves commits whatever its interval");
    }
}

#[tokio::test]
async fn the_handler_timeout_has_no_limits() {
    for limit in LIMITS {
        let (_cluster, client) = cluster().await;
        let report = run(&client, |consumer| consumer.handler_timeout(limit)).await;
        assert_eq!((report.handled, report.retried), (2, 1), "{limit:?}: no handler waits");
    }
}

#[tokio::test]
async fn the_liveness_limit_and_the_wait_at_the_start_have_no_limits() {
    for limit in LIMITS {
        let (_cluster, client) = cluster().await;
        let report = run(&client, |consumer| consumer.liveness_limit(limit).wait_at_start(limit)).await;
        assert_eq!(report.handled, 2, "{limit:?}");
    }
}

#[tokio::test]
async fn a_schema_that_is_unknown_may_be_asked_for_without_a_limit() {
    let (_cluster, client) = cluster().await;
    send_bytes(&client, TOPIC, b"donald", b"\0\0\0\x03\xe8x").await.expect("sent");
    let report = run(&client, |consumer| consumer.unknown_schema_grace(Duration::MAX)).await;
    assert_eq!((report.handled, report.poison), (2, 0), "it waits");
    let lag = async { caught_up(&client, GROUP, TOPIC, PATIENCE).await.map(drop).expect("lag") };
    let consumer = OrdersEventsV1::consumer(&client, GROUP, Scripted::new(|_, _| Ok(())));
    let report = consumer.unknown_schema_grace(Duration::ZERO).run_until(lag).await.expect("no error");
    assert_eq!((report.handled, report.poison), (0, 1));
}

#[tokio::test]
async fn a_drain_may_take_no_time_and_not_all_time() {
    let (_cluster, client) = cluster().await;
    assert_eq!(run(&client, |consumer| consumer.drain_deadline(Duration::ZERO)).await.handled, 2);
    // Just below the longest interval that the client accepts.
    let almost_a_day = Duration::from_millis(24 * 60 * 60 * 1_000 - 1);
    let set =
        |consumer: Consumer| consumer.set("max.poll.interval.ms", "86400000").drain_deadline(almost_a_day);
    assert_eq!(run(&client, set).await.handled, 2);
    for interval in ["300000", "86400000", "18446744073709551615"] {
        let consumer = OrdersEventsV1::consumer(&client, GROUP, Scripted::new(|_, _| Ok(())));
        let consumer = consumer.set("max.poll.interval.ms", interval).drain_deadline(Duration::MAX);
        let error = consumer.run_until(std::future::pending()).await.expect_err("too long").error;
        assert!(matches!(error, Error::RefusedSetting { .. }), "{interval}: {error}");
    }
}

/// Orders whose retries wait as long as a contract can state.
struct Patient(OrdersEventsV1);

impl TopicEvents for Patient {
    const TOPIC: &'static Topic =
        &OrdersEventsV1::TOPIC.with_retry(Retry::DEFAULT.with_attempts(u32::MAX).with_backoff(
            Backoff::Exponential,
            Duration::MAX,
            Duration::MAX,
        ));
    const EVENTS: &'static [EventKind] = OrdersEventsV1::EVENTS;

    fn read_payload(kind: usize, payload: &[u8], options: DecodeOptions) -> Result<Self, DecodeError> {
        OrdersEventsV1::read_payload(kind, payload, options).map(Self)
    }
}

/// Fails always.
struct Fails;

impl Handler for Fails {
    type Events = Patient;

    async fn handle(&self, event: Patient, _: &Delivery) -> Result<(), HandlerError> {
        drop(event.0);
        Err(HandlerError::retry("not yet"))
    }
}

#[tokio::test]
async fn the_longest_pause_of_a_contract_is_a_pause() {
    let (_cluster, client) = cluster().await;
    send(&client, (1..=20).map(|number| order(number, &format!("customer-{number}")))).await;
    let consumer = Consumer::new(&client, GROUP).subscribe(Fails);
    let handle = consumer.handle();
    let retried = async {
        let all = async {
            while handle.report().retried < 20 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, all).await.expect("all have failed once");
    };
    let report = consumer.run_until(retried).await.expect("no panic");
    assert_eq!((report.handled, report.retried, report.dead_lettered()), (0, 20, 0));
}
