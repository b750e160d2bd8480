//! Retry topics: what waits there, in which order it comes back, and what ends in the dead-letter topic.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use eventgen::{
    Client, Consumer, DecodeError, DecodeOptions, Delivery, EventKind, Handler, HandlerError, Report, Retry,
    Topic, TopicEvents, dead_letter,
};
use eventgen_testkit::{TestCluster, records, send_bytes};
use orders::events::com::example::orders::{OrderEvent, OrdersEventsV1};
use orders::sample::order;

use crate::support::{DEAD_LETTERS, GROUP, PATIENCE, TOPIC, cluster, send, topic_done};

pub(crate) const DELAYS: &[Duration] = &[Duration::from_millis(400), Duration::from_millis(800)];

/// A topic of orders that differs from the contract in its retries.
macro_rules! contract {
    ($name:ident, $topic:expr) => {
        pub(crate) struct $name(OrdersEventsV1);

        impl TopicEvents for $name {
            const TOPIC: &'static Topic = &$topic;
            const EVENTS: &'static [EventKind] = OrdersEventsV1::EVENTS;

            fn read_payload(
                kind: usize,
                payload: &[u8],
                options: DecodeOptions,
            ) -> Result<Self, DecodeError> {
                OrdersEventsV1::read_payload(kind, payload, options).map(Self)
            }
        }

        impl From<$name> for OrderEvent {
            fn from(event: $name) -> Self {
                let OrdersEventsV1::OrderEvent(order) = event.0;
                order
            }
        }
    };
}

pub(crate) use contract;

contract!(Delayed, OrdersEventsV1::TOPIC.with_retry(Retry::DEFAULT.with_attempts(0).with_delays(DELAYS)));
contract!(
    Unordered,
    OrdersEventsV1::TOPIC
        .with_retry(Retry::DEFAULT.with_attempts(0).with_delays(DELAYS))
        .with_ordering(eventgen::Ordering::None)
);

/// A call of a handler.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    pub(crate) customer: String,
    pub(crate) order: String,
    pub(crate) delivery: Delivery,
    pub(crate) at: Instant,
    pub(crate) is_ok: bool,
}

pub(crate) type Script = fn(&OrderEvent, &Delivery) -> Result<(), HandlerError>;

/// Runs a script and remembers every call.
pub(crate) struct Remembering<E> {
    script: Script,
    attempts: Arc<Mutex<Vec<Attempt>>>,
    events: std::marker::PhantomData<fn() -> E>,
}

impl<E> Remembering<E> {
    pub(crate) fn new(script: Script) -> Self {
        Self { script, attempts: Arc::default(), events: std::marker::PhantomData }
    }
}

impl<E> Clone for Remembering<E> {
    fn clone(&self) -> Self {
        Self { script: self.script, attempts: Arc::clone(&self.attempts), events: std::marker::PhantomData }
    }
}

impl<E> Remembering<E> {
    pub(crate) fn attempt(&self, event: OrderEvent, delivery: &Delivery) -> Result<(), HandlerError> {
        let result = (self.script)(&event, delivery);
        let attempt = Attempt {
            customer: event.customer_id,
            order: event.order_id,
            delivery: delivery.clone(),
            at: Instant::now(),
            is_ok: result.is_ok(),
        };
        self.attempts.lock().expect("no panic while it is held").push(attempt);
        result
    }

    pub(crate) fn attempts(&self) -> Vec<Attempt> {
        self.attempts.lock().expect("no panic while it is held").clone()
    }

    pub(crate) fn accepted(&self) -> Vec<Attempt> {
        self.attempts().into_iter().filter(|attempt| attempt.is_ok).collect()
    }

    /// Waits until this is true of the attempts.
    pub(crate) async fn until(&self, is_true: impl Fn(&[Attempt]) -> bool) {
        let started = Instant::now();
        while !is_true(&self.attempts()) {
            assert!(started.elapsed() < PATIENCE, "{:#?}", self.attempts());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl<E: TopicEvents + Into<OrderEvent> + Send> Handler for Remembering<E> {
    type Events = E;

    async fn handle(&self, event: E, delivery: &Delivery) -> Result<(), HandlerError> {
        self.attempt(event.into(), delivery)
    }
}

/// A cluster with the orders topic and the retry topics of a group.
pub(crate) async fn prepared(groups: &[&str]) -> (TestCluster, Client) {
    let (cluster, client) = cluster().await;
    for group in groups {
        for name in Delayed::TOPIC.retry_topics(group) {
            let partitions = Delayed::TOPIC.partitions.expect("the contract states it");
            let topic = Topic::new(name.leak()).with_partitions(partitions);
            cluster.create_topic(&topic).expect("a retry topic");
        }
    }
    (cluster, client)
}

async fn run<E: TopicEvents + Into<OrderEvent> + Send>(
    client: &Client,
    handler: &Remembering<E>,
    until: impl Fn(&[Attempt]) -> bool,
) -> Report {
    let consumer = Consumer::new(client, GROUP).subscribe(handler.clone());
    consumer.run_until(handler.until(until)).await.expect("no error")
}

pub(crate) fn accepts(count: usize) -> impl Fn(&[Attempt]) -> bool {
    move |attempts| attempts.iter().filter(|attempt| attempt.is_ok).count() >= count
}

/// The orders of each customer that were accepted, in this order.
pub(crate) fn by_customer(accepted: &[Attempt]) -> BTreeMap<String, Vec<String>> {
    let mut orders = BTreeMap::<String, Vec<String>>::new();
    for attempt in accepted {
        orders.entry(attempt.customer.clone()).or_default().push(attempt.order.clone());
    }
    orders
}

pub(crate) fn thirds_fail_twice(event: &OrderEvent, delivery: &Delivery) -> Result<(), HandlerError> {
    if event.order_id.ends_with('3') && delivery.attempt < 3 {
        return Err(HandlerError::retry("not yet"));
    }
    Ok(())
}

#[tokio::test]
async fn later_records_of_a_key_follow_one_that_waits_and_others_go_on() {
    let (_cluster, client) = prepared(&[GROUP]).await;
    let customers = ["ada", "donald", "grace"];
    send(&client, (1..=60).map(|number| order(number, customers[number % 3]))).await;
    let handler = Remembering::<Delayed>::new(thirds_fail_twice);
    let report = run(&client, &handler, accepts(60)).await;
    assert_eq!((report.handled, report.retried, report.dead_lettered()), (60, 12, 0));
    let accepted = handler.accepted();
    for (customer, orders) in by_customer(&accepted) {
        assert_eq!(orders.len(), 20, "{customer}");
        assert!(orders.is_sorted(), "{customer}: {orders:?}");
    }
    let attempts = handler.attempts();
    for third in accepted.iter().filter(|attempt| attempt.order.ends_with('3')) {
        let of: Vec<&Attempt> = attempts.iter().filter(|attempt| attempt.order == third.order).collect();
        let numbers: Vec<u32> = of.iter().map(|attempt| attempt.delivery.attempt).collect();
        assert_eq!(numbers, [1, 2, 3], "{}", third.order);
        for (pair, delay) in of.windows(2).zip(DELAYS) {
            assert!(pair[1].at - pair[0].at >= *delay, "{}: it was not due", third.order);
        }
        // The handler sees the record that the topic has.
        assert_eq!(of[2].delivery.topic, TOPIC);
        assert_eq!(of[2].delivery.offset, of[0].delivery.offset);
        assert_eq!(of[2].delivery.headers, of[0].delivery.headers);
        assert_eq!(of[2].delivery.timestamp, of[0].delivery.timestamp);
    }
}

#[tokio::test]
async fn a_record_that_fails_after_the_last_delay_is_a_dead_letter_with_its_history() {
    let (_cluster, client) = prepared(&[GROUP]).await;
    send(&client, (1..=3).map(|number| order(number, "ada"))).await;
    let handler = Remembering::<Delayed>::new(|event, _| match event.order_id.as_str() {
        "order-000001" => Err(HandlerError::retry("closed")),
        _ => Ok(()),
    });
    let report = run(&client, &handler, accepts(2)).await;
    assert_eq!((report.handled, report.retried, report.exhausted), (2, 2, 1));
    let letters = records(&client, DEAD_LETTERS).await.expect("dead letters");
    assert_eq!(letters.len(), 1);
    let text = |name: &str| letters[0].headers.text(name);
    assert_eq!(text(dead_letter::TOPIC), Some(TOPIC));
    assert_eq!(text(dead_letter::OFFSET), Some("0"));
    assert_eq!(text(dead_letter::DELIVERY_COUNT), Some("3"));
    assert_eq!(text(dead_letter::DELAYS), Some("2"));
    assert!(text(dead_letter::FIRST_FAILURE) < text(dead_letter::TIMESTAMP));
    assert!(letters[0].headers.iter().all(|(name, _)| !name.starts_with(b"__retry")));
    let original = records(&client, TOPIC).await.expect("records").remove(0);
    assert_eq!((&letters[0].key, &letters[0].value), (&original.key, &original.value));
}

#[tokio::test]
async fn a_restart_while_records_wait_keeps_their_time_and_the_order_of_their_key() {
    let (_cluster, client) = prepared(&[GROUP]).await;
    send(&client, (1..=5).map(|number| order(number, "ada"))).await;
    let first = Remembering::<Delayed>::new(|event, _| match event.order_id.as_str() {
        "order-000002" => Err(HandlerError::retry("closed")),
        _ => Ok(()),
    });
    // Stops while the second order waits: the lead must have been written, and its followers with it.
    let consumer = Consumer::new(&client, GROUP).subscribe(first.clone());
    let waits = async {
        first.until(|attempts| attempts.iter().any(|attempt| !attempt.is_ok)).await;
        topic_done(&client).await;
    };
    consumer.run_until(waits).await.expect("no error");
    assert_eq!(by_customer(&first.accepted())["ada"], ["order-000001"]);
    send(&client, (6..=8).map(|number| order(number, "ada"))).await;
    let second = Remembering::<Delayed>::new(|_, _| Ok(()));
    run(&client, &second, accepts(7)).await;
    let expected: Vec<String> = (2..=8).map(|number| format!("order-{number:06}")).collect();
    assert_eq!(by_customer(&second.accepted())["ada"], expected);
    let failed = first.attempts().into_iter().find(|attempt| !attempt.is_ok).expect("it failed").at;
    assert!(second.attempts()[0].at - failed >= DELAYS[0], "it was not due");
}

#[tokio::test]
async fn records_that_wait_move_to_another_member_with_their_partition() {
    let (_cluster, client) = prepared(&[GROUP]).await;
    let customers: Vec<String> = (0..12).map(|number| format!("customer-{number}")).collect();
    send(&client, (1..=120).map(|number| order(number, &customers[number % 12]))).await;
    let first = Remembering::<Delayed>::new(thirds_fail_twice);
    // Both remember in one place.
    let second = first.clone();
    let all = || first.until(accepts(120));
    let one = Consumer::new(&client, GROUP).subscribe(first.clone()).run_until(all());
    let two = async {
        first.until(|attempts| attempts.iter().any(|attempt| !attempt.is_ok)).await;
        Consumer::new(&client, GROUP).subscribe(second).run_until(all()).await
    };
    let (one, two) = tokio::join!(one, two);
    one.expect("no error");
    two.expect("no error");
    for (customer, orders) in by_customer(&first.accepted()) {
        assert_eq!(orders.len(), 10, "{customer}");
        assert!(orders.is_sorted(), "{customer}: {orders:?}");
    }
}

#[tokio::test]
async fn without_an_order_nothing_follows() {
    let (_cluster, client) = prepared(&[GROUP]).await;
    send(&client, (1..=10).map(|number| order(number, "ada"))).await;
    let handler = Remembering::<Unordered>::new(thirds_fail_twice);
    let report = run(&client, &handler, accepts(10)).await;
    assert_eq!((report.handled, report.retried), (10, 2));
    assert_eq!(handler.accepted().last().expect("accepted").order, "order-000003");
    let followers = records(&client, &Delayed::TOPIC.retry_topics(GROUP)[0]).await.expect("records");
    assert!(followers.is_empty());
}

#[tokio::test]
async fn another_group_does_not_see_what_a_group_retries() {
    let (_cluster, client) = prepared(&[GROUP, "other"]).await;
    send(&client, (1..=10).map(|number| order(number, "ada"))).await;
    let failing = Remembering::<Delayed>::new(thirds_fail_twice);
    let other = Remembering::<Delayed>::new(|_, _| Ok(()));
    let both = || async {
        failing.until(accepts(10)).await;
        other.until(accepts(10)).await;
    };
    let (one, two) = tokio::join!(
        Consumer::new(&client, GROUP).subscribe(failing.clone()).run_until(both()),
        Consumer::new(&client, "other").subscribe(other.clone()).run_until(both()),
    );
    one.expect("no error");
    two.expect("no error");
    assert_eq!(other.attempts().len(), 10);
    assert_eq!(failing.accepted().len(), 10);
}

#[tokio::test]
async fn a_handler_chooses_the_nearest_delay() {
    let (_cluster, client) = prepared(&[GROUP]).await;
    send(&client, [order(1, "ada")]).await;
    let handler = Remembering::<Delayed>::new(|_, delivery| match delivery.attempt {
        1 => Err(HandlerError::retry_after("busy", Duration::from_secs(30))),
        _ => Ok(()),
    });
    run(&client, &handler, accepts(1)).await;
    let attempts = handler.attempts();
    assert!(attempts[1].at - attempts[0].at >= DELAYS[1]);
    let tiers = Delayed::TOPIC.retry_topics(GROUP);
    let counts = [records(&client, &tiers[1]).await, records(&client, &tiers[2]).await];
    assert_eq!(counts.map(|records| records.expect("records").len()), [0, 1]);
}

#[tokio::test]
async fn what_waits_does_not_hold_up_a_shutdown() {
    let (_cluster, client) = prepared(&[GROUP]).await;
    send_bytes(&client, TOPIC, b"ada", b"no event").await.expect("sent");
    send(&client, (1..=2).map(|number| order(number, "ada"))).await;
    let handler = Remembering::<Delayed>::new(|_, _| Err(HandlerError::retry("closed")));
    let consumer =
        Consumer::new(&client, GROUP).subscribe(handler.clone()).drain_deadline(Duration::from_secs(120));
    let waits = async {
        handler.until(|attempts| !attempts.is_empty()).await;
        topic_done(&client).await;
    };
    let report = tokio::time::timeout(PATIENCE, consumer.run_until(waits)).await.expect("it ends");
    let report = report.expect("no error");
    assert_eq!((report.poison, report.exhausted), (1, 0));
}
