//! The generated alerts fire and are resolved when they should, on a real Kafka, with a real Prometheus and a real
//! Alertmanager. A plain `cargo test` ignores this; `cargo xtask test --only alerts` starts Kafka and runs it.
//!
//! Two sources of metrics are watched at once, each by a Prometheus of its own: the service itself, and `eventgen lag
//! --listen`, which has the names of `kafka_exporter`.

mod alertmanager;
mod http;
mod kafka;
mod panels;
mod process;
mod prometheus;
mod rules;
mod scenarios;
mod support;
mod world;

use std::sync::Arc;

use alerts_tests::events::com::example::live::LiveOrdersV1;
use eventgen::{Client, TopicEvents as _, TopicOverrides};
use eventgen_testkit::EmbeddedRegistry;

use scenarios::Orders;
use support::variable;
use world::World;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka, Prometheus and Alertmanager: cargo xtask test --only alerts"]
async fn alerts_fire_and_are_resolved() {
    let registry = EmbeddedRegistry::start().expect("a registry");
    let client = Client::builder(variable("EVENTGEN_KAFKA"), registry.url()).build().expect("a client");
    client.create_topics(&[LiveOrdersV1::TOPIC], TopicOverrides::default()).await.expect("topics");
    client.register::<LiveOrdersV1>().await.expect("schemas");
    let producer = LiveOrdersV1::producer(&client).await.expect("a producer");
    let orders = Orders { client, producer: Arc::new(producer) };
    let mut world = World::start(registry);
    scenarios::healthy(&mut world, &orders).await;
    scenarios::stopped(&mut world, &orders).await;
    scenarios::slow(&world, &orders).await;
    scenarios::retried(&world, &orders).await;
    scenarios::poison(&world, &orders).await;
    scenarios::rewound(&mut world, &orders).await;
    scenarios::lost(&mut world, &orders).await;
    world.look_at_dashboards();
    scenarios::absent(&mut world);
}
