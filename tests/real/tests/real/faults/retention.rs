//! Records that are removed before the group has read them: reported to the last one.

use std::sync::Arc;
use std::time::Duration;

use eventgen::{Client, Consumer, TopicEvents as _};
use eventgen_testkit::caught_up;
use rdkafka::admin::AdminOptions;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};
use tokio::sync::Semaphore;

use super::topics::{
    EXPIRED, OVERTAKEN, Order, Scripted, admin, consume, group, prepared, until_caught_up, value,
};
use crate::variable;

/// Sends one event many times to a partition.
async fn send(client: &Client, topic: &'static str, partition: i32, count: usize) {
    let event = value(client, 1).await;
    let mut config = ClientConfig::new();
    let sent = tokio::task::spawn_blocking(move || {
        let producer: BaseProducer =
            config.set("bootstrap.servers", variable("EVENTGEN_KAFKA")).create().expect("a producer");
        for number in 0..count {
            let key = format!("customer-{number}");
            let record = BaseRecord::to(topic).partition(partition).key(&key).payload(&event);
            producer.send(record).map_err(|(error, _)| error).expect("buffered");
            producer.poll(Duration::ZERO);
        }
        producer.flush(Duration::from_secs(30)).expect("acknowledged");
    });
    sent.await.expect("no panic");
}

/// Removes the records before an offset, as retention does.
async fn remove_before(topic: &str, partition: i32, offset: i64) {
    let mut list = TopicPartitionList::new();
    list.add_partition_offset(topic, partition, Offset::Offset(offset)).expect("an offset");
    admin().delete_records(&list, &AdminOptions::new()).await.expect("removed");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn records_removed_while_the_group_was_away_are_counted() {
    let client = prepared::<EXPIRED>().await;
    let topic = Order::<EXPIRED>::TOPIC.name;
    send(&client, topic, 3, 10).await;
    assert_eq!(
        consume::<EXPIRED>(&client).await.expect("no error").lost,
        0,
        "a new group has missed nothing"
    );
    send(&client, topic, 3, 1_000).await;
    send(&client, topic, 4, 10).await;
    remove_before(topic, 3, 700).await;
    let report = consume::<EXPIRED>(&client).await.expect("no error");
    assert_eq!((report.handled, report.lost), (310 + 10, 690));
    assert_eq!(consume::<EXPIRED>(&client).await.expect("no error").lost, 0, "once");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn records_removed_while_the_group_was_behind_are_counted() {
    let client = prepared::<OVERTAKEN>().await;
    let topic = Order::<OVERTAKEN>::TOPIC.name;
    let gate = Arc::new(Semaphore::new(0));
    let handler = {
        let gate = Arc::clone(&gate);
        Scripted::<OVERTAKEN, _>(move |_, _| {
            let gate = Arc::clone(&gate);
            async move {
                drop(gate.acquire().await);
                Ok(())
            }
        })
    };
    // Far more than the consumer holds, so that it is paused; small fetches, so that librdkafka holds little more.
    send(&client, topic, 0, 20_000).await;
    let consumer = Consumer::new(&client, group::<OVERTAKEN>())
        .subscribe(handler)
        .set("fetch.message.max.bytes", "20000")
        .set("queued.max.messages.kbytes", "100");
    let meanwhile = async {
        tokio::time::sleep(Duration::from_secs(5)).await;
        remove_before(topic, 0, 15_000).await;
        gate.add_permits(16);
        until_caught_up::<OVERTAKEN>(&client).await;
        // What was skipped is looked at about once a second.
        tokio::time::sleep(Duration::from_secs(2)).await;
    };
    let report = consumer.run_until(meanwhile).await.expect("no error");
    assert_eq!(caught_up(&client, &group::<OVERTAKEN>(), topic, Duration::ZERO).await.expect("lag"), 0);
    assert!(report.lost > 5_000, "{report:?}");
    assert_eq!(report.handled + report.lost, 20_000, "{report:?}");
}
