//! The schema of a value in the header `__value_schema_id`, and Protobuf schemas that are registered as descriptors.

use std::time::Duration;

use eventgen::registry::{NewSchema, SchemaGuid};
use eventgen::{Client, Headers, KafkaEvent as _, SchemaType, TopicEvents as _, dead_letter, wire};
use eventgen_testkit::{TestCluster, caught_up, records, send_bytes, send_with_headers};
use orders::events::com::example::orders::OrdersEventsV1;
use orders::sample::order;
use payments::events::com::example::payments::{PaymentsEventsV1, payments_events_v1};
use payments::ledger::Ledger;
use payments::sample::{authorized, refused};

use crate::support::{DEAD_LETTERS, GROUP, PATIENCE, Scripted, TOPIC, cluster, consume, send};

fn in_header(cluster: &TestCluster) -> Client {
    cluster.client_builder().schema_id_in_header(true).build().expect("a client")
}

#[tokio::test]
async fn a_schema_in_a_header_is_written_by_a_setting_and_always_read() {
    let (cluster, client) = cluster().await;
    let orders = [1, 2].map(|number| order(number, "ada"));
    send(&client, [orders[0].clone()]).await;
    send(&in_header(&cluster), [orders[1].clone()]).await;
    let written = records(&client, TOPIC).await.expect("records");
    let payload = |index: usize| written[index].value.clone().expect("a value");
    assert_eq!((payload(0)[0], written[0].headers.bytes(wire::VALUE_HEADER)), (0, None));
    let header = written[1].headers.bytes(wire::VALUE_HEADER).expect("a header");
    assert_eq!((header.len(), header[0]), (17, 1), "a guid");
    let mut expected = Vec::new();
    orders[1].write_payload(&mut expected).expect("encoded");
    assert_eq!(payload(1), expected, "no frame");

    let handler = Scripted::new(|_, _| Ok(()));
    let report = consume(&client, handler.clone()).await.expect("no failure");
    assert_eq!((report.handled, report.dead_lettered()), (2, 0));
    let accepted: Vec<String> = handler.accepted().into_iter().map(|(_, order)| order).collect();
    assert_eq!(accepted, orders.map(|order| order.order_id));
}

#[tokio::test]
async fn headers_without_a_schema_are_dead_letters_that_name_the_cause() {
    let (_cluster, client) = cluster().await;
    let unknown = [&[1][..], &[7; 16]].concat();
    for header in [unknown, vec![1, 2, 3], vec![9; 17], vec![]] {
        let mut headers = Headers::new();
        headers.append(wire::VALUE_HEADER, Some(header));
        send_with_headers(&client, TOPIC, b"ada", b"value", &headers).await.expect("sent");
    }
    let lag = async { assert_eq!(caught_up(&client, GROUP, TOPIC, PATIENCE).await.expect("lag"), 0) };
    let consumer = OrdersEventsV1::consumer(&client, GROUP, Scripted::new(|_, _| Ok(())));
    let report =
        consumer.unknown_schema_grace(Duration::from_secs(1)).run_until(lag).await.expect("no failure");
    assert_eq!((report.handled, report.poison), (0, 4));
    let letters = records(&client, DEAD_LETTERS).await.expect("records");
    let mut causes: Vec<String> = letters
        .iter()
        .map(|letter| letter.headers.text(dead_letter::MESSAGE).unwrap_or_default().to_owned())
        .collect();
    causes.sort();
    let expected = format!("schema id {} is not in the registry", SchemaGuid([7; 16]));
    assert_eq!(causes[0], expected);
    for (cause, length) in causes[1..].iter().zip([0, 17, 3]) {
        assert!(cause.starts_with(&format!("the header of the schema id has {length} bytes")), "{cause}");
    }
}

/// `message Nothing {}`, then an event of the topic, as a client in Python registers them.
const DESCRIPTOR: &str =
    "CgdhLnByb3RvEhRjb20uZXhhbXBsZS5wYXltZW50cyIJCgdOb3RoaW5nIhMKEVBheW1lbnRBdXRob3JpemVkYgZwcm90bzM=";

#[tokio::test]
async fn a_protobuf_schema_may_be_a_descriptor_and_its_message_in_a_header() {
    let cluster = TestCluster::start().expect("a cluster");
    cluster.prepare::<PaymentsEventsV1>().await.expect("topic and schemas");
    let client = cluster.client().expect("a client");
    let topic = payments_events_v1::TOPIC.name;
    let schema = NewSchema::new(SchemaType::PROTOBUF, DESCRIPTOR);
    let id = client.registry().register("from-python-value", &schema).await.expect("registered");
    let mut value = Vec::new();
    wire::frame(id, &mut value);
    wire::message_indexes(&[1], &mut value);
    authorized("1", "ada").write_payload(&mut value).expect("encoded");
    send_bytes(&client, topic, b"ada", &value).await.expect("sent");
    let producer = PaymentsEventsV1::producer(&in_header(&cluster)).await.expect("a producer");
    producer.send(&authorized("2", "ada")).await.expect("sent");
    producer.send(&refused("3", "ada")).await.expect("sent");

    let (ledger, group) = (Ledger::default(), payments_events_v1::groups::LEDGER);
    let lag = async { assert_eq!(caught_up(&client, group, topic, PATIENCE).await.expect("lag"), 0) };
    let consumer = PaymentsEventsV1::consumer(&client, group, ledger.clone());
    let report = consumer.run_until(lag).await.expect("no failure");
    assert_eq!((report.handled, report.dead_lettered()), (3, 0));
    assert_eq!(ledger.accounts().payments["ada"], ["1", "2", "3"]);
}

#[tokio::test]
async fn a_producer_registers_schemas_only_by_a_setting() {
    let cluster = TestCluster::start().expect("a cluster");
    cluster.create_topic(&payments_events_v1::TOPIC).expect("a topic");
    let client = cluster.client().expect("a client");
    let error = PaymentsEventsV1::producer(&client).await.err().expect("nothing is registered");
    assert!(matches!(error, eventgen::Error::NotRegistered { .. }), "{error}");
    assert!(client.registry().subjects().await.expect("listed").is_empty());
    let registering = cluster.client_builder().auto_register(true).build().expect("a client");
    let producer = PaymentsEventsV1::producer(&registering).await.expect("a producer");
    producer.send(&authorized("1", "ada")).await.expect("sent");
    let subjects = client.registry().subjects().await.expect("listed");
    for kind in PaymentsEventsV1::EVENTS {
        assert!(subjects.iter().any(|subject| subject == kind.subject), "{subjects:?}");
        let level = client.registry().compatibility_level(kind.subject).await.expect("asked");
        assert_eq!(level, None, "the contract states none");
    }
}
