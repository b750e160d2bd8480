//! Deleted records, and transactions.

use rdkafka::admin::{AdminClient, AdminOptions};
use rdkafka::client::DefaultClientContext;
use rdkafka::producer::{BaseProducer, Producer as _};
use rdkafka::{Offset, TopicPartitionList};
use serde_json::json;

use super::command::BEHIND;
use super::{DELAYS, Fixture, PATIENCE, config};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn records_that_were_deleted_before_the_group_has_read_them_are_counted() {
    let fixture = Fixture::new("deleted", r#"{ "group": "lag.deleted", "maxLag": 1000 }"#).await;
    fixture.send(0, 30);
    fixture.commit("lag.deleted", 0, 5);
    assert_eq!(fixture.look("lag.deleted").0, 0);
    let mut before = TopicPartitionList::new();
    before.add_partition_offset(&fixture.topic, 0, Offset::Offset(20)).expect("an offset");
    let admin: AdminClient<DefaultClientContext> = config(&[]).create().expect("an admin client");
    admin.delete_records(&before, &AdminOptions::new()).await.expect("deleted");
    let (code, found) = fixture.look_until("lag.deleted", |found| found["state"] == "ERR");
    assert_eq!(code, BEHIND);
    assert_eq!(found["reasons"][0]["message"], "retention has deleted 15 unread records", "{found}");
    assert_eq!(found["partitions"][0]["oldest"], 20, "{found}");
    assert!(found["lagSeconds"].as_f64().is_some(), "that of the oldest record that is left: {found}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn open_transactions_are_not_counted_and_markers_have_no_age() {
    let fixture = Fixture::new("transactions", r#"{ "group": "lag.transactions", "maxLag": "5m" }"#).await;
    let group = "lag.transactions";
    let producer: BaseProducer =
        config(&[("transactional.id", &fixture.topic)]).create().expect("a producer");
    producer.init_transactions(PATIENCE).expect("initialised");
    let send = |count| {
        producer.begin_transaction().expect("begun");
        fixture.send_with(&producer, 0, count);
    };
    send(5);
    producer.commit_transaction(PATIENCE).expect("committed");
    send(3);
    producer.abort_transaction(PATIENCE).expect("aborted");
    // Offsets 0 to 4, a marker, 6 to 8 of the aborted transaction, a marker: the end is 10.
    fixture.commit(group, 0, 2);
    let (code, found) = fixture.look_until(group, |found| found["lag"] == 8);
    assert_eq!((code, &found["state"]), (0, &json!("WARN")), "nobody reads: {found}");
    assert!(found["lagSeconds"].as_f64().is_some_and(|age| age > 0.0), "{found}");
    // What is left cannot be read.
    fixture.commit(group, 0, 5);
    let (_, found) = fixture.look_until(group, |found| found["lag"] == 5);
    assert_eq!(found["lagSeconds"], 0.0, "{found}");
    fixture.commit(group, 0, 10);
    send(4);
    let (_, found) = fixture.look(group);
    assert_eq!((&found["lag"], &found["partitions"][0]["end"]), (&json!(0), &json!(10)), "{found}");
    producer.commit_transaction(PATIENCE).expect("committed");
    fixture.look_until(group, |found| found["lag"] == 5);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn records_that_wait_in_retry_topics_are_seen_and_are_no_trouble_until_they_are_overdue() {
    let group = "lag-waiting";
    let fixture = Fixture::of("waiting", &format!(r#"{{ "group": "{group}" }}"#), DELAYS).await;
    fixture.send(0, 5);
    fixture.commit(group, 0, 5);
    let (_, found) = fixture.look_until(group, |found| found["lag"] == 0);
    assert_eq!(found["topic"], json!(fixture.topic), "nothing waits: {found}");
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    let now = i64::try_from(now.as_millis()).expect("before the year 292 million");
    // Nobody handles them, and the group has never committed an offset there.
    fixture.retry(group, 1, 0, now + 3_600_000);
    fixture.retry(group, 1, 1, now + 3_630_000);
    let waits = |found: &serde_json::Value| {
        found["topic"].as_str().is_some_and(|topic| topic.ends_with(".retry.1")) && found["lag"] == 2
    };
    let (code, found) = fixture.look_at(group, waits);
    assert_eq!((code, &found["state"], &found["inContract"]), (0, &json!("OK"), &json!(true)), "{found}");
    let reason = &found["reasons"][0];
    assert_eq!((&reason["code"], &found["lagSeconds"]), (&json!("waiting"), &json!(0.0)), "{found}");
    assert!(reason["message"].as_str().is_some_and(|message| message.contains("due in 5")), "{found}");

    fixture.retry(group, 2, 0, now - 3_600_000);
    // The clock of its writer was wrong: the delay is two hours.
    fixture.retry(group, 2, 1, now + 720_000_000);
    let overdue = |found: &serde_json::Value| {
        found["topic"].as_str().is_some_and(|topic| topic.ends_with(".retry.2")) && found["lag"] == 2
    };
    let (code, found) = fixture.look_at(group, overdue);
    assert_eq!((code, &found["state"]), (0, &json!("WARN")), "{found}");
    assert_eq!(found["reasons"][0]["code"], "overdue", "{found}");
    assert_eq!(found["reasons"][1]["code"], "due-too-late", "{found}");
    assert!(found["lagSeconds"].as_f64().is_some_and(|age| age >= 3_600.0), "{found}");
}
