//! Deletions: records without a value on a compacted topic.

use std::sync::{Arc, Mutex};

use eventgen::{Delivery, Disposition, EncodedRecord, Error, HandlerError, Headers, KafkaEvent, KeyBuffer};
use eventgen_testkit::{TestCluster, TopicEvent, caught_up, deliver, records};
use orders::events::com::example::orders::OrdersEventsV1;

use crate::support::{PATIENCE, cluster};

/// The address of a customer changed.
#[derive(Debug, Clone, PartialEq, KafkaEvent)]
#[kafka(
    topic = "customers.v1",
    key = [country, number],
    partitions = 3,
    config("cleanup.policy" = "compact"),
    retry(attempts = 1),
    consumers(group = "addresses")
)]
pub(crate) struct AddressChanged {
    /// Part of the key.
    pub(crate) country: String,
    /// Part of the key.
    pub(crate) number: i64,
    /// The new address.
    pub(crate) address: String,
}

const GROUP: &str = customers_v1::groups::ADDRESSES;

/// Notes what it receives. Fails at the first attempt of a deletion.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<String>>>);

impl Notes {
    fn add(&self, note: String) {
        self.0.lock().expect("no panic").push(note);
    }

    fn all(&self) -> Vec<String> {
        self.0.lock().expect("no panic").clone()
    }
}

impl CustomersV1Handler for Notes {
    async fn address_changed(&self, event: AddressChanged, _: &Delivery) -> Result<(), HandlerError> {
        self.add(event.address);
        Ok(())
    }

    async fn deleted(&self, key: &[u8], delivery: &Delivery) -> Result<(), HandlerError> {
        let key = String::from_utf8_lossy(key);
        self.add(format!("deletion {} of {key}", delivery.attempt));
        match delivery.attempt {
            1 => Err("try again".into()),
            _ if key.contains("99") => Err(HandlerError::reject("it is needed")),
            _ => Ok(()),
        }
    }
}

fn changed(number: i64, address: &str) -> AddressChanged {
    AddressChanged { country: "is".to_owned(), number, address: address.to_owned() }
}

pub(crate) fn key(number: i64) -> KeyBuffer {
    AddressChanged::key_of("is", number)
}

#[test]
fn the_key_of_values_is_the_key_of_the_event_with_these_values() {
    let mut of_event = KeyBuffer::new();
    changed(7, "here").key(&mut of_event);
    assert_eq!(key(7), of_event);
}

#[tokio::test]
async fn deletions_reach_the_handler_in_the_order_of_their_key() {
    let cluster = TestCluster::start().expect("a cluster");
    cluster.prepare::<CustomersV1>().await.expect("topic and schema");
    let client = cluster.client().expect("a client");
    let producer = CustomersV1::producer(&client).await.expect("a producer");
    producer.send(&changed(7, "first")).await.expect("acknowledged");
    producer.delete(&key(7)).await.expect("acknowledged");
    producer.enqueue(&changed(7, "second")).await.expect("enqueued");
    producer.enqueue_deletion(&key(99)).await.expect("enqueued");
    let without_key = EncodedRecord::new("customers.v1", None, Headers::new(), None);
    producer.send_encoded(&without_key).await.expect("acknowledged");
    producer.close().await.expect("acknowledged");

    let notes = Notes::default();
    let shutdown = async {
        assert_eq!(caught_up(&client, GROUP, "customers.v1", PATIENCE).await.expect("an answer"), 0);
    };
    let consumer = CustomersV1::consumer(&client, GROUP, notes.clone()).concurrency(1);
    let report = consumer.run_until(shutdown).await.expect("no error");
    let of_seven: Vec<String> = notes.all().into_iter().filter(|note| !note.contains("99")).collect();
    assert_eq!(of_seven, ["first", "deletion 1 of is|7", "deletion 2 of is|7", "second"]);
    assert_eq!((report.handled, report.retried), (3, 2));
    assert_eq!((report.rejected, report.poison), (1, 1), "a deletion without a key deletes nothing");
    let letters = records(&client, "customers.v1.dlq").await.expect("they are read");
    assert_eq!(letters.len(), 2);
    assert!(letters.iter().all(|letter| letter.value.is_none()), "they stay without a value");
}

#[tokio::test]
async fn a_topic_that_is_not_compacted_has_no_deletions() {
    let (_cluster, client) = cluster().await;
    let producer = OrdersEventsV1::producer(&client).await.expect("a producer");
    let error = producer.delete(&key(1)).await.expect_err("consumers would not take it for one");
    assert!(matches!(error, Error::NotCompacted { .. }), "{error}");
    let cluster = TestCluster::start().expect("a cluster");
    cluster.prepare::<CustomersV1>().await.expect("topic and schema");
    let client = cluster.client().expect("a client");
    let producer = CustomersV1::producer(&client).await.expect("a producer");
    let error = producer.delete(&KeyBuffer::new()).await.expect_err("there is no key");
    assert!(matches!(error, Error::AbsentKey { .. }), "{error}");
}

#[tokio::test]
async fn the_test_kit_delivers_deletions() {
    let notes = Notes::default();
    let events = [changed(7, "here").into(), TopicEvent::deleted(key(7)), TopicEvent::deleted(key(99))];
    let outcome = deliver(CustomersV1::handler(notes.clone()), events).await;
    assert_eq!((outcome.handled, outcome.retried), (2, 2));
    assert_eq!(outcome.dead_letters[0].disposition, Disposition::Rejected);
    assert_eq!(notes.all()[..2], ["here", "deletion 1 of is|7"]);
}
