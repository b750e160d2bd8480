//! Producers that write in the latest version of a subject, and those that register.

use eventgen::registry::{NewSchema, SchemaId, VersionNumber};
use eventgen::{Client, Error, KafkaEvent as _, SchemaType, wire};
use eventgen_testkit::{TestCluster, caught_up, records};
use orders::events::com::example::orders::{OrderEvent, OrdersEventsV1};
use orders::sample::order;
use payments::events::com::example::payments::{PaymentAuthorized, PaymentsEventsV1, payments_events_v1};
use payments::ledger::Ledger;
use payments::sample::authorized;
use serde_json::{Value, json};

use crate::support::{PATIENCE, Scripted, TOPIC, cluster, consume, send};

fn latest(cluster: &TestCluster) -> Client {
    cluster.client_builder().use_latest_version(true).build().expect("a client")
}

/// The schema of orders with changes to its fields.
fn changed(change: impl FnOnce(&mut Vec<Value>)) -> String {
    let mut schema: Value = serde_json::from_str(OrderEvent::schema().text()).expect("JSON");
    change(schema["fields"].as_array_mut().expect("fields"));
    schema.to_string()
}

async fn register(client: &Client, text: &str) -> SchemaId {
    let schema = NewSchema::new(SchemaType::AVRO, text);
    client.registry().register(OrderEvent::SUBJECT, &schema).await.expect("registered")
}

#[tokio::test]
async fn an_event_is_written_in_the_latest_version_of_its_subject() {
    let (cluster, client) = cluster().await;
    let added = json!({"name": "note", "type": ["null", "string"], "default": null});
    let id = register(&client, &changed(|fields| fields.insert(0, added))).await;
    let (first, second) = (order(1, "ada"), order(2, "ada"));
    send(&client, [first.clone()]).await;
    send(&latest(&cluster), [second.clone()]).await;
    let written = records(&client, TOPIC).await.expect("records");
    let ids = written.iter().map(|record| wire::parse(record.value.as_deref().expect("a value")));
    let ids: Vec<(SchemaId, u8)> =
        ids.map(|parsed| parsed.expect("a frame")).map(|(id, payload)| (id, payload[0])).collect();
    assert_ne!(ids[0].0, id);
    assert_eq!(ids[1], (id, 0), "the new field is null");
    let handler = Scripted::new(|_, _| Ok(()));
    let report = consume(&client, handler.clone()).await.expect("no failure");
    assert_eq!((report.handled, report.dead_lettered()), (2, 0));
    let accepted: Vec<String> = handler.accepted().into_iter().map(|(_, order)| order).collect();
    assert_eq!(accepted, [first.order_id, second.order_id]);
}

#[tokio::test]
async fn a_latest_version_that_does_not_read_the_event_is_an_error() {
    let (cluster, client) = cluster().await;
    let level = eventgen::registry::Compatibility::None;
    client.registry().set_compatibility_level(OrderEvent::SUBJECT, level).await.expect("set");
    let required = json!({"name": "note", "type": "string"});
    register(&client, &changed(|fields| fields.push(required))).await;
    let error = OrdersEventsV1::producer(&latest(&cluster)).await.err().expect("refused");
    assert!(matches!(error, Error::LatestVersion { version: 2, .. }), "{error}");
    assert!(error.to_string().contains("note"), "{error}");
}

#[tokio::test]
async fn a_message_is_found_where_the_latest_version_declares_it() {
    let cluster = TestCluster::start().expect("a cluster");
    cluster.prepare::<PaymentsEventsV1>().await.expect("topic and schemas");
    let client = cluster.client().expect("a client");
    let subject = PaymentAuthorized::SUBJECT;
    let version = client.registry().version(subject, VersionNumber::Latest).await.expect("asked");
    let version = version.expect("it is registered");
    let position = version.text.find("message ").expect("a message");
    let (head, tail) = version.text.split_at(position);
    let text = format!("{head}message First {{}}\n{tail}");
    let mut schema = NewSchema::new(SchemaType::PROTOBUF, &text);
    schema.references = &version.references;
    let id = client.registry().register(subject, &schema).await.expect("registered");

    let producer = PaymentsEventsV1::producer(&latest(&cluster)).await.expect("a producer");
    producer.send(&authorized("1", "ada")).await.expect("sent");
    let written = records(&client, payments_events_v1::TOPIC.name).await.expect("records");
    let (found, _) = wire::parse(written[0].value.as_deref().expect("a value")).expect("a frame");
    assert_eq!(found, id);
    let (ledger, group) = (Ledger::default(), payments_events_v1::groups::LEDGER);
    let topic = payments_events_v1::TOPIC.name;
    let lag = async { assert_eq!(caught_up(&client, group, topic, PATIENCE).await.expect("lag"), 0) };
    let consumer = PaymentsEventsV1::consumer(&client, group, ledger.clone());
    let report = consumer.run_until(lag).await.expect("no failure");
    assert_eq!((report.handled, report.dead_lettered()), (1, 0));
    assert_eq!(ledger.accounts().payments["ada"], ["1"]);
}
