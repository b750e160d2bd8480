//! Records that are removed before the group reads them. All of them are reported.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use eventgen::{Client, Consumer, TopicEvents as _, dead_letter};
use eventgen_testkit::{caught_up, records};
use rdkafka::admin::AdminOptions;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};
use tokio::sync::Semaphore;

use super::topics::{
    EMPTIED, EXPIRED, OLD, OVERTAKEN, Order, Scripted, admin, consume, group, prepared, until_caught_up,
    value,
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
        "a new group has lost no records"
    );
    send(&client, topic, 3, 1_000).await;
    send(&client, topic, 4, 10).await;
    remove_before(topic, 3, 700).await;
    let report = consume::<EXPIRED>(&client).await.expect("no error");
    assert_eq!((report.handled, report.lost), (310 + 10, 690));
    assert_eq!(consume::<EXPIRED>(&client).await.expect("no error").lost, 0, "they are counted once");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn records_of_a_partition_that_retention_has_emptied_are_counted_once() {
    let client = prepared::<EMPTIED>().await;
    let topic = Order::<EMPTIED>::TOPIC.name;
    send(&client, topic, 3, 10).await;
    consume::<EMPTIED>(&client).await.expect("no error");
    send(&client, topic, 3, 690).await;
    remove_before(topic, 3, 700).await;
    assert_eq!(consume::<EMPTIED>(&client).await.expect("no error").lost, 690);
    assert_eq!(
        consume::<EMPTIED>(&client).await.expect("no error").lost,
        0,
        "the group continues after them"
    );
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn a_letter_of_an_old_record_is_kept_as_long_as_any_other() {
    let client = prepared::<OLD>().await;
    let topic = Order::<OLD>::TOPIC.name;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_millis();
    // Older than the retention of dead letters: with its own timestamp the letter would be removed at once.
    let made = i64::try_from(now).expect("a time") - 20 * 86_400_000;
    let mut config = ClientConfig::new();
    let sent = tokio::task::spawn_blocking(move || {
        let producer: BaseProducer =
            config.set("bootstrap.servers", variable("EVENTGEN_KAFKA")).create().expect("a producer");
        let record = BaseRecord::to(topic).key("ada").payload("no event").timestamp(made);
        producer.send(record).map_err(|(error, _)| error).expect("buffered");
        producer.flush(Duration::from_secs(30)).expect("acknowledged");
    });
    sent.await.expect("no panic");
    assert_eq!(consume::<OLD>(&client).await.expect("no error").poison, 1);
    let letters = records(&client, "faults.old.dlq").await.expect("dead letters");
    let written = letters[0].timestamp.expect("a timestamp").timestamp_millis();
    assert!(written > made + 86_400_000, "{written}");
    assert_eq!(letters[0].headers.text(dead_letter::RECORD_TIMESTAMP), Some(made.to_string().as_str()));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn records_removed_while_the_group_lags_are_counted() {
    const RECORDS: u64 = 50_000;
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
    // More records than the consumer holds, so that fetching waits, and small fetches, so that librdkafka holds few more.
    send(&client, topic, 0, usize::try_from(RECORDS).expect("a size")).await;
    let consumer = Consumer::new(&client, group::<OVERTAKEN>())
        .subscribe(handler)
        .set("fetch.message.max.bytes", "20000")
        .set("queued.max.messages.kbytes", "100");
    let meanwhile = async {
        tokio::time::sleep(Duration::from_secs(5)).await;
        remove_before(topic, 0, 45_000).await;
        gate.add_permits(16);
        until_caught_up::<OVERTAKEN>(&client).await;
        // Gaps are checked about once a second.
        tokio::time::sleep(Duration::from_secs(2)).await;
    };
    let report = consumer.run_until(meanwhile).await.expect("no error");
    assert_eq!(caught_up(&client, &group::<OVERTAKEN>(), topic, Duration::ZERO).await.expect("lag"), 0);
    assert!(report.lost > 5_000, "{report:?}");
    assert_eq!(report.handled + report.lost, RECORDS, "{report:?}");
}
