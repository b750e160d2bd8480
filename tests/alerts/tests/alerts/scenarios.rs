//! What happens to the service, its group and its topic, and which alerts fire.

use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

use alerts_tests::UNLUCKY;
use alerts_tests::events::com::example::live::{LiveOrdersV1, OrderPlaced};
use eventgen::{Client, Producer, TopicEvents as _};
use eventgen_testkit::{caught_up, send_bytes};

use crate::kafka::{self, GROUP};
use crate::support::PATIENCE;
use crate::world::World;

/// The key of all records, which are in one partition. The other one stays empty, and nobody commits it.
const CUSTOMER: &str = "ada";

pub(crate) struct Orders {
    pub(crate) client: Client,
    pub(crate) producer: Arc<Producer<LiveOrdersV1>>,
}

impl Orders {
    async fn send(&self, count: usize) {
        for _ in 0..count {
            self.producer.send(&order()).await.expect("sent");
        }
    }

    async fn until_handled(&self) {
        let lag = caught_up(&self.client, GROUP, LiveOrdersV1::TOPIC.name, PATIENCE).await;
        assert_eq!(lag.expect("lag"), 0, "not handled");
    }
}

fn order() -> OrderPlaced {
    OrderPlaced { order_id: "order".to_owned(), customer_id: CUSTOMER.to_owned() }
}

/// Nothing is wrong, and nothing fires.
pub(crate) async fn healthy(world: &mut World, orders: &Orders) {
    world.start_service(0);
    orders.send(50).await;
    orders.until_handled().await;
    world.is_silent();
}

/// The service is stopped, and the group falls behind. Everything is resolved when the service runs again.
pub(crate) async fn stopped(world: &mut World, orders: &Orders) {
    world.stop_service();
    orders.send(10).await;
    world.fires(&world.kafka_exporter, "KafkaConsumerLag");
    world.fires(&world.kafka_exporter, "KafkaConsumerStalled");
    // The service reports nothing about itself while it does not run.
    world.fires(&world.runtime, "KafkaConsumerDown");
    world.start_service(0);
    orders.until_handled().await;
    world.resolves(&world.kafka_exporter, "KafkaConsumerLag");
    world.resolves(&world.kafka_exporter, "KafkaConsumerStalled");
    world.resolves(&world.runtime, "KafkaConsumerDown");
}

/// The handler is slower than the producer, and then is not any more.
pub(crate) async fn slow(world: &World, orders: &Orders) {
    world.set_delay(300);
    let producer = Arc::clone(&orders.producer);
    let producing = tokio::spawn(async move {
        loop {
            producer.send(&order()).await.expect("sent");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
    for source in [&world.runtime, &world.kafka_exporter] {
        world.fires(source, "KafkaConsumerLag");
    }
    for source in [&world.runtime, &world.kafka_exporter] {
        world.fires(source, "KafkaConsumerFallingBehind");
        source.does_not_fire("KafkaConsumerStalled");
    }
    assert!(!producing.is_finished(), "records are written all the time");
    producing.abort();
    world.set_delay(0);
    orders.until_handled().await;
    for source in [&world.runtime, &world.kafka_exporter] {
        world.resolves(source, "KafkaConsumerLag");
        world.resolves(source, "KafkaConsumerFallingBehind");
    }
}

/// Some orders need a second attempt, which no alert is about.
pub(crate) async fn retried(world: &World, orders: &Orders) {
    for _ in 0..5 {
        let order = OrderPlaced { order_id: UNLUCKY.to_owned(), ..order() };
        orders.producer.send(&order).await.expect("sent");
    }
    orders.until_handled().await;
    world.is_silent();
}

/// A record is no event. The alert about it ends after a while; the letter stays.
pub(crate) async fn poison(world: &World, orders: &Orders) {
    world.kafka_exporter.does_not_fire("KafkaDeadLettersPresent");
    send_bytes(&orders.client, LiveOrdersV1::TOPIC.name, CUSTOMER.as_bytes(), b"no event")
        .await
        .expect("sent");
    for source in [&world.runtime, &world.kafka_exporter] {
        world.fires(source, "KafkaDeadLetters");
    }
    world.fires(&world.kafka_exporter, "KafkaDeadLettersPresent");
    for source in [&world.runtime, &world.kafka_exporter] {
        world.resolves(source, "KafkaDeadLetters");
    }
    world.fires(&world.kafka_exporter, "KafkaDeadLettersPresent");
}

/// The service is stopped, an operator resets the offsets, and the service handles the records again.
pub(crate) async fn rewound(world: &mut World, orders: &Orders) {
    world.stop_service();
    let (partition, end) = kafka::partition();
    kafka::reset_offset(partition, end - 50);
    // The service is away for a while, and reports no offsets.
    world.fires(&world.kafka_exporter, "KafkaConsumerGroupEmpty");
    // Slowly, so that metrics are read before the group is where it was.
    world.start_service(200);
    for source in [&world.runtime, &world.kafka_exporter] {
        world.fires(source, "KafkaConsumerRewound");
    }
    world.set_delay(0);
    orders.until_handled().await;
}

/// The service does not run, and retention deletes records that it has not handled.
pub(crate) async fn lost(world: &mut World, orders: &Orders) {
    world.stop_service();
    let (partition, end) = kafka::partition();
    orders.send(30).await;
    kafka::delete_before(partition, end + 20).await;
    world.fires(&world.kafka_exporter, "KafkaConsumerLostRecords");
    // Longer than the window in which the service's own metrics are compared.
    sleep(Duration::from_secs(16));
    world.start_service(0);
    world.fires(&world.runtime, "KafkaConsumerLostRecords");
    orders.until_handled().await;
}

/// The service is killed, then the exporter.
pub(crate) fn absent(world: &mut World) {
    world.resolves(&world.runtime, "KafkaConsumerDown");
    world.kill_service();
    world.fires(&world.runtime, "KafkaConsumerDown");
    world.fires(&world.kafka_exporter, "KafkaConsumerGroupEmpty");
    world.start_service(0);
    world.resolves(&world.runtime, "KafkaConsumerDown");
    world.resolves(&world.kafka_exporter, "KafkaConsumerGroupEmpty");
    world.kill_exporter();
    world.fires(&world.kafka_exporter, "KafkaTopicAbsent");
}
