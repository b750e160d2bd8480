//! What the contract says about consumers: their groups, and how long a handler may take.

use std::time::Duration;

use eventgen::{
    Batch, BatchError, BatchHandler, BatchOptions, Client, Consumer, DecodeError, DecodeOptions, Delivery,
    Error, EventKind, Handler, HandlerError, Report, Retry, Topic, TopicEvents,
};
use eventgen_testkit::caught_up;
use orders::events::com::example::orders::{OrdersEventsV1, orders_events_v1};
use orders::sample::order;

use crate::logs;
use crate::support::{GROUP, PATIENCE, Scripted, TOPIC, cluster, send};

/// What the log says about the group of a consumer that ends at once.
async fn warnings(client: &Client, group: &str) -> Vec<String> {
    logs::keep();
    let consumer = OrdersEventsV1::consumer(client, group, Scripted::new(|_, _| Ok(())));
    consumer.run_until(std::future::ready(())).await.expect("no error");
    let lines = logs::lines(group, "does not name this group");
    lines.into_iter().map(|line| line["message"].clone()).collect()
}

#[tokio::test]
async fn a_group_that_the_contract_does_not_name_is_questioned_once() {
    assert_eq!(orders_events_v1::TOPIC.groups, [orders_events_v1::groups::ORDER_PROCESSOR]);
    let (_cluster, client) = cluster().await;
    assert!(warnings(&client, GROUP).await.is_empty(), "the contract names it");
    let misspelt = warnings(&client, "oder-processor").await;
    assert_eq!(misspelt.len(), 1, "{misspelt:?}");
    assert!(misspelt[0].ends_with("did you mean `order-processor`?"), "{misspelt:?}");
    let other = warnings(&client, "warehouse").await;
    assert_eq!(other.len(), 1, "{other:?}");
    assert!(other[0].ends_with("the contract names order-processor"), "{other:?}");
}

#[tokio::test]
async fn a_group_without_a_name_is_refused_before_the_consumer_connects() {
    let nowhere = Client::builder("localhost:1", "http://localhost:1").build().expect("a client");
    for (group, reason) in [("", "is empty"), ("order\0processor", "zero byte")] {
        let consumer = OrdersEventsV1::consumer(&nowhere, group, Scripted::new(|_, _| Ok(())));
        let error = consumer.run_until(std::future::pending()).await.expect_err("refused").error;
        assert!(matches!(error, Error::InvalidSubscription { .. }), "{error}");
        assert!(error.to_string().contains(reason), "{error}");
    }
}

/// Orders that wait in retry topics.
struct Delayed(OrdersEventsV1);

impl TopicEvents for Delayed {
    const TOPIC: &'static Topic =
        &OrdersEventsV1::TOPIC.with_retry(Retry::DEFAULT.with_delays(&[Duration::from_secs(10)]));
    const EVENTS: &'static [EventKind] = OrdersEventsV1::EVENTS;

    fn read_payload(kind: usize, payload: &[u8], options: DecodeOptions) -> Result<Self, DecodeError> {
        OrdersEventsV1::read_payload(kind, payload, options).map(Self)
    }
}

struct DelayedOrders;

impl Handler for DelayedOrders {
    type Events = Delayed;

    async fn handle(&self, event: Delayed, _: &Delivery) -> Result<(), HandlerError> {
        drop(event.0);
        Ok(())
    }
}

/// Takes batches of orders that wait in retry topics.
struct DelayedBatches;

impl BatchHandler for DelayedBatches {
    type Events = Delayed;

    async fn handle(&self, _: Batch<'_, Delayed>) -> Result<(), BatchError> {
        Ok(())
    }
}

#[tokio::test]
async fn what_retry_topics_cannot_do_is_refused_before_the_consumer_connects() {
    let nowhere = Client::builder("localhost:1", "http://localhost:1").build().expect("a client");
    let batches = Consumer::new(&nowhere, GROUP).subscribe_batches(DelayedBatches, BatchOptions::new());
    let single = Consumer::new(&nowhere, GROUP).subscribe(DelayedOrders);
    for consumer in [batches, single] {
        let eager = consumer.set("partition.assignment.strategy", "range,cooperative-sticky");
        let error = eager.run_until(std::future::pending()).await.expect_err("refused").error;
        assert!(matches!(error, Error::RefusedSetting { .. }), "{error}");
        assert!(error.to_string().contains("retry topics need `cooperative-sticky`"), "{error}");
    }
}

/// Orders whose contract limits their handler.
struct Limited(OrdersEventsV1);

impl TopicEvents for Limited {
    const TOPIC: &'static Topic = &OrdersEventsV1::TOPIC.with_handler_timeout(Duration::from_millis(200));
    const EVENTS: &'static [EventKind] = OrdersEventsV1::EVENTS;

    fn read_payload(kind: usize, payload: &[u8], options: DecodeOptions) -> Result<Self, DecodeError> {
        OrdersEventsV1::read_payload(kind, payload, options).map(Self)
    }
}

/// Takes two seconds at the first attempt.
struct Slow;

impl Handler for Slow {
    type Events = Limited;

    async fn handle(&self, event: Limited, delivery: &Delivery) -> Result<(), HandlerError> {
        drop(event.0);
        if delivery.attempt == 1 {
            tokio::time::sleep(Duration::from_secs(2)).await;
        }
        Ok(())
    }
}

async fn run(client: &Client, set: impl FnOnce(Consumer) -> Consumer) -> Report {
    let lag = async { caught_up(client, GROUP, TOPIC, PATIENCE).await.map(drop).expect("lag") };
    set(Consumer::new(client, GROUP).subscribe(Slow)).run_until(lag).await.expect("no error")
}

#[tokio::test]
async fn the_contract_limits_how_long_a_handler_takes_and_a_consumer_overrides_it() {
    let (_cluster, client) = cluster().await;
    send(&client, [order(1, "ada")]).await;
    let report = run(&client, |consumer| consumer).await;
    assert_eq!((report.handled, report.retried), (1, 1), "cancelled and called again");
    send(&client, [order(2, "ada")]).await;
    let report = run(&client, |consumer| consumer.handler_timeout(Duration::MAX)).await;
    assert_eq!((report.handled, report.retried), (1, 0), "this consumer has no limit");
}
