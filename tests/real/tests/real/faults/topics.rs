//! The orders contract on a separate topic for each of these tests.

use std::future::Future;
use std::time::Duration;

use eventgen::registry::SchemaId;
use eventgen::{
    Client, Consumer, DeadLetterTopic, DecodeError, DecodeOptions, Delivery, EventKind, Handler,
    HandlerError, KafkaEvent as _, Report, RunError, Topic, TopicEvents, TopicOverrides, wire,
};
use eventgen_testkit::caught_up;
use orders::events::com::example::orders::{OrderEvent, OrdersEventsV1, orders_events_v1};
use orders::sample::order;
use rdkafka::ClientConfig;
use rdkafka::admin::AdminClient;
use rdkafka::client::DefaultClientContext;

use crate::variable;

/// How long a group may take to catch up. No test takes this long.
const PATIENCE: Duration = Duration::from_secs(90);

/// The indexes of the topics.
pub(super) const FOREIGN: usize = 0;
pub(super) const ZSTD: usize = 1;
pub(super) const SHRUNK: usize = 2;
pub(super) const LARGE: usize = 3;
pub(super) const SMALL_LETTERS: usize = 4;
pub(super) const EXPIRED: usize = 5;
pub(super) const OVERTAKEN: usize = 6;
pub(super) const REFERENCES: usize = 7;
pub(super) const EMPTIED: usize = 8;
pub(super) const OLD: usize = 9;

const fn topic(name: &'static str, dead_letters: &'static str, config: Config) -> Topic {
    orders_events_v1::TOPIC
        .renamed(name)
        .with_config(config)
        .with_dead_letter(DeadLetterTopic::new(dead_letters))
}

type Config = &'static [(&'static str, &'static str)];

const TOPICS: [Topic; 10] = [
    topic("faults.foreign", "faults.foreign.dlq", &[]),
    topic("faults.zstd", "faults.zstd.dlq", &[("compression.type", "zstd")]),
    topic("faults.shrunk", "faults.shrunk.dlq", &[]),
    topic("faults.large", "faults.large.dlq", &[("max.message.bytes", "3000000")]),
    topic("faults.small-letters", "faults.small-letters.dlq", &[]),
    topic("faults.expired", "faults.expired.dlq", &[]),
    topic("faults.overtaken", "faults.overtaken.dlq", &[]),
    topic("faults.references", "faults.references.dlq", &[]),
    topic("faults.emptied", "faults.emptied.dlq", &[]),
    topic("faults.old", "", &[("retention.ms", "-1")]).with_dead_letter(
        DeadLetterTopic::new("faults.old.dlq").with_config(&[("retention.ms", "1209600000")]),
    ),
];

/// An order on one of the topics.
pub(super) struct Order<const TOPIC: usize>(OrderEvent);

impl<const TOPIC: usize> TopicEvents for Order<TOPIC> {
    const TOPIC: &'static Topic = &TOPICS[TOPIC];
    const EVENTS: &'static [EventKind] = OrdersEventsV1::EVENTS;

    fn read_payload(kind: usize, payload: &[u8], options: DecodeOptions) -> Result<Self, DecodeError> {
        OrdersEventsV1::read_payload(kind, payload, options)
            .map(|OrdersEventsV1::OrderEvent(event)| Self(event))
    }
}

/// A handler that is a function.
pub(super) struct Scripted<const TOPIC: usize, F>(pub(super) F);

impl<const TOPIC: usize, F, R> Handler for Scripted<TOPIC, F>
where
    F: Fn(OrderEvent, Delivery) -> R + Send + Sync + 'static,
    R: Future<Output = Result<(), HandlerError>> + Send,
{
    type Events = Order<TOPIC>;

    fn handle(
        &self,
        Order(event): Order<TOPIC>,
        delivery: &Delivery,
    ) -> impl Future<Output = Result<(), HandlerError>> + Send {
        (self.0)(event, delivery.clone())
    }
}

/// A client of the real cluster, after the topic and its schema have been created.
pub(super) async fn prepared<const TOPIC: usize>() -> Client {
    let client = crate::client();
    let topic = Order::<TOPIC>::TOPIC;
    client.create_topics(&[topic], TopicOverrides::default()).await.expect("topics");
    client.register::<OrdersEventsV1>().await.expect("schemas");
    client
}

/// Consumes with a handler that accepts everything until the group has caught up.
pub(super) async fn consume<const TOPIC: usize>(client: &Client) -> Result<Report, RunError> {
    let handler = Scripted::<TOPIC, _>(async |_, _| Ok(()));
    let consumer = Consumer::new(client, group::<TOPIC>()).subscribe(handler);
    let consumer = consumer.unknown_schema_grace(Duration::from_secs(1));
    consumer.run_until(until_caught_up::<TOPIC>(client)).await
}

pub(super) async fn until_caught_up<const TOPIC: usize>(client: &Client) {
    let lag = caught_up(client, &group::<TOPIC>(), Order::<TOPIC>::TOPIC.name, PATIENCE).await;
    assert_eq!(lag.expect("lag"), 0, "the group has stalled");
}

pub(super) fn group<const TOPIC: usize>() -> String {
    format!("{}.group", Order::<TOPIC>::TOPIC.name)
}

/// The value of an order as a producer writes it.
pub(super) async fn value(client: &Client, number: usize) -> Vec<u8> {
    let id = client.register::<OrdersEventsV1>().await.expect("schemas")[0];
    framed(id, number)
}

pub(super) fn framed(id: SchemaId, number: usize) -> Vec<u8> {
    let mut value = Vec::new();
    wire::frame(id, &mut value);
    order(number, "ada").write_payload(&mut value).expect("a sample is valid");
    value
}

/// A client for administrative requests that applications do not send.
pub(super) fn admin() -> AdminClient<DefaultClientContext> {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", variable("EVENTGEN_KAFKA")).create().expect("an admin client")
}
