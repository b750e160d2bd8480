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
pub(crate) const FOREIGN: usize = 0;
pub(crate) const ZSTD: usize = 1;
pub(crate) const SHRUNK: usize = 2;
pub(crate) const LARGE: usize = 3;
pub(crate) const SMALL_LETTERS: usize = 4;
pub(crate) const EXPIRED: usize = 5;
pub(crate) const OVERTAKEN: usize = 6;
pub(crate) const REFERENCES: usize = 7;
pub(crate) const EMPTIED: usize = 8;
pub(crate) const OLD: usize = 9;
pub(crate) const POSITIONS: usize = 10;
pub(crate) const STATIC: usize = 11;

const fn topic(name: &'static str, dead_letters: &'static str, config: Config) -> Topic {
    orders_events_v1::TOPIC
        .renamed(name)
        .with_config(config)
        .with_dead_letter(DeadLetterTopic::new(dead_letters))
}

type Config = &'static [(&'static str, &'static str)];

const TOPICS: [Topic; 12] = [
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
    topic("positions", "positions.dlq", &[]),
    topic("static-members", "static-members.dlq", &[]),
];

/// An order on one of the topics.
pub(crate) struct Order<const TOPIC: usize>(OrderEvent);

impl<const TOPIC: usize> TopicEvents for Order<TOPIC> {
    const TOPIC: &'static Topic = &TOPICS[TOPIC];
    const EVENTS: &'static [EventKind] = OrdersEventsV1::EVENTS;

    fn read_payload(kind: usize, payload: &[u8], options: DecodeOptions) -> Result<Self, DecodeError> {
        OrdersEventsV1::read_payload(kind, payload, options)
            .map(|OrdersEventsV1::OrderEvent(event)| Self(event))
    }
}

/// A handler that is a function.
pub(crate) struct Scripted<const TOPIC: usize, F>(pub(crate) F);

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
pub(crate) async fn prepared<const TOPIC: usize>() -> Client {
    let client = crate::client();
    let topic = Order::<TOPIC>::TOPIC;
    client.create_topics(&[topic], TopicOverrides::default()).await.expect("topics");
    client.register::<OrdersEventsV1>().await.expect("schemas");
    client
}

/// Consumes with a handler that accepts everything until the group has caught up.
pub(crate) async fn consume<const TOPIC: usize>(client: &Client) -> Result<Report, RunError> {
    let handler = Scripted::<TOPIC, _>(async |_, _| Ok(()));
    let consumer = Consumer::new(client, group::<TOPIC>()).subscribe(handler);
    let consumer = consumer.unknown_schema_grace(Duration::from_secs(1));
    consumer.run_until(until_caught_up::<TOPIC>(client)).await
}

pub(crate) async fn until_caught_up<const TOPIC: usize>(client: &Client) {
    let lag = caught_up(client, &group::<TOPIC>(), Order::<TOPIC>::TOPIC.name, PATIENCE).await;
    assert_eq!(lag.expect("lag"), 0, "the group has stalled");
}

pub(crate) fn group<const TOPIC: usize>() -> String {
    format!("{}.group", Order::<TOPIC>::TOPIC.name)
}

/// The value of an order as a producer writes it.
pub(crate) async fn value(client: &Client, number: usize) -> Vec<u8> {
    let id = client.register::<OrdersEventsV1>().await.expect("schemas")[0];
    framed(id, number)
}

pub(crate) fn framed(id: SchemaId, number: usize) -> Vec<u8> {
    let mut value = Vec::new();
    wire::frame(id, &mut value);
    order(number, "ada").write_payload(&mut value).expect("a sample is valid");
    value
}

/// A client for administrative requests that applications do not send.
pub(crate) fn admin() -> AdminClient<DefaultClientContext> {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", variable("EVENTGEN_KAFKA")).create().expect("an admin client")
}
