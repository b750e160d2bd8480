//! Records of other clients: binary headers, other compression codecs, schemas with references.

use eventgen::registry::{NewSchema, SchemaReference};
use eventgen::{Headers, KafkaEvent as _, SchemaType, TopicEvents as _};
use eventgen_testkit::{records, send_bytes, send_with_headers};
use orders::events::com::example::orders::OrderEvent;
use serde_json::Value;

use super::topics::{FOREIGN, Order, REFERENCES, ZSTD, consume, framed, prepared, value};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn a_header_that_is_not_utf8_is_kept_in_the_dead_letter() {
    let client = prepared::<FOREIGN>().await;
    let topic = Order::<FOREIGN>::TOPIC;
    let mut headers = Headers::new();
    headers.append(b"caf\xe9", Some(vec![0xff]));
    send_with_headers(&client, topic.name, b"ada", b"no event", &headers).await.expect("sent");
    let event = value(&client, 1).await;
    send_with_headers(&client, topic.name, b"ada", &event, &headers).await.expect("sent");
    let report = consume::<FOREIGN>(&client).await.expect("no error");
    assert_eq!((report.handled, report.poison), (1, 1));
    let letters = records(&client, "faults.foreign.dlq").await.expect("dead letters");
    assert_eq!(letters[0].headers.iter().next(), Some((&b"caf\xe9"[..], Some(&b"\xff"[..]))));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn records_of_a_topic_that_compresses_with_zstd_are_read() {
    let client = prepared::<ZSTD>().await;
    // The broker compresses the records of such a topic with this codec.
    for number in 1..=5 {
        let event = value(&client, number).await;
        send_bytes(&client, Order::<ZSTD>::TOPIC.name, b"ada", &event).await.expect("sent");
    }
    assert_eq!(consume::<ZSTD>(&client).await.expect("no error").handled, 5);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn a_schema_that_refers_to_others_in_the_registry_is_read() {
    let client = prepared::<REFERENCES>().await;
    let mut main: Value = serde_json::from_str(OrderEvent::schema().text()).expect("JSON");
    let fields = main["fields"].as_array_mut().expect("fields");
    let payload = fields.iter_mut().find(|field| field["name"] == "payload").expect("a payload");
    let mut inner = payload["type"].take();
    inner["namespace"] = "com.example.orders".into();
    let name = format!("com.example.orders.{}", inner["name"].as_str().expect("a name"));
    payload["type"] = name.as_str().into();

    let registry = client.registry();
    let (inner, main) = (inner.to_string(), main.to_string());
    let subject = "faults.references-payload";
    registry.register(subject, &NewSchema::new(SchemaType::AVRO, &inner)).await.expect("registered");
    let references = [SchemaReference { name, subject: subject.to_owned(), version: 1 }];
    let main = NewSchema { schema_type: SchemaType::AVRO, text: &main, references: &references };
    let id = registry.register("faults.references-value", &main).await.expect("registered");
    let event = framed(id, 1);
    send_bytes(&client, Order::<REFERENCES>::TOPIC.name, b"ada", &event).await.expect("sent");
    let report = consume::<REFERENCES>(&client).await.expect("no error");
    assert_eq!((report.handled, report.poison), (1, 0));
}
