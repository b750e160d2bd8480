//! The embedded cluster has the topics that a test has made, and no others.

use std::time::Duration;

use eventgen::{Client, Error, Headers};
use eventgen_testkit::{TestCluster, caught_up, records, send_bytes, send_record};
use orders::events::com::example::orders::OrdersEventsV1;

use crate::support::{DEAD_LETTERS, GROUP, TOPIC};

fn is_unknown<T>(result: Result<T, Error>, name: &str) -> bool {
    matches!(result, Err(Error::UnknownTopic { topic, .. }) if topic == name)
}

/// Asks for a topic in every way.
async fn is_missing(client: &Client, topic: &str) -> bool {
    is_unknown(caught_up(client, GROUP, topic, Duration::from_secs(1)).await, topic)
        && is_unknown(records(client, topic).await, topic)
        && is_unknown(send_bytes(client, topic, b"ada", b"no event").await, topic)
}

#[tokio::test]
async fn a_topic_that_nobody_made_is_an_error_and_asking_does_not_make_it() {
    let cluster = TestCluster::start().expect("a cluster");
    let client = cluster.client().expect("a client");
    client.register::<OrdersEventsV1>().await.expect("schemas");
    assert!(is_unknown(OrdersEventsV1::producer(&client).await, TOPIC));
    assert!(is_missing(&client, TOPIC).await);
    cluster.prepare::<OrdersEventsV1>().await.expect("no topic is in the way");
    assert_eq!(client.partition_count(TOPIC).await.expect("the topic"), 12, "the contract's partitions");
    OrdersEventsV1::producer(&client).await.expect("a producer");
    assert!(is_missing(&client, "orders.event.v1").await, "a misspelt name");
}

#[tokio::test]
async fn preparing_twice_changes_nothing() {
    let cluster = TestCluster::start().expect("a cluster");
    cluster.prepare::<OrdersEventsV1>().await.expect("topic and schema");
    let client = cluster.client().expect("a client");
    send_bytes(&client, DEAD_LETTERS, b"ada", b"a letter").await.expect("sent");
    cluster.prepare::<OrdersEventsV1>().await.expect("prepared again");
    assert_eq!(records(&client, DEAD_LETTERS).await.expect("the dead-letter topic").len(), 1);
}

#[tokio::test]
async fn a_foreign_producer_may_leave_out_the_key_and_the_value() {
    let cluster = TestCluster::start().expect("a cluster");
    cluster.prepare::<OrdersEventsV1>().await.expect("topic and schema");
    let client = cluster.client().expect("a client");
    let (some, empty) = (b"ada".as_slice(), b"".as_slice());
    let sent = [(None, Some(some)), (Some(some), None), (None, None), (Some(empty), Some(empty))];
    for (key, value) in sent {
        send_record(&client, TOPIC, key, value, &Headers::new()).await.expect("sent");
    }
    let mut found: Vec<_> = records(&client, TOPIC)
        .await
        .expect("records")
        .into_iter()
        .map(|record| (record.key, record.value))
        .collect();
    let mut expected = sent.map(|(key, value)| (key.map(<[u8]>::to_vec), value.map(<[u8]>::to_vec)));
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn lag_with_age_has_that_of_the_next_record_of_each_partition() {
    let cluster = TestCluster::start().expect("a cluster");
    cluster.prepare::<OrdersEventsV1>().await.expect("topic and schema");
    let client = cluster.client().expect("a client");
    send_bytes(&client, TOPIC, b"ada", b"the first").await.expect("sent");
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    send_bytes(&client, TOPIC, b"ada", b"the second").await.expect("sent");
    let without = client.lag("nobody", TOPIC).await.expect("lag");
    assert!(without.iter().all(|of| of.age.is_none() == (of.records > 0)), "{without:?}");
    // The second call has the clients of the first one.
    for _ in 0..2 {
        let lag = client.lag_with_age("nobody", TOPIC).await.expect("lag");
        let (waiting, idle): (Vec<_>, Vec<_>) = lag.into_iter().partition(|of| of.records > 0);
        assert_eq!((waiting.len(), waiting[0].records), (1, 2), "{waiting:?}");
        let age = waiting[0].age.expect("the record has a timestamp");
        assert!(age > Duration::from_secs(1) && age < Duration::from_secs(100), "{age:?}");
        assert!(idle.iter().all(|of| of.age == Some(Duration::ZERO)), "{idle:?}");
    }
}
