//! Each way to connect: topics are created, and an event is sent and handled.

use eventgen::{Delivery, HandlerError, TopicOverrides};
use eventgen_testkit::EmbeddedRegistry;
use orders::events::com::example::orders::{
    OrderEvent, OrdersEventsV1, OrdersEventsV1Handler, orders_events_v1,
};
use orders::sample::order;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::{Properties, builder, mutual, password, sasl_tls, tls};

#[derive(Clone)]
struct Handler(UnboundedSender<String>);

impl OrdersEventsV1Handler for Handler {
    async fn order_event(&self, event: OrderEvent, _: &Delivery) -> Result<(), HandlerError> {
        self.0.send(event.order_id).map_err(HandlerError::reject)
    }
}

/// Sends an event and handles it.
pub(crate) async fn round_trip(name: &str, servers: String, properties: Properties) {
    let overrides = TopicOverrides::default().with_replication_factor(Some(1));
    let registry = EmbeddedRegistry::start().expect("a registry");
    let client = builder(&servers, &registry.url(), properties).topic_prefix(format!("{name}."));
    let client = client.build().expect("the addresses are complete");
    client.create_topics(&[&orders_events_v1::TOPIC], overrides).await.expect(name);
    client.register::<OrdersEventsV1>().await.expect(name);
    let producer = OrdersEventsV1::producer(&client).await.expect(name);
    producer.send(&order(7, "customer")).await.expect(name);
    producer.flush().await.expect(name);
    let (sender, mut handled) = unbounded_channel();
    let consumer = OrdersEventsV1::consumer(&client, name, Handler(sender));
    let mut seen = None;
    consumer.run_until(async { seen = handled.recv().await }).await.expect(name);
    assert_eq!(seen.as_deref(), Some(&*order(7, "customer").order_id), "{name}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a secured Kafka: cargo xtask test"]
async fn certificates_and_passwords_connect() {
    tokio::join!(
        round_trip("certificate", tls(), mutual("client")),
        round_trip("plain", sasl_tls(), password("PLAIN", "alice", "alice-secret")),
        round_trip("scram", sasl_tls(), password("SCRAM-SHA-512", "alice", "alice-secret")),
    );
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a secured Kafka: cargo xtask test"]
async fn certificates_are_files_or_texts() {
    let text = |name: &str| std::fs::read_to_string(crate::file(name)).expect("a certificate");
    let properties = vec![
        ("security.protocol", "SSL".to_owned()),
        ("ssl.ca.pem", text("ca.pem")),
        ("ssl.certificate.pem", text("client.pem")),
        ("ssl.key.pem", text("client.key")),
    ];
    round_trip("texts", tls(), properties).await;
}
