//! What consumers of eventgen do with records that are sent back: the group that they are for handles them, others do not.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use eventgen::{
    Client, Consumer, DecodeError, DecodeOptions, Delivery, EventKind, Handler, HandlerError, Report, Retry,
    Topic, TopicEvents, TopicOverrides, dead_letter,
};
use eventgen_testkit::caught_up;
use orders::events::com::example::orders::{OrdersEventsV1, orders_events_v1};
use orders::sample::order;

use super::fixture::{Fixture, PATIENCE, records, sent_back};
use crate::variable;

const GROUP: &str = orders_events_v1::groups::ORDER_PROCESSOR;
const OTHER: &str = "order-archive";
const COUNT: usize = 20;

/// Rejects every order until it is repaired.
#[derive(Clone, Default)]
struct Broken {
    is_repaired: Arc<AtomicBool>,
}

/// Orders on a topic with or without retry topics.
struct Orders<const DELAYED: bool>(
    #[expect(dead_code, reason = "the handler looks at no event")] OrdersEventsV1,
);

const DELAYED: Topic = OrdersEventsV1::TOPIC
    .with_retry(Retry::DEFAULT.with_attempts(0).with_delays(&[Duration::from_millis(500)]));

impl<const IS_DELAYED: bool> TopicEvents for Orders<IS_DELAYED> {
    const TOPIC: &'static Topic = if IS_DELAYED { &DELAYED } else { OrdersEventsV1::TOPIC };
    const EVENTS: &'static [EventKind] = OrdersEventsV1::EVENTS;

    fn read_payload(kind: usize, payload: &[u8], options: DecodeOptions) -> Result<Self, DecodeError> {
        OrdersEventsV1::read_payload(kind, payload, options).map(Self)
    }
}

struct Handling<const DELAYED: bool>(Broken);

impl<const DELAYED: bool> Handler for Handling<DELAYED> {
    type Events = Orders<DELAYED>;

    async fn handle(&self, _: Self::Events, _: &Delivery) -> Result<(), HandlerError> {
        let is_repaired = self.0.is_repaired.load(Ordering::Relaxed);
        if is_repaired { Ok(()) } else { Err(HandlerError::reject("the warehouse is closed")) }
    }
}

/// A client whose topics have names of their own, and the name of the topic of orders.
async fn prepared<const DELAYED: bool>(name: &str) -> (Client, String) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_millis();
    let prefix = format!("dlq.{name}.{now}.");
    let client = Client::builder(variable("EVENTGEN_KAFKA"), variable("EVENTGEN_REGISTRY"));
    let client = client.topic_prefix(&prefix).build().expect("the addresses are complete");
    client.create_topics(&[Orders::<DELAYED>::TOPIC], TopicOverrides::default()).await.expect("topics");
    client.register::<OrdersEventsV1>().await.expect("schemas");
    let producer = OrdersEventsV1::producer(&client).await.expect("a producer");
    for number in 0..COUNT {
        producer.enqueue(&order(number, &format!("customer-{number}"))).await.expect("enqueued");
    }
    producer.flush().await.expect("acknowledged");
    (client, format!("{prefix}{}", OrdersEventsV1::TOPIC.name))
}

/// Consumes until the group has caught up, and this is true.
async fn consume<const DELAYED: bool>(
    client: &Client,
    group: &str,
    broken: &Broken,
    is_over: impl AsyncFn() -> bool,
) -> Report {
    let until = async {
        // The client puts its prefix before the name.
        let topic = OrdersEventsV1::TOPIC.name;
        assert_eq!(caught_up(client, group, topic, PATIENCE).await.expect("lag"), 0, "the group has stalled");
        let begun = std::time::Instant::now();
        while !is_over().await {
            assert!(begun.elapsed() < PATIENCE, "the group does not come to an end");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let consumer = Consumer::new(client, group).subscribe(Handling::<DELAYED>(broken.clone()));
    consumer.run_until(until).await.expect("no error")
}

/// Waits until `count` records that were sent back are visible: brokers write the end of a transaction after they have
/// acknowledged it, and until then a group has no lag.
async fn until_visible(topic: &str, count: usize) {
    let begun = std::time::Instant::now();
    while sent_back(topic).len() < count {
        assert!(begun.elapsed() < PATIENCE, "the records do not become visible");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn only_the_group_that_failed_handles_what_is_sent_back_to_the_topic() {
    let (client, topic) = prepared::<false>("groups-orders").await;
    let (broken, works) = (Broken::default(), Broken::default());
    works.is_repaired.store(true, Ordering::Relaxed);
    let at_once = async || true;
    let failed = consume::<false>(&client, GROUP, &broken, at_once).await;
    let archived = consume::<false>(&client, OTHER, &works, at_once).await;
    assert_eq!((failed.rejected, archived.handled), (20, 20));

    let fixture = Fixture::new("groups", "").await;
    let letters = format!("{topic}.dlq");
    let run = fixture.run(&["redrive", "--topic", &letters, "--yes"]);
    assert!(run.code == 0 && run.err.contains("20 letters sent back, 0 left"), "{}", run.err);
    until_visible(&topic, COUNT).await;
    broken.is_repaired.store(true, Ordering::Relaxed);
    let again = consume::<false>(&client, GROUP, &broken, at_once).await;
    let archived = consume::<false>(&client, OTHER, &works, at_once).await;
    assert_eq!((again.handled, again.skipped), (20, 0));
    assert_eq!((archived.handled, archived.skipped), (0, 20));
    assert_eq!(fixture.run(&["redrive", "--topic", &letters, "--yes"]).code, 0);
    assert_eq!(sent_back(&topic).len(), 20, "nothing is sent back twice");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn a_letter_that_fails_three_times_again_is_parked() {
    let (client, topic) = prepared::<false>("parked-orders").await;
    let broken = Broken::default();
    let fixture = Fixture::new("parked", "").await;
    let letters = format!("{topic}.dlq");
    for round in 1..=3 {
        consume::<false>(&client, GROUP, &broken, async || true).await;
        let run = fixture.run(&["redrive", "--topic", &letters, "--yes"]);
        assert!(
            run.code == 0 && run.err.contains("20 letters sent back, 0 left"),
            "round {round}: {}",
            run.err
        );
        until_visible(&topic, round * COUNT).await;
    }
    consume::<false>(&client, GROUP, &broken, async || true).await;
    let run = fixture.run(&["redrive", "--topic", &letters, "--yes"]);
    assert!(run.code == 1 && run.out.contains("it has come back three times"), "{}", run.out);
    assert!(run.err.contains("20 left"), "{}", run.err);
    let list = fixture.run(&["list", "--topic", &letters]);
    assert!(list.err.contains("0 open, 20 parked, 60 done"), "{}", list.err);
    let run = fixture.run(&["redrive", "--topic", &letters, "--yes", "--include-parked", "--limit", "1"]);
    assert!(run.code == 0 && run.err.contains("1 letter sent back"), "{}", run.err);
    until_visible(&topic, 3 * COUNT + 1).await;
    let sent = sent_back(&topic);
    let fourth = sent.iter().filter(|found| found.header("__dlq.redrive.count") == Some("4"));
    assert_eq!(fourth.count(), 1);
    // What has failed again says so once, and where it has failed now.
    for letter in &records(&letters) {
        let names = letter.headers.iter().filter(|(name, _)| name == dead_letter::OFFSET);
        assert_eq!(names.count(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn a_group_with_retry_topics_gets_its_letters_there() {
    let (client, topic) = prepared::<true>("retry-orders").await;
    let broken = Broken::default();
    consume::<true>(&client, GROUP, &broken, async || true).await;
    let fixture = Fixture::new("retry", "").await;
    let schema = format!(
        r#"{{ "type": "record", "name": "Order", "namespace": "com.example.retry", "fields": [{{ "name": "id", "type": "string" }}],
            "kafka": {{ "topic": "{topic}", "key": "id", "consumers": [{{ "group": "{GROUP}" }}],
                "retry": {{ "mode": "topics", "delays": ["500ms"] }} }} }}"#
    );
    std::fs::write(fixture.folder.join("order.avsc"), schema).expect("a file");
    let dry = fixture.run(&["redrive", "--topic", &topic, "--dry-run"]);
    let retry = format!("{topic}.{GROUP}.retry.1");
    assert!(
        dry.out.contains(&format!("20 letters to {retry}, which only group {GROUP} reads")),
        "{}",
        dry.out
    );
    assert_eq!(sent_back(&retry).len(), 0, "a dry run changes nothing");
    let run = fixture.run(&["redrive", "--topic", &topic, "--yes"]);
    assert!(run.code == 0 && run.err.contains("20 letters sent back, 0 left"), "{}", run.err);
    until_visible(&retry, COUNT).await;
    broken.is_repaired.store(true, Ordering::Relaxed);
    let handled = consume::<true>(&client, GROUP, &broken, async || {
        let retry = format!("{}.{GROUP}.retry.1", OrdersEventsV1::TOPIC.name);
        caught_up(&client, GROUP, &retry, PATIENCE).await.is_ok_and(|lag| lag == 0)
    });
    let report = handled.await;
    assert_eq!((report.handled, report.dead_lettered()), (20, 0));
    assert_eq!(sent_back(&topic).len(), 0);
}
