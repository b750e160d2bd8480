//! Wrong addresses, passwords and settings. Each is an error that states the cause and what to do.

use eventgen::registry::RegistryError;
use eventgen::{Client, Consumer, Error, Producer, TopicOverrides};
use eventgen_testkit::{EmbeddedRegistry, TestCluster};
use orders::events::com::example::orders::{OrdersEventsV1, orders_events_v1};
use orders::fulfilment::Fulfilment;
use tokio::time::timeout;

use crate::support::{GROUP, PATIENCE, TOPIC, cluster};

/// An address on which no server listens.
/// Nobody listens there. A port that was free a moment ago may be another test's by now.
fn unused_address() -> String {
    "127.0.0.1:1".to_owned()
}

fn client(brokers: &str, registry: &str) -> Client {
    Client::builder(brokers, registry).build().expect("addresses")
}

fn assert_contains(error: &Error, parts: &[&str]) {
    let text = error.to_string();
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in: {text}");
    }
}

#[tokio::test]
async fn brokers_that_do_not_answer_are_named_within_seconds() {
    let (address, registry) = (unused_address(), EmbeddedRegistry::start().expect("a registry"));
    let client = client(&address, &registry.url());
    let consumer = OrdersEventsV1::consumer(&client, GROUP, Fulfilment::default());
    let requests = async {
        tokio::join!(
            OrdersEventsV1::producer(&client),
            consumer.run_until(std::future::pending()),
            client.create_topics(&[&orders_events_v1::TOPIC], TopicOverrides::default()),
            client.lag(GROUP, TOPIC),
        )
    };
    let (producer, consumer, topics, lag) = timeout(PATIENCE, requests).await.expect("seconds, not minutes");
    let (producer, consumer, topics, lag) =
        (producer.err(), consumer.err().map(Error::from), topics.err(), lag.err());
    for error in [producer, consumer, topics, lag] {
        let error = error.expect("no server listens there");
        assert!(matches!(error, Error::BrokersUnreachable { .. }), "{error}");
        assert_contains(&error, &[&address, "Connection refused", "check the addresses"]);
    }
}

#[tokio::test]
async fn a_registry_that_does_not_answer_is_named() {
    let cluster = TestCluster::start().expect("a cluster");
    cluster.create_topic(&orders_events_v1::TOPIC).expect("a topic");
    let address = format!("http://{}", unused_address());
    let client = client(&cluster.bootstrap_servers(), &address);
    for error in
        [OrdersEventsV1::producer(&client).await.err(), client.register::<OrdersEventsV1>().await.err()]
    {
        let error = error.expect("no server listens there");
        assert!(matches!(error, Error::Registry(RegistryError::Unreachable { .. })), "{error}");
        assert_contains(&error, &[&address, "check the address"]);
    }
}

#[tokio::test]
async fn a_wrong_password_of_the_registry_is_reported_without_the_password() {
    let registry =
        EmbeddedRegistry::builder().basic_auth("alice", "open sesame").start().expect("a registry");
    let brokers = unused_address();
    let with = |password: &str| {
        let builder = Client::builder(&brokers, registry.url());
        builder.schema_registry_credentials("alice", password).build().expect("addresses")
    };
    with("open sesame").register::<OrdersEventsV1>().await.expect("accepted");
    let client = with("open barley");
    let error = client.register::<OrdersEventsV1>().await.expect_err("refused");
    assert!(matches!(error, Error::Registry(RegistryError::Unauthorized { status: 401, .. })), "{error}");
    assert_contains(&error, &[&registry.url(), "check user, password and rights"]);
    assert!(!format!("{error} {error:?} {client:?}").contains("barley"));
}

#[tokio::test]
async fn a_schema_that_is_not_registered_is_named_with_its_subject() {
    let cluster = TestCluster::start().expect("a cluster");
    cluster.create_topic(&orders_events_v1::TOPIC).expect("a topic");
    let client = cluster.client().expect("a client");
    let error = OrdersEventsV1::producer(&client).await.err().expect("nothing is registered");
    assert_contains(
        &error,
        &["com.example.orders.OrderEvent", "orders.events.v1-value", "eventgen register"],
    );
}

#[tokio::test]
async fn settings_that_would_break_a_guarantee_are_rejected() {
    let (_cluster, client) = cluster().await;
    for (name, value, guarantee) in [
        ("acks", "1", "lose records"),
        ("enable.idempotence", "false", "twice"),
        ("partitioner", "consistent_random", "two partitions"),
        ("no.such.setting", "1", "no.such.setting"),
    ] {
        let error = Producer::<OrdersEventsV1>::builder(&client).set(name, value).connect().await.err();
        assert_contains(&error.expect("refused"), &[name, guarantee]);
    }
    let consumer = OrdersEventsV1::consumer(&client, GROUP, Fulfilment::default());
    let error = consumer.set("enable.auto.commit", "true").run_until(async {}).await;
    assert_contains(
        &error.expect_err("refused").error,
        &["enable.auto.commit", "before their records are handled"],
    );
}

#[tokio::test]
async fn invalid_addresses_and_subscriptions_are_named() {
    let error = Client::builder("localhost:9092", "localhost:8081").build();
    assert_contains(&error.expect_err("no scheme"), &["localhost:8081", "http://host:port"]);
    let (_cluster, client) = cluster().await;
    let error = Consumer::new(&client, GROUP).run_until(async {}).await.expect_err("no topic");
    assert_contains(&error.error, &[GROUP, "call `subscribe`"]);
    let twice = OrdersEventsV1::consumer(&client, GROUP, Fulfilment::default())
        .subscribe(OrdersEventsV1::handler(Fulfilment::default()));
    assert_contains(&twice.run_until(async {}).await.expect_err("twice").error, &[GROUP, TOPIC, "twice"]);
}
