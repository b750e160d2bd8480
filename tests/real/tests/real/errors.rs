//! Faults that only a real cluster or registry reports. Each is an error that states what to do.

use std::time::{Duration, Instant};

use eventgen::registry::{Compatibility, NewSchema, RegistryError};
use eventgen::{Client, Error, SchemaType};
use orders::events::com::example::orders::{OrdersEventsV1, orders_events_v1};

use crate::{client, variable};

fn with_password(password: &str) -> Client {
    Client::builder(variable("EVENTGEN_KAFKA_SASL"), variable("EVENTGEN_REGISTRY"))
        .set("security.protocol", "SASL_PLAINTEXT")
        .set("sasl.mechanism", "PLAIN")
        .set("sasl.username", "alice")
        .set("sasl.password", password)
        .build()
        .expect("the addresses are complete")
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn a_wrong_password_is_an_error_within_seconds() {
    let topic = orders_events_v1::TOPIC.name;
    client()
        .create_topics(&[&orders_events_v1::TOPIC], eventgen::TopicOverrides::default())
        .await
        .expect("topics");
    assert_eq!(with_password("alice-secret").partition_count(topic).await.expect("accepted"), 12);

    let asked = Instant::now();
    let error = with_password("open sesame").partition_count(topic).await.expect_err("refused");
    assert!(matches!(error, Error::Authentication { .. }), "{error}");
    assert!(error.to_string().contains("sasl.password") && !error.to_string().contains("sesame"), "{error}");
    // The limit is generous: a fault would take minutes.
    assert!(asked.elapsed() < Duration::from_secs(30));
    println!("{error}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn a_topic_that_does_not_exist_is_named() {
    let error = client().partition_count("orders.events.v7").await.expect_err("unknown");
    assert!(matches!(&error, Error::UnknownTopic { topic, .. } if topic == "orders.events.v7"), "{error}");
    println!("{error}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn more_replicas_than_brokers_are_rejected_with_the_reason() {
    let mut topic = orders_events_v1::TOPIC;
    (topic.name, topic.replication_factor, topic.dead_letter) = ("too.many.replicas", Some(9), None);
    let error =
        client().create_topics(&[&topic], eventgen::TopicOverrides::default()).await.expect_err("refused");
    assert!(error.to_string().contains("too.many.replicas"), "{error}");
    println!("{error}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn an_incompatible_schema_is_rejected_with_the_reason() {
    let (client, subject) = (client(), "incompatible.v1-value");
    let registry = client.registry();
    let schema = |fields: &str| format!(r#"{{"type":"record","name":"R","fields":[{fields}]}}"#);
    let old = schema(r#"{"name":"a","type":"string"}"#);
    let new = schema(r#"{"name":"a","type":"string"},{"name":"b","type":"string"}"#);
    let avro = |text| NewSchema::new(SchemaType::AVRO, text);
    registry.set_compatibility_level(subject, Compatibility::Backward).await.expect("level");
    let id = registry.register(subject, &avro(&old)).await.expect("registered");
    assert_eq!(registry.register(subject, &avro(&old)).await.expect("again"), id);
    assert_eq!(registry.look_up(subject, &avro(&old)).await.expect("found").expect("there").id, id);
    assert!(!registry.check_compatibility(subject, &avro(&new)).await.expect("checked").is_compatible);
    let error = registry.register(subject, &avro(&new)).await.expect_err("refused");
    assert!(
        matches!(&error, RegistryError::Incompatible { subject: refused, .. } if refused == subject),
        "{error}"
    );
    println!("{error}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn one_setting_selects_the_new_group_protocol() {
    use orders::fulfilment::Fulfilment;
    let client = client();
    client
        .create_topics(&[&orders_events_v1::TOPIC], eventgen::TopicOverrides::default())
        .await
        .expect("topics");
    client.register::<OrdersEventsV1>().await.expect("schemas");
    // KIP-848: the broker assigns partitions.
    let consumer =
        OrdersEventsV1::consumer(&client, "kip-848", Fulfilment::default()).set("group.protocol", "consumer");
    let report = consumer.run_until(tokio::time::sleep(Duration::from_secs(5))).await.expect("no error");
    println!("{report:?}");
}
