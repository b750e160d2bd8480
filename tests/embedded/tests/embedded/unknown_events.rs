//! Events of a kind that this build does not know: dead letters, skipped, or held for a newer build.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use eventgen::observe::{ConsumerEvent, Observer};
use eventgen::registry::{NewSchema, SchemaId, SchemaType};
use eventgen::{Client, Report, UnknownEvents, dead_letter, wire};
use eventgen_testkit::{caught_up, records, send_bytes};
use orders::events::com::example::orders::OrdersEventsV1;
use orders::sample::order;

use crate::logs;
use crate::support::{DEAD_LETTERS, GROUP, PATIENCE, Scripted, TOPIC, cluster, send};

/// A kind of event that a newer producer writes to the topic.
const NEWER: &str =
    r#"{"type":"record","name":"OrderReturned","namespace":"com.example.orders","fields":[]}"#;
const KEY: &str = "ada";

/// Sends an event of the newer kind with this key.
async fn send_newer(client: &Client, key: &str) {
    let schema = NewSchema::new(SchemaType::AVRO, NEWER);
    let id: SchemaId =
        client.registry().register("orders.events.v1-returned", &schema).await.expect("registered");
    let mut value = Vec::new();
    wire::frame(id, &mut value);
    send_bytes(client, TOPIC, key.as_bytes(), &value).await.expect("sent");
}

async fn run(
    client: &Client,
    group: &str,
    policy: UnknownEvents,
    shutdown: impl Future<Output = ()>,
) -> Report {
    let consumer = OrdersEventsV1::consumer(client, group, Scripted::new(|_, _| Ok(())));
    consumer.unknown_events(policy).run_until(shutdown).await.expect("no error")
}

async fn lag_is_zero(client: &Client, group: &str) {
    let lag = caught_up(client, group, TOPIC, PATIENCE).await;
    assert_eq!(lag.expect("the cluster answers"), 0);
}

#[tokio::test]
async fn an_unknown_event_is_a_dead_letter_with_a_disposition_of_its_own() {
    let (_cluster, client) = cluster().await;
    send_newer(&client, KEY).await;
    send(&client, [order(1, KEY)]).await;
    let report = run(&client, GROUP, UnknownEvents::default(), lag_is_zero(&client, GROUP)).await;
    assert_eq!((report.handled, report.unknown, report.poison, report.dead_lettered()), (1, 1, 0, 1));
    let letters = records(&client, DEAD_LETTERS).await.expect("dead letters");
    let text = |name: &str| letters[0].headers.text(name);
    assert_eq!(text(dead_letter::DISPOSITION), Some("unknown"));
    assert_eq!(text(dead_letter::DELIVERY_COUNT), Some("0"));
    let message = text(dead_letter::MESSAGE).expect("a reason");
    assert!(message.contains("com.example.orders.OrderReturned"), "{message}");
}

#[tokio::test]
async fn an_unknown_event_is_skipped_where_the_consumer_says_so() {
    logs::keep();
    let group = "skips-unknown";
    let (_cluster, client) = cluster().await;
    send_newer(&client, KEY).await;
    send(&client, [order(1, KEY)]).await;
    let report = run(&client, group, UnknownEvents::Skip, lag_is_zero(&client, group)).await;
    assert_eq!((report.handled, report.skipped, report.dead_lettered()), (1, 1, 0));
    let lines = logs::lines(group, "skipped the record");
    assert_eq!((lines.len(), lines[0]["attempt"].as_str()), (1, "0"), "{lines:?}");
    assert!(lines[0]["cause"].contains("com.example.orders.OrderReturned"), "{lines:?}");
}

/// Notes the offsets that are held, and the pauses before the next attempt.
#[derive(Default)]
struct Holds(Mutex<Vec<(i64, Option<Duration>)>>);

impl Observer for Holds {
    fn on_consumer_event(&self, _: &str, event: &ConsumerEvent<'_>) {
        if let ConsumerEvent::Held { delivery, after, .. } = event {
            self.0.lock().expect("no panic").push((delivery.offset, *after));
        }
    }
}

#[tokio::test]
async fn an_unknown_event_is_held_until_a_newer_build_takes_over() {
    let (_cluster, client) = cluster().await;
    let others = 40;
    send_newer(&client, KEY).await;
    // One order waits behind the event that is held. The others have other keys, on all partitions.
    send(&client, [order(1, KEY)]).await;
    send(&client, (2..2 + others).map(|number| order(number, &format!("customer-{number}")))).await;
    let holds = Arc::new(Holds::default());
    let handler = Scripted::new(|_, _| Ok(()));
    let consumer = OrdersEventsV1::consumer(&client, GROUP, handler.clone());
    // A permit that the held event kept would stop everything.
    let consumer = consumer.concurrency(1).unknown_events(UnknownEvents::Hold).observe(holds.clone());
    let others_are_done = async {
        let both = async {
            while handler.accepted().len() < others || holds.0.lock().expect("no panic").is_empty() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, both).await.expect("other keys go on");
    };
    let report = consumer.run_until(others_are_done).await.expect("no error");
    assert_eq!((report.handled, report.skipped, report.dead_lettered()), (others as u64, 0, 0));
    assert!(handler.accepted().iter().all(|(customer, _)| customer != KEY), "the key waits");
    assert_eq!(*holds.0.lock().expect("no panic"), [(0, None)], "reported once");
    // The newer build, which here knows that it may skip the event.
    let report = run(&client, GROUP, UnknownEvents::Skip, lag_is_zero(&client, GROUP)).await;
    assert_eq!((report.handled, report.skipped), (1, 1), "what was done is not handled again");
}
