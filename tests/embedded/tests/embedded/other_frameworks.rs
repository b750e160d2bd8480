//! Faults that users of other frameworks have reported, each by the report it is known from.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use eventgen::{
    Backoff, Client, Consumer, DecodeError, DecodeOptions, Delivery, Disposition, EventKind, Handler,
    HandlerError, Headers, Retry, Topic, TopicEvents,
};
use eventgen_testkit::{caught_up, records, send_with_headers};
use orders::events::com::example::orders::{OrderEvent, OrdersEventsV1};
use orders::sample::order;

use crate::support::{DEAD_LETTERS, GROUP, PATIENCE, Scripted, TOPIC, cluster, consume, send};

/// Customers whose records share a partition, and one whose records are on another.
const ADA: &str = "ada";
const DONALD: &str = "donald";
const ELSEWHERE: &str = "customer-1";

/// Orders with pauses of `PAUSE` milliseconds before `RETRIES` retries.
struct Retried<const RETRIES: u32, const PAUSE: u64>(OrderEvent);

impl<const RETRIES: u32, const PAUSE: u64> TopicEvents for Retried<RETRIES, PAUSE> {
    const TOPIC: &'static Topic = &OrdersEventsV1::TOPIC.with_retry(
        Retry::DEFAULT
            .with_attempts(RETRIES)
            .with_backoff(Backoff::Fixed, Duration::from_millis(PAUSE), Duration::from_millis(PAUSE))
            .with_jitter(false),
    );
    const EVENTS: &'static [EventKind] = OrdersEventsV1::EVENTS;

    fn read_payload(kind: usize, payload: &[u8], options: DecodeOptions) -> Result<Self, DecodeError> {
        let OrdersEventsV1::OrderEvent(event) = OrdersEventsV1::read_payload(kind, payload, options)?;
        Ok(Self(event))
    }
}

async fn lag_is_zero(client: &Client) {
    assert_eq!(caught_up(client, GROUP, TOPIC, PATIENCE).await.expect("the cluster answers"), 0);
}

async fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let holds = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, holds).await.unwrap_or_else(|_| panic!("{what}"));
}

/// Fails at all orders of one customer. Notes the attempts at them, and how many others were handled before each.
#[derive(Clone, Default)]
struct FailsAtAda {
    others: Arc<AtomicUsize>,
    attempts: Arc<Mutex<Vec<(u32, usize)>>>,
}

impl Handler for FailsAtAda {
    type Events = Retried<4, 500>;

    async fn handle(&self, event: Self::Events, delivery: &Delivery) -> Result<(), HandlerError> {
        if event.0.customer_id != ADA {
            self.others.fetch_add(1, Ordering::Relaxed);
            return Ok(());
        }
        let others = self.others.load(Ordering::Relaxed);
        self.attempts.lock().expect("no panic").push((delivery.attempt, others));
        Err(HandlerError::retry("never"))
    }
}

#[tokio::test]
async fn spring_kafka_4_2_a_healthy_partition_does_not_reset_the_retries_of_another() {
    let (_cluster, client) = cluster().await;
    send(&client, [order(1, ADA)]).await;
    let handler = FailsAtAda::default();
    let consumer = Consumer::new(&client, GROUP).subscribe(handler.clone());
    let busy_elsewhere = async {
        // The other partition has work between any two attempts.
        let mut number = 2;
        while handler.attempts.lock().expect("no panic").len() < 5 {
            send(&client, [order(number, ELSEWHERE)]).await;
            number += 1;
        }
        lag_is_zero(&client).await;
    };
    let report = tokio::time::timeout(3 * PATIENCE, consumer.run_until(busy_elsewhere));
    let report = report.await.expect("the retries end").expect("no error");
    let attempts = handler.attempts.lock().expect("no panic").clone();
    assert_eq!(attempts.iter().map(|(attempt, _)| *attempt).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    assert!(attempts[4].1 > attempts[0].1, "the other partition was handled meanwhile: {attempts:?}");
    assert_eq!((report.retried, report.exhausted), (4, 1));
}

#[tokio::test]
async fn spring_kafka_1424_later_records_are_not_committed_over_a_failed_one() {
    let (_cluster, client) = cluster().await;
    let later = 50;
    send(&client, [order(1, ADA)]).await;
    send(&client, (2..2 + later).map(|number| order(number, DONALD))).await;
    let of_partition: Vec<i32> =
        records(&client, TOPIC).await.expect("records").iter().map(|record| record.partition).collect();
    assert!(of_partition.iter().all(|partition| *partition == of_partition[0]), "one partition");
    let handler = Scripted::new(|event, _| match event.customer_id.as_str() {
        ADA => Err(HandlerError::retry_after("closed", Duration::from_secs(3_600))),
        _ => Ok(()),
    });
    let consumer = OrdersEventsV1::consumer(&client, GROUP, handler.clone());
    // The process ends without a drain when the commits of a second have had their time.
    tokio::select! {
        ended = consumer.run_until(std::future::pending()) => panic!("{ended:?}"),
        () = async {
            until("the others are handled", || handler.accepted().len() == later).await;
            tokio::time::sleep(Duration::from_secs(1)).await;
        } => {}
    }
    let lag: u64 =
        client.lag(GROUP, TOPIC).await.expect("lag").iter().map(|partition| partition.records).sum();
    assert_eq!(lag, later as u64 + 1, "the group continues at the failed record");
    let next = Scripted::new(|_, _| Ok(()));
    consume(&client, next.clone()).await.expect("no error");
    assert_eq!(next.accepted().first().map(|(customer, _)| customer.as_str()), Some(ADA));
}

/// Takes a different time for each order, and fails at the first attempt of every seventh.
#[derive(Clone, Default)]
struct Uneven {
    handled: Arc<Mutex<HashMap<String, Vec<String>>>>,
    running: Arc<Mutex<HashMap<String, usize>>>,
    overlapped: Arc<AtomicUsize>,
}

impl Handler for Uneven {
    type Events = Retried<3, 5>;

    async fn handle(&self, event: Self::Events, delivery: &Delivery) -> Result<(), HandlerError> {
        let (customer, order) = (event.0.customer_id, event.0.order_id);
        let number: u64 = order.trim_start_matches("order-").parse()?;
        let others = {
            let mut running = self.running.lock().expect("no panic");
            let count = running.entry(customer.clone()).or_default();
            *count += 1;
            *count - 1
        };
        self.overlapped.fetch_add(others, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_micros(number.wrapping_mul(2_654_435_761) % 4_000)).await;
        *self.running.lock().expect("no panic").get_mut(&customer).expect("running") -= 1;
        if number.is_multiple_of(7) && delivery.attempt == 1 {
            return Err(HandlerError::retry("not yet"));
        }
        self.handled.lock().expect("no panic").entry(customer).or_default().push(order);
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn kafka_flow_440_workers_keep_the_order_of_every_key() {
    const CUSTOMERS: usize = 150;
    const ORDERS: usize = 20;
    let (_cluster, client) = cluster().await;
    // Names with the same letters in another order, as a worker that is chosen by a sum of bytes confuses them.
    let customer = |number: usize| {
        let digits = number.to_string();
        if number.is_multiple_of(2) { format!("c-{digits}") } else { format!("{digits}-c") }
    };
    send(&client, (0..CUSTOMERS * ORDERS).map(|number| order(number, &customer(number % CUSTOMERS)))).await;
    let handler = Uneven::default();
    let consumer = Consumer::new(&client, GROUP).subscribe(handler.clone()).concurrency(64);
    let report = consumer.run_until(lag_is_zero(&client)).await.expect("no error");
    assert_eq!((report.handled, report.dead_lettered()), ((CUSTOMERS * ORDERS) as u64, 0));
    assert!(report.retried > 0);
    assert_eq!(handler.overlapped.load(Ordering::Relaxed), 0, "two records of a key at once");
    for (customer, orders) in &*handler.handled.lock().expect("no panic") {
        assert!(orders.len() == ORDERS && orders.is_sorted(), "{customer}: {orders:?}");
    }
}

/// Fails at the orders of some customers for ever.
#[derive(Clone, Default)]
struct Endless(Arc<AtomicUsize>);

impl Handler for Endless {
    type Events = Retried<{ u32::MAX }, 10>;

    async fn handle(&self, event: Self::Events, _: &Delivery) -> Result<(), HandlerError> {
        if event.0.customer_id.starts_with("broken") {
            return Err(HandlerError::retry("for ever"));
        }
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

#[tokio::test]
async fn parallel_consumer_857_endless_retries_do_not_freeze_the_intake() {
    const BATCH: usize = 300;
    let (_cluster, client) = cluster().await;
    // More broken keys than handlers at once, on every partition.
    send(&client, (0..100).map(|number| order(number, &format!("broken-{number}")))).await;
    let handler = Endless::default();
    let consumer = Consumer::new(&client, GROUP).subscribe(handler.clone()).concurrency(4);
    let handle = consumer.handle();
    let goes_on = async {
        until("all broken keys are retried", || handle.report().retried >= 200).await;
        for batch in 1..=3 {
            let orders = (0..BATCH).map(|number| order(number, &format!("customer-{}", number % 50)));
            send(&client, orders).await;
            until("new records are handled", || handler.0.load(Ordering::Relaxed) == batch * BATCH).await;
        }
    };
    let report = consumer.run_until(goes_on).await.expect("no error");
    assert_eq!((report.handled, report.dead_lettered()), (3 * BATCH as u64, 0));
}

#[tokio::test]
async fn spring_kafka_2000_the_headers_of_a_letter_do_not_grow_when_it_is_sent_again() {
    const TIMES: usize = 50;
    let (_cluster, client) = cluster().await;
    let mut own = Headers::new();
    own.append("trace", Some(b"7".to_vec()));
    // Another framework has left its own headers on the record.
    own.append("kafka_dlt-exception-message", Some(vec![b'x'; 1_000]));
    send(&client, [order(1, ADA)]).await;
    let value = records(&client, TOPIC).await.expect("records").remove(0).value.expect("a value");
    let handler = Scripted::new(|_, _| Err(HandlerError::reject("x".repeat(4_000))));
    let consumer = OrdersEventsV1::consumer(&client, GROUP, handler);
    let handle = consumer.handle();
    let sent_again = async {
        let mut headers = own.clone();
        for time in 1..=TIMES {
            send_with_headers(&client, TOPIC, ADA.as_bytes(), &value, &headers).await.expect("sent");
            until("it becomes a letter again", || handle.report().rejected == time as u64 + 1).await;
            let letters = records(&client, DEAD_LETTERS).await.expect("dead letters");
            headers = letters.last().expect("a letter").headers.clone();
        }
    };
    consumer.run_until(sent_again).await.expect("no error");
    let letters = records(&client, DEAD_LETTERS).await.expect("dead letters");
    assert_eq!(letters.len(), TIMES + 1);
    // Without the first letter, which has none of the record's own headers.
    let sizes: Vec<BTreeMap<&[u8], usize>> = letters[1..]
        .iter()
        .map(|letter| {
            let by_name: Vec<(&[u8], usize)> =
                letter.headers.iter().map(|(name, value)| (name, value.map_or(0, <[u8]>::len))).collect();
            let unique: BTreeMap<&[u8], usize> = by_name.iter().copied().collect();
            assert_eq!(unique.len(), by_name.len(), "each header once: {by_name:?}");
            unique
        })
        .collect();
    let offset: &[u8] = eventgen::dead_letter::OFFSET.as_bytes();
    for later in &sizes {
        for (name, size) in later.iter().filter(|(name, _)| **name != offset) {
            assert_eq!(Some(size), sizes[0].get(name), "{}", String::from_utf8_lossy(name));
        }
        assert_eq!(later.len(), sizes[0].len());
    }
    let disposition = letters[TIMES].headers.text(eventgen::dead_letter::DISPOSITION);
    assert_eq!(disposition, Some(Disposition::Rejected.as_str()));
    assert_eq!(letters[TIMES].headers.text("trace"), Some("7"));
}
