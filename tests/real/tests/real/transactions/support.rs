//! Topics of their own for each test, and readers that see what is committed.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use eventgen::{
    Client, DecodeError, DecodeOptions, EncodeError, EventKind, Headers, KafkaEvent, KeyBuffer, Schema,
    Topic, TopicEvents, TopicOverrides,
};
use orders::events::com::example::orders::{OrderEvent, OrdersEventsV1, orders_events_v1};
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError;
use rdkafka::message::{Headers as _, Message as _};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};

use crate::variable;

/// How long the work of a test may take. No test takes this long.
pub(super) const PATIENCE: Duration = Duration::from_secs(90);

/// The order with a number.
pub(super) fn order(number: usize) -> OrderEvent {
    orders::sample::order(number, &format!("customer-{number}"))
}

/// Text that does not compress to less than three quarters of its length.
pub(super) fn noise(length: usize) -> String {
    let mut state = 1_u64;
    let noise = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b' ' + u8::try_from(state >> 58).unwrap_or_default())
    });
    noise.take(length).collect()
}

/// The id of that order.
pub(super) fn number(number: usize) -> String {
    order(number).order_id
}

pub(super) fn numbers(range: Range<usize>) -> BTreeSet<String> {
    range.map(number).collect()
}

/// An order on another topic.
pub(super) struct Invoice(pub(super) OrderEvent);

impl Invoice {
    pub(super) fn of(number: usize) -> Self {
        Self(order(number))
    }
}

pub(super) struct InvoiceEvents;

impl TopicEvents for InvoiceEvents {
    const TOPIC: &'static Topic =
        &orders_events_v1::TOPIC.renamed("invoices").with_config(&[("max.message.bytes", "20000")]);
    const EVENTS: &'static [EventKind] = &[EventKind::of::<Invoice>()];

    fn read_payload(_: usize, _: &[u8], _: DecodeOptions) -> Result<Self, DecodeError> {
        unreachable!("no consumer reads it")
    }
}

impl KafkaEvent for Invoice {
    type Topic = InvoiceEvents;
    const NAME: &'static str = OrderEvent::NAME;
    const SUBJECT: &'static str = OrderEvent::SUBJECT;

    fn schema() -> Schema {
        OrderEvent::schema()
    }

    fn key(&self, key: &mut KeyBuffer) {
        self.0.key(key);
    }

    fn headers(&self, headers: &mut Headers) {
        self.0.headers(headers);
    }

    fn write_payload(&self, payload: &mut Vec<u8>) -> Result<(), EncodeError> {
        self.0.write_payload(payload)
    }

    fn read_payload_with(payload: &[u8], options: DecodeOptions) -> Result<Self, DecodeError> {
        OrderEvent::read_payload_with(payload, options).map(Self)
    }
}

/// What a reader sees.
#[derive(Debug, Clone, Copy)]
pub(super) enum Isolation {
    Committed,
    Uncommitted,
}

/// The topics of one test.
pub(super) struct Stage {
    pub(super) client: Client,
    pub(super) prefix: String,
}

impl Stage {
    /// Topics, groups and transactional ids that no other test uses, also not one of an earlier run on the same cluster, or of
    /// one at the same time.
    pub(super) async fn prepared(case: &str) -> Self {
        let run = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_millis();
        let prefix = format!("transactions.{case}.{run}.{}.", std::process::id());
        let client = Client::builder(variable("EVENTGEN_KAFKA"), variable("EVENTGEN_REGISTRY"))
            .topic_prefix(&prefix)
            .build()
            .expect("the addresses are complete");
        let topics = [OrdersEventsV1::TOPIC, InvoiceEvents::TOPIC];
        client.create_topics(&topics, TopicOverrides::default()).await.expect("topics");
        client.register::<OrdersEventsV1>().await.expect("schemas");
        Self { client, prefix }
    }

    /// The ids of the orders on a topic. The same one twice is a failure.
    pub(super) async fn read<T: TopicEvents>(&self, isolation: Isolation) -> BTreeSet<String> {
        let topic = self.client.topic(T::TOPIC).name;
        let partitions = self.client.partition_count(T::TOPIC.name).await.expect("the topic exists");
        let level = match isolation {
            Isolation::Committed => "read_committed",
            Isolation::Uncommitted => "read_uncommitted",
        };
        let read = move || read_to_end(topic, i32::try_from(partitions).expect("few"), level);
        tokio::task::spawn_blocking(read).await.expect("no panic")
    }

    /// Waits until this many records are written, whatever becomes of their transaction.
    pub(super) async fn until_written<T: TopicEvents>(&self, count: usize) {
        let begun = Instant::now();
        while self.read::<T>(Isolation::Uncommitted).await.len() < count {
            assert!(begun.elapsed() < PATIENCE, "fewer than {count} records were written");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

fn read_to_end(topic: &str, partitions: i32, level: &str) -> BTreeSet<String> {
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", variable("EVENTGEN_KAFKA"))
        .set("group.id", "transactions-reader")
        .set("enable.auto.commit", "false")
        .set("isolation.level", level)
        .set("enable.partition.eof", "true")
        .create()
        .expect("a reader");
    let mut assignment = TopicPartitionList::new();
    for partition in 0..partitions {
        assignment.add_partition_offset(topic, partition, Offset::Beginning).expect("an offset");
    }
    consumer.assign(&assignment).expect("assigned");
    let (mut ids, mut at_end, begun) = (BTreeMap::new(), BTreeSet::new(), Instant::now());
    while at_end.len() < usize::try_from(partitions).expect("few") {
        assert!(begun.elapsed() < PATIENCE, "reading {topic} does not end");
        match consumer.poll(Duration::from_millis(200)) {
            None => {}
            Some(Err(KafkaError::PartitionEOF(partition))) => {
                at_end.insert(partition);
            }
            Some(Err(error)) => println!("reading {topic}: {error}"),
            Some(Ok(record)) => {
                let headers = record.headers().expect("headers");
                let id = headers.iter().find(|header| header.key == "correlation-id").expect("a header");
                let id = String::from_utf8(id.value.expect("a value").to_vec()).expect("UTF-8");
                let place = (record.partition(), record.offset(), record.timestamp());
                if let Some(first) = ids.insert(id.clone(), place) {
                    panic!("{id} is on {topic} twice: at {first:?} and {place:?} (partition, offset, time)");
                }
            }
        }
    }
    ids.into_keys().collect()
}
