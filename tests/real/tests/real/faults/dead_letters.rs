//! Dead-letter topics that change, and letters that are too large for them.

use std::time::Duration;

use eventgen::{Consumer, TopicEvents as _, dead_letter};
use eventgen_testkit::{records, send_bytes};
use rdkafka::admin::{AdminOptions, NewTopic, ResourceSpecifier, TopicReplication};

use super::topics::{
    LARGE, Order, SHRUNK, SMALL_LETTERS, Scripted, ZSTD, admin, consume, group, prepared, until_caught_up,
};

/// Sends poison to all 12 partitions: 48 keys reach each of them.
async fn poison(client: &eventgen::Client, topic: &str) {
    for number in 0..48 {
        send_bytes(client, topic, format!("customer-{number}").as_bytes(), b"no event").await.expect("sent");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn a_dead_letter_topic_recreated_with_fewer_partitions_does_not_stall_the_consumer() {
    let client = prepared::<SHRUNK>().await;
    let (topic, letters) = (Order::<SHRUNK>::TOPIC, "faults.shrunk.dlq");
    let handler = Scripted::<SHRUNK, _>(async |_, _| Ok(()));
    let consumer = Consumer::new(&client, group::<SHRUNK>()).subscribe(handler);
    let change = async {
        poison(&client, topic.name).await;
        until_caught_up::<SHRUNK>(&client).await;
        let (admin, options) = (admin(), AdminOptions::new());
        admin.delete_topics(&[letters], &options).await.expect("asked")[0].as_ref().expect("deleted");
        // The deletion takes a moment.
        loop {
            let smaller = NewTopic::new(letters, 3, TopicReplication::Fixed(3));
            let created = admin.create_topics(&[smaller], &options).await.expect("asked");
            if created[0].is_ok() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        poison(&client, topic.name).await;
        until_caught_up::<SHRUNK>(&client).await;
    };
    let report = consumer.run_until(change).await.expect("no error");
    assert_eq!(report.poison, 96);
    let after = records(&client, letters).await.expect("dead letters");
    assert_eq!(after.len(), 48);
    assert!(after.iter().all(|letter| {
        let from: i32 =
            letter.headers.text(dead_letter::PARTITION).expect("a header").parse().expect("a number");
        letter.partition == from % 3
    }));
}

async fn largest_record(topic: &str) -> String {
    let (admin, asked) = (admin(), [ResourceSpecifier::Topic(topic)]);
    loop {
        let described = admin.describe_configs(&asked, &AdminOptions::new()).await.expect("asked");
        let limit = described[0].as_ref().ok().and_then(|resource| resource.get("max.message.bytes"));
        // The broker may not know a topic yet that was just created.
        match limit {
            Some(limit) => return limit.value.clone().expect("a value"),
            None => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn a_dead_letter_topic_accepts_the_largest_record_of_its_source() {
    let client = prepared::<LARGE>().await;
    // The contract of one topic states its limit, the other one has the default of the cluster.
    prepared::<ZSTD>().await;
    assert_eq!(largest_record("faults.large.dlq").await, (3_000_000 + 16_384).to_string());
    assert_eq!(largest_record("faults.zstd.dlq").await, (1_048_588 + 16_384).to_string());

    // The limit of the source without the overhead of a batch.
    let size = 3_000_000 - 100;
    send_bytes(&client, Order::<LARGE>::TOPIC.name, b"ada", &vec![b'x'; size]).await.expect("sent");
    assert_eq!(consume::<LARGE>(&client).await.expect("no error").poison, 1);
    let letters = records(&client, "faults.large.dlq").await.expect("dead letters");
    assert_eq!(letters[0].value.as_ref().map(Vec::len), Some(size));
    assert_eq!(letters[0].headers.text(dead_letter::OMITTED), None);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn a_letter_that_its_topic_rejects_is_written_without_its_value() {
    let (letters, admin, options) = ("faults.small-letters.dlq", admin(), AdminOptions::new());
    // The limit of the dead-letter topic is lowered below that of its source.
    prepared::<SMALL_LETTERS>().await;
    let limit = rdkafka::admin::AlterConfig::new(ResourceSpecifier::Topic(letters));
    let altered = admin.alter_configs(&[limit.set("max.message.bytes", "20000")], &options).await;
    altered.expect("asked")[0].as_ref().expect("altered");
    let client = crate::client();
    // Random bytes, which compression does not make smaller.
    let mut state = 1_u64;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    })
    .take(500_000)
    .collect();
    send_bytes(&client, Order::<SMALL_LETTERS>::TOPIC.name, b"ada", &noise).await.expect("sent");
    send_bytes(&client, Order::<SMALL_LETTERS>::TOPIC.name, b"ada", b"small").await.expect("sent");
    assert_eq!(consume::<SMALL_LETTERS>(&client).await.expect("no error").poison, 2);
    let written = records(&client, letters).await.expect("dead letters");
    let seen: Vec<_> = written
        .iter()
        .map(|letter| (letter.value.as_ref().map(Vec::len), letter.headers.text(dead_letter::OMITTED)))
        .collect();
    assert_eq!(seen, [(None, Some("value")), (Some(5), None)]);
}
