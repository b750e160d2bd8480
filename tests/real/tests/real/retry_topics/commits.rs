//! What the group commits of its retry topics.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use eventgen::HandlerError;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::message::Message as _;
use rdkafka::{ClientConfig, Offset, TopicPartitionList};

use super::support::{Delayed, PATIENCE, Remembering, Stage};
use crate::variable;

/// Brokers remove offsets of topics to which a group is not subscribed when they have not been committed for
/// `offsets.retention.minutes`, also of a group that has members (KIP-211). After that, everything that is left in the retry
/// topics would be handled again.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn offsets_of_retry_topics_are_committed_again_so_that_brokers_keep_them() {
    let stage = Stage::prepared::<Delayed>("offsets").await;
    stage.send([(1, "ada")]).await;
    let handler = Remembering::<Delayed>::new(|_, delivery| {
        if delivery.attempt == 1 { Err(HandlerError::retry("not yet")) } else { Ok(()) }
    });
    let member = stage.start(handler.clone());
    handler.until_accepted(1).await;
    stage.until_nothing_waits().await;
    member.stop().await;
    let topic = format!("{}{}", stage.prefix, stage.retry_topic(1));
    let before = tokio::task::block_in_place(|| commits(&topic));
    assert!(before >= 1, "{before}");

    // Nothing comes, and nothing waits.
    let member = stage.start(handler.clone());
    let begun = Instant::now();
    while tokio::task::block_in_place(|| commits(&topic)) == before {
        assert!(begun.elapsed() < PATIENCE, "the offset was committed {before} times and not again");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    member.stop().await;
    assert_eq!(handler.attempts().len(), 2, "nothing is handled again");
}

/// How many commits of the partitions of a topic the brokers have.
fn commits(topic: &str) -> usize {
    const OFFSETS: &str = "__consumer_offsets";
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", variable("EVENTGEN_KAFKA"))
        .set("group.id", "retries-offsets")
        .set("enable.auto.commit", "false")
        .set("enable.partition.eof", "true")
        .create()
        .expect("a reader");
    let metadata = consumer.fetch_metadata(Some(OFFSETS), PATIENCE).expect("metadata");
    let count = metadata.topics()[0].partitions().len();
    let mut assignment = TopicPartitionList::new();
    for partition in 0..count {
        let partition = i32::try_from(partition).expect("few");
        assignment.add_partition_offset(OFFSETS, partition, Offset::Beginning).expect("an offset");
    }
    consumer.assign(&assignment).expect("assigned");
    let (mut ends, mut found, begun) = (BTreeSet::new(), 0, Instant::now());
    while ends.len() < count {
        assert!(begun.elapsed() < PATIENCE, "reading {OFFSETS} does not end");
        match consumer.poll(Duration::from_millis(200)) {
            Some(Err(rdkafka::error::KafkaError::PartitionEOF(partition))) => {
                ends.insert(partition);
            }
            Some(Ok(record)) => {
                // The key has the group, the topic and the partition. A record without a value removes it.
                let names_it = record.key().is_some_and(|key| contains(key, topic.as_bytes()));
                found += usize::from(names_it && record.payload().is_some());
            }
            _ => {}
        }
    }
    found
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
