//! Handlers that panic, by the policy of the consumer.

use eventgen::{Error, OnPanic, Report, RunError, dead_letter};
use eventgen_testkit::{caught_up, records};
use orders::events::com::example::orders::OrdersEventsV1;
use orders::sample::order;

use crate::support::{DEAD_LETTERS, GROUP, PATIENCE, Scripted, TOPIC, cluster, consume, send};

/// Consumes three orders, of which the second one makes the handler panic.
async fn run(client: &eventgen::Client, policy: OnPanic) -> Result<Report, RunError> {
    send(client, (1..=3).map(|number| order(number, "ada"))).await;
    let handler = Scripted::new(|event, _| {
        assert_ne!(event.order_id, "order-000002", "a bug");
        Ok(())
    });
    let lag = async { caught_up(client, GROUP, TOPIC, PATIENCE).await.map(drop).expect("lag") };
    OrdersEventsV1::consumer(client, GROUP, handler).on_panic(policy).run_until(lag).await
}

#[tokio::test]
async fn a_panic_is_retried_by_default() {
    let (_cluster, client) = cluster().await;
    let report = run(&client, OnPanic::default()).await.expect("no error");
    assert_eq!((report.handled, report.retried, report.exhausted), (2, 3, 1));
}

#[tokio::test]
async fn a_panic_makes_a_dead_letter_at_once_where_the_consumer_says_so() {
    let (_cluster, client) = cluster().await;
    let report = run(&client, OnPanic::DeadLetter).await.expect("no error");
    assert_eq!((report.handled, report.retried, report.exhausted), (2, 0, 1));
    let letters = records(&client, DEAD_LETTERS).await.expect("dead letters");
    let text = |name: &str| letters[0].headers.text(name).unwrap_or_default();
    assert!(
        text(dead_letter::MESSAGE).starts_with("the handler panicked: "),
        "{}",
        text(dead_letter::MESSAGE)
    );
    assert_eq!((text(dead_letter::DELIVERY_COUNT), text(dead_letter::DISPOSITION)), ("1", "exhausted"));
}

#[tokio::test]
async fn a_panic_stops_the_consumer_where_it_says_so_and_its_record_is_delivered_again() {
    let (_cluster, client) = cluster().await;
    let error = run(&client, OnPanic::Stop).await.expect_err("stopped");
    assert!(matches!(&error.error, Error::HandlerStopped { offset: 1, attempt: 1, .. }), "{error}");
    let text = error.to_string();
    assert!(text.contains("key `ada`") && text.contains("the handler panicked: "), "{text}");
    assert_eq!((error.report.handled, error.report.retried), (1, 0));
    let report = consume(&client, Scripted::new(|_, _| Ok(()))).await.expect("no error");
    assert_eq!(report.handled, 2, "the order that was handled is committed");
}
