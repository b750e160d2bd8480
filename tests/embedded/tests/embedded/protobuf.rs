//! Values of foreign producers on a topic of Protobuf events, and how the message of each is determined.

use eventgen::registry::{Compatibility, NewSchema, SchemaId};
use eventgen::{Client, KafkaEvent, SchemaType, dead_letter, wire};
use eventgen_testkit::{TestCluster, caught_up, records, send_bytes};
use payments::events::com::example::payments::{
    PaymentAuthorized, PaymentRefused, PaymentsEventsV1, payments_events_v1,
};
use payments::ledger::{Accounts, Ledger};
use payments::sample::{authorized, refused};

use crate::support::PATIENCE;

const TOPIC: &str = payments_events_v1::TOPIC.name;
const GROUP: &str = payments_events_v1::groups::LEDGER;

/// Another version of the payments schema: more messages, another order, and a field that the consumer does not know.
const OTHER: &str = r#"
    // message PaymentAuthorized {}
    syntax = "proto3";
    package com.example.payments;
    message Voucher { message Line {} }
    message PaymentRefused { Payment payment = 1; int32 reason = 2; string advice = 9; }
    message PaymentAuthorized { Payment payment = 1; Card card = 2; message Card { string network = 1; } }
    message Payment { string id = 1; string account_id = 2; }
"#;

async fn cluster() -> (TestCluster, Client) {
    let cluster = TestCluster::start().expect("a cluster");
    cluster.prepare::<PaymentsEventsV1>().await.expect("topic and schemas");
    let client = cluster.client().expect("a client");
    (cluster, client)
}

async fn register(
    client: &Client,
    subject: &'static str,
    schema_type: SchemaType,
    text: &'static str,
) -> SchemaId {
    let registry = client.registry();
    registry.set_compatibility_level(subject, Compatibility::None).await.expect("a level");
    registry.register(subject, &NewSchema::new(schema_type, text)).await.expect("registered")
}

/// A value as another producer would frame it.
fn value(id: SchemaId, indexes: &[u8], event: &impl KafkaEvent) -> Vec<u8> {
    let mut value = Vec::new();
    wire::frame(id, &mut value);
    value.extend_from_slice(indexes);
    event.write_payload(&mut value).expect("encoded");
    value
}

async fn consume(client: &Client) -> Accounts {
    let ledger = Ledger::default();
    let shutdown = async {
        assert_eq!(caught_up(client, GROUP, TOPIC, PATIENCE).await.expect("the cluster answers"), 0);
    };
    let consumer = PaymentsEventsV1::consumer(client, GROUP, ledger.clone());
    consumer.run_until(shutdown).await.expect("no failure");
    ledger.accounts()
}

#[tokio::test]
async fn the_writers_schema_determines_the_message() {
    let (_cluster, client) = cluster().await;
    let id = register(&client, "elsewhere-value", SchemaType::PROTOBUF, OTHER).await;
    let mut newer = value(id, &[2, 2], &refused("1", "ada"));
    // The field `advice`, which the consumer does not know.
    newer.extend_from_slice(&[0x4a, 2, b'h', b'm']);
    send_bytes(&client, TOPIC, b"ada", &newer).await.expect("sent");
    send_bytes(&client, TOPIC, b"ada", &value(id, &[2, 4], &authorized("2", "ada"))).await.expect("sent");
    let accounts = consume(&client).await;
    assert_eq!(accounts.payments["ada"], ["1", "2"]);
    assert_eq!(accounts.refused["REASON_INSUFFICIENT_FUNDS"], 1);
}

#[tokio::test]
async fn a_message_that_is_not_an_event_of_the_topic_becomes_a_dead_letter() {
    let (_cluster, client) = cluster().await;
    let id = register(&client, "elsewhere-value", SchemaType::PROTOBUF, OTHER).await;
    let avro = r#"{"type":"record","name":"PaymentRefused","namespace":"com.example.payments","fields":[]}"#;
    let in_avro = register(&client, "avro-value", SchemaType::AVRO, avro).await;
    let event = refused("1", "ada");
    for bytes in [
        value(id, &[0], &event),
        value(id, &[4, 0, 0], &event),
        value(id, &[2, 18], &event),
        value(id, &[1], &event),
        value(in_avro, &[0], &event),
        value(SchemaId(99), &[0], &event),
        // A length beyond the end of the value.
        [&value(id, &[2, 2], &event)[..], &[0x4a, 200, 1]].concat(),
    ] {
        send_bytes(&client, TOPIC, b"ada", &bytes).await.expect("sent");
    }
    assert_eq!(consume(&client).await, Accounts::default());
    let letters = records(&client, "payments.events.v1.dlq").await.expect("records");
    let reasons: Vec<String> = letters
        .iter()
        .map(|letter| letter.headers.text(dead_letter::MESSAGE).unwrap_or("-").to_owned())
        .collect();
    let expected = [
        format!("schema id {id} is `com.example.payments.Voucher`, which is not an event of this topic"),
        format!("schema id {id} is `com.example.payments.Voucher.Line`, which is not an event of this topic"),
        format!("schema id {id} has no message at the indexes [9]"),
        "the value has no message indexes after its schema id: a number is negative or too large".to_owned(),
        format!(
            "schema id {in_avro} is `com.example.payments.PaymentRefused`, which is not an event of this topic"
        ),
        "schema id 99 is not in the registry".to_owned(),
    ];
    assert_eq!(reasons[..6], expected);
    assert!(reasons[6].contains("buffer underflow"), "{}", reasons[6]);
    let dispositions: Vec<_> =
        letters.iter().map(|letter| letter.headers.text(dead_letter::DISPOSITION).unwrap_or("-")).collect();
    assert_eq!(
        dispositions,
        ["unknown", "unknown", "poison", "poison", "unknown", "poison", "poison"],
        "a message that the schema declares is an event of another build; anything else is damaged"
    );
}

#[tokio::test]
async fn a_producer_looks_up_the_imports_of_its_schema_too() {
    let cluster = TestCluster::start().expect("a cluster");
    cluster.create_topic(&payments_events_v1::TOPIC).expect("a topic");
    let client = cluster.client().expect("a client");
    let error = PaymentsEventsV1::producer(&client).await.err().expect("nothing is registered");
    assert!(error.to_string().contains(PaymentAuthorized::NAME), "{error}");
    client.register::<PaymentsEventsV1>().await.expect("registered");
    client.register::<PaymentsEventsV1>().await.expect("registered again without a change");
    PaymentsEventsV1::producer(&client).await.expect("a producer");
    assert_eq!(PaymentRefused::schema().text(), PaymentAuthorized::schema().text());
}
