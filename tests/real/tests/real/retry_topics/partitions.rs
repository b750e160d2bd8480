//! Retry topics whose partitions are not as many as those of their source.

use std::collections::BTreeSet;

use eventgen::{HandlerError, Topic, TopicEvents as _, TopicOverrides};
use eventgen_testkit::send_bytes;
use orders::events::com::example::orders::OrdersEventsV1;
use rdkafka::admin::{AdminClient, AdminOptions, NewPartitions};
use rdkafka::client::DefaultClientContext;

use super::support::{Delayed, PARTITIONS, PATIENCE, Remembering, Stage, id};
use crate::variable;

fn once_later(_: &str, delivery: &eventgen::Delivery) -> Result<(), HandlerError> {
    if delivery.attempt == 1 { Err(HandlerError::retry("not yet")) } else { Ok(()) }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn a_record_keeps_its_partition_in_retry_topics_with_more_partitions() {
    let stage = Stage::new("more");
    for tier in 0..=2 {
        let topic = Topic::new(stage.retry_topic(tier).leak()).with_partitions(PARTITIONS + 4);
        stage.client.create_topics(&[&topic], TopicOverrides::default()).await.expect("topics");
    }
    stage.create::<Delayed>(stage.group).await;
    let keys: Vec<String> = (0..24).map(|number| format!("customer-{number}")).collect();
    stage.send((0..48).map(|number| (number, &*keys[number % 24]))).await;
    // Nobody reads what somebody else writes into a partition that the source does not have.
    let handler = Remembering::<Delayed>::new(once_later);
    let member = stage.start(handler.clone());
    handler.until_accepted(48).await;
    stage.until_caught_up().await;
    let report = member.stop().await;
    assert_eq!((report.handled, report.dead_lettered()), (48, 0), "{report:?}");
    let source = eventgen_testkit::records(&stage.client, OrdersEventsV1::TOPIC.name).await.expect("records");
    let places: BTreeSet<_> = source.iter().map(|record| (record.key.clone(), record.partition)).collect();
    assert_eq!(places.len(), 24);
    for tier in 0..=1 {
        let waited = stage.retried(tier).await;
        assert!(!waited.is_empty());
        for record in waited {
            assert!(places.contains(&(record.key.clone(), record.partition)), "{record:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn a_new_partition_waits_until_the_retry_topics_have_it_too() {
    let stage = Stage::prepared::<Delayed>("grown").await;
    stage.send([(1, "ada")]).await;
    let handler = Remembering::<Delayed>::new(once_later);
    let member = stage.start_with(handler.clone(), |consumer| {
        consumer.set("topic.metadata.refresh.interval.ms", "500").set("metadata.max.age.ms", "1000")
    });
    handler.until_accepted(1).await;
    grow(&stage, OrdersEventsV1::TOPIC.name).await;
    // Keys move with the number of partitions: one that is in the new partition.
    let keys: Vec<String> = (0..200).map(|number| format!("customer-{number}")).collect();
    let mut sent = 0;
    for key in &keys {
        let value = stage.value(sent + 100).await;
        send_bytes(&stage.client, OrdersEventsV1::TOPIC.name, key.as_bytes(), &value).await.expect("sent");
        sent += 1;
        let records =
            eventgen_testkit::records(&stage.client, OrdersEventsV1::TOPIC.name).await.expect("records");
        if records.iter().any(|record| record.partition == i32::try_from(PARTITIONS).expect("few")) {
            break;
        }
    }
    // All but the last one are in partitions that the retry topics have.
    handler.until_accepted(sent).await;
    let newest = id(99 + sent);
    assert!(handler.attempts().iter().all(|attempt| attempt.what != newest), "it cannot wait yet");
    for tier in 0..=2 {
        grow(&stage, &stage.retry_topic(tier)).await;
    }
    handler.until_accepted(sent + 1).await;
    stage.until_caught_up().await;
    stage.until_nothing_waits().await;
    let report = member.stop().await;
    assert_eq!((report.handled, report.dead_lettered()), (sent as u64 + 1, 0), "{report:?}");
}

/// Adds a partition to a topic.
async fn grow(stage: &Stage, topic: &str) {
    let admin: AdminClient<DefaultClientContext> = rdkafka::ClientConfig::new()
        .set("bootstrap.servers", variable("EVENTGEN_KAFKA"))
        .create()
        .expect("an admin client");
    let name = format!("{}{topic}", stage.prefix);
    let more = NewPartitions::new(&name, PARTITIONS as usize + 1);
    let options = AdminOptions::new().operation_timeout(Some(PATIENCE));
    admin.create_partitions([&more], &options).await.expect("an answer")[0].as_ref().expect("a partition");
}
