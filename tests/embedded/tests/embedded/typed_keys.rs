//! Typed keys: what is on the topic, in its retries and dead letters, and which partition and order records of a key have.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use eventgen::registry::{NewSchema, SchemaId};
use eventgen::{
    Client, Delivery, Error, HandlerError, Headers, KafkaEvent, KeyBuffer, SchemaType, TransactionOptions,
    TransactionalProducer, wire,
};
use eventgen_testkit::{TestCluster, TopicEvent, deliver, deliver_transactional, records, send_with_headers};

use crate::support::PATIENCE;

/// A customer moved for the `step`th time.
#[derive(Debug, Clone, PartialEq, KafkaEvent)]
#[kafka(schema = "schemas/customer_moved.avsc")]
pub(crate) struct CustomerMoved {
    country: Arc<str>,
    number: i64,
    step: i32,
}

const TOPIC: &str = "customers.moved.v1";
const SUBJECT: &str = "customers.moved.v1-key";
const GROUP: &str = customers_moved_v1::groups::ADDRESSES;

fn moved(number: i64, step: i32) -> CustomerMoved {
    CustomerMoved { country: "is".into(), number, step }
}

/// The key of a customer: the frame, the length of the country, the country and the number in zig-zag. It is written down here
/// as the specification has it.
fn key(id: SchemaId, number: u8) -> Vec<u8> {
    let mut key = vec![0];
    key.extend(id.0.to_be_bytes());
    key.extend([4, b'i', b's', number * 2]);
    key
}

async fn prepared() -> (TestCluster, Client, SchemaId) {
    let cluster = TestCluster::start().expect("a cluster");
    cluster.prepare::<CustomersMovedV1>().await.expect("topic and schemas");
    let client = cluster.client().expect("a client");
    let schema = CustomerMoved::key_schema().expect("a typed key");
    let found = client.registry().look_up_schema(SUBJECT, schema).await.expect("an answer");
    (cluster, client, found.expect("the schema of the key is registered").id)
}

/// Notes the steps of each customer. The first attempt at a second step fails, and so does every attempt at a customer 9.
#[derive(Clone, Default)]
struct Steps(Arc<Mutex<BTreeMap<i64, Vec<i32>>>>);

impl CustomersMovedV1Handler for Steps {
    async fn customer_moved(&self, event: CustomerMoved, delivery: &Delivery) -> Result<(), HandlerError> {
        if event.number == 9 {
            return Err(HandlerError::reject("nobody has this number"));
        }
        if event.step == 2 && delivery.attempt == 1 {
            return Err("try again".into());
        }
        self.0.lock().expect("no panic").entry(event.number).or_default().push(event.step);
        Ok(())
    }

    async fn deleted(&self, key: &[u8], _: &Delivery) -> Result<(), HandlerError> {
        Err(HandlerError::reject(format!("nothing deletes {key:?}")))
    }
}

#[tokio::test]
async fn all_producers_write_the_same_bytes_for_equal_keys() {
    let (cluster, client, id) = prepared().await;
    // A later version under the subject has another id, and would be other keys.
    let later = r#"{"type":"record","name":"CustomerKey","namespace":"com.example.customers","doc":"Later.",
        "fields":[{"name":"country","type":"string"},{"name":"number","type":"long"}]}"#;
    let later = NewSchema::new(SchemaType::AVRO, later);
    let later = client.registry().register(SUBJECT, &later).await.expect("registered");
    assert_ne!(later, id);
    let other = cluster.client_builder().use_latest_version(true).schema_id_in_header(true);
    let other = other.build().expect("a client");
    for (client, step) in [(&client, 1), (&other, 2)] {
        let producer = CustomersMovedV1::producer(client).await.expect("a producer");
        for number in 0..20 {
            producer.enqueue(&moved(number, step)).await.expect("enqueued");
        }
        producer.enqueue_deletion(&CustomerMoved::key_of("is", 0)).await.expect("enqueued");
        producer.flush().await.expect("acknowledged");
        producer.delete(&CustomerMoved::key_of("is", 1)).await.expect("acknowledged");
        let encoded = producer.encode(&moved(7, 3)).expect("encoded");
        assert_eq!(encoded.key, Some(key(id, 7)));
    }
    let transactions =
        TransactionalProducer::builder(&other, "typed-keys").connect().await.expect("a producer");
    let written = transactions.transaction(async |transaction| {
        transaction.send(&moved(2, 3)).await?;
        transaction.delete::<CustomersMovedV1>(&CustomerMoved::key_of("is", 2)).await
    });
    written.await.expect("committed");

    let mut partitions: BTreeMap<Vec<u8>, BTreeSet<i32>> = BTreeMap::new();
    for record in records(&client, TOPIC).await.expect("records") {
        partitions.entry(record.key.expect("a key")).or_default().insert(record.partition);
        assert_eq!(record.headers.bytes(wire::KEY_HEADER), None);
    }
    let expected: BTreeSet<Vec<u8>> = (0..20).map(|number| key(id, number)).collect();
    assert_eq!(partitions.keys().cloned().collect::<BTreeSet<_>>(), expected);
    assert!(partitions.values().all(|partitions| partitions.len() == 1), "{partitions:?}");
    let used: BTreeSet<i32> = partitions.into_values().flatten().collect();
    assert_eq!(used, BTreeSet::from([0, 1, 2]), "the number decides, not the frame alone");
}

#[tokio::test]
async fn retries_and_dead_letters_have_the_key_of_their_record_and_keep_its_order() {
    let (_cluster, client, id) = prepared().await;
    let producer = CustomersMovedV1::producer(&client).await.expect("a producer");
    for step in 1..=4 {
        for number in [1, 2, 9] {
            producer.enqueue(&moved(number, step)).await.expect("enqueued");
        }
    }
    // As Confluent's clients write it with the id of the key in a header: the key has no frame.
    let mut value = producer.encode(&moved(9, 5)).expect("encoded");
    let mut header = Vec::new();
    wire::frame(id, &mut header);
    value.headers.append(wire::KEY_HEADER, Some(header.clone()));
    let payload = value.value.expect("a value");
    producer.flush().await.expect("acknowledged");
    let unframed = &key(id, 9)[5..];
    send_with_headers(&client, TOPIC, unframed, &payload, &value.headers).await.expect("sent");

    let steps = Steps::default();
    let done = async {
        let begun = std::time::Instant::now();
        let all = || steps.0.lock().expect("no panic").values().map(Vec::len).sum::<usize>();
        while all() < 8 || records(&client, "customers.moved.v1.dlq").await.expect("records").len() < 5 {
            assert!(begun.elapsed() < PATIENCE, "{:?}", steps.0);
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    let consumer = CustomersMovedV1::consumer(&client, GROUP, steps.clone());
    consumer.run_until(done).await.expect("no failure");
    let expected = BTreeMap::from([(1, vec![1, 2, 3, 4]), (2, vec![1, 2, 3, 4])]);
    assert_eq!(*steps.0.lock().expect("no panic"), expected);

    let waited = records(&client, "customers.moved.v1.addresses.retry.1").await.expect("records");
    let keys: BTreeSet<_> = waited.into_iter().filter_map(|record| record.key).collect();
    assert_eq!(keys, BTreeSet::from([key(id, 1), key(id, 2)]));
    let letters = records(&client, "customers.moved.v1.dlq").await.expect("records");
    for letter in letters {
        let letter_key = letter.key.as_deref().expect("a key");
        match letter.headers.bytes(wire::KEY_HEADER) {
            Some(kept) => assert_eq!((kept, letter_key), (header.as_slice(), unframed)),
            None => assert_eq!(letter_key, key(id, 9)),
        }
    }
}

#[tokio::test]
async fn a_key_whose_schema_is_not_registered_is_an_error_that_names_its_subject() {
    let cluster = TestCluster::start().expect("a cluster");
    cluster.create_topic(&customers_moved_v1::TOPIC).expect("a topic");
    let client = cluster.client().expect("a client");
    let value = NewSchema::new(SchemaType::AVRO, CustomerMoved::schema().text());
    client.registry().register(CustomerMoved::SUBJECT, &value).await.expect("registered");
    let error = CustomersMovedV1::producer(&client).await.err().expect("the key has no schema");
    assert!(matches!(error, Error::NotRegistered { subject: SUBJECT, .. }), "{error}");

    let registering = cluster.client_builder().auto_register(true).build().expect("a client");
    CustomersMovedV1::producer(&registering).await.expect("it registers the schema of the key");
    let subjects = client.registry().subjects().await.expect("listed");
    assert!(subjects.iter().any(|subject| subject == SUBJECT), "{subjects:?}");
}

/// Moves customers on, and deletes those that have moved often.
#[derive(Clone, Default)]
struct Movers(Arc<Mutex<Vec<Vec<u8>>>>);

impl CustomersMovedV1Handler for Movers {
    async fn customer_moved(&self, event: CustomerMoved, delivery: &Delivery) -> Result<(), HandlerError> {
        self.0.lock().expect("no panic").extend(delivery.key.as_deref().map(<[u8]>::to_vec));
        let CustomerMoved { country, number, step } = event;
        if step > 2 {
            delivery.delete::<CustomersMovedV1>(&CustomerMoved::key_of(&country, number))?;
        } else {
            delivery.send(&CustomerMoved { country, number, step: step + 1 })?;
        }
        Ok(())
    }

    async fn deleted(&self, key: &[u8], _: &Delivery) -> Result<(), HandlerError> {
        let (country, number) = CustomerMoved::read_key(key).map_err(HandlerError::reject)?;
        assert_eq!((&*country, number), ("is", 7));
        self.0.lock().expect("no panic").push(key.to_vec());
        Ok(())
    }
}

#[tokio::test]
async fn the_test_kit_has_keys_with_the_id_0() {
    let movers = Movers::default();
    let options = TransactionOptions::new("typed-keys").writes::<CustomersMovedV1>();
    let handler = CustomersMovedV1::handler(movers.clone());
    let outcome = deliver_transactional(handler, &options, [moved(7, 1), moved(7, 3)]).await;
    let expected = key(SchemaId(0), 7);
    let sent: Vec<_> = outcome.sent.iter().map(|record| record.key.clone()).collect();
    assert_eq!(sent, [Some(expected.clone()), Some(expected.clone())]);
    assert_eq!(*movers.0.lock().expect("no panic"), [expected.clone(), expected.clone()]);

    let movers = Movers::default();
    let deletions = [TopicEvent::deleted(CustomerMoved::key_of("is", 7))];
    let outcome = deliver(CustomersMovedV1::handler(movers.clone()), deletions).await;
    assert_eq!((outcome.handled, &*movers.0.lock().expect("no panic")), (1, &vec![expected]));
}

#[test]
fn a_key_of_values_is_that_of_an_event_before_it_has_a_frame() {
    let mut of_event = KeyBuffer::new();
    moved(7, 1).key(&mut of_event);
    assert_eq!(CustomerMoved::key_of("is", 7), of_event);
    assert_eq!(of_event.as_bytes(), Some([4, b'i', b's', 14].as_slice()));
    let mut headers = Headers::new();
    moved(7, 1).headers(&mut headers);
    assert_eq!(headers.text("event-type"), Some("com.example.customers.CustomerMoved"));
}
