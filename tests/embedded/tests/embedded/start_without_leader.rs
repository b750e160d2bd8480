//! A group that starts elsewhere than at the beginning, and a partition without a leader. The other partitions go on.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use eventgen::{
    Client, Consumer, DecodeError, DecodeOptions, Delivery, EventKind, Handler, HandlerError, StartFrom,
    Topic, TopicEvents,
};
use eventgen_testkit::EmbeddedRegistry;
use orders::events::com::example::orders::OrdersEventsV1;
use orders::sample::order;
use rdkafka::mocking::MockCluster;
use tokio::time::{sleep, timeout};

use crate::support::{DEAD_LETTERS, GROUP, PATIENCE, TOPIC, send};

/// Orders on a topic with two partitions.
struct TwoPartitions;

impl TopicEvents for TwoPartitions {
    const TOPIC: &'static Topic = &OrdersEventsV1::TOPIC.with_partitions(2);
    const EVENTS: &'static [EventKind] = OrdersEventsV1::EVENTS;

    fn read_payload(kind: usize, payload: &[u8], options: DecodeOptions) -> Result<Self, DecodeError> {
        OrdersEventsV1::read_payload(kind, payload, options).map(|_| Self)
    }
}

#[derive(Clone, Default)]
struct Counts(Arc<AtomicUsize>);

impl Handler for Counts {
    type Events = TwoPartitions;

    async fn handle(&self, _: TwoPartitions, _: &Delivery) -> Result<(), HandlerError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partition_without_a_leader_holds_back_no_other_partition() {
    let brokers = MockCluster::new(3).expect("brokers");
    let registry = EmbeddedRegistry::start().expect("a registry");
    brokers.create_topic(TOPIC, 2, 1).expect("a topic");
    brokers.create_topic(DEAD_LETTERS, 2, 1).expect("a topic");
    let client = Client::builder(brokers.bootstrap_servers(), registry.url())
        .set("topic.metadata.refresh.interval.ms", "1000")
        .build()
        .expect("a client");
    client.register::<OrdersEventsV1>().await.expect("registered");
    send(&client, [order(1, "ada")]).await;
    let lag = client.lag("nobody", TOPIC).await.expect("lag");
    let healthy = lag.iter().find(|of| of.end == 1).expect("the partition of `ada`").partition;
    brokers.partition_leader(TOPIC, 1 - healthy, None).expect("no leader");

    let handler = Counts::default();
    let consumer = Consumer::new(&client, GROUP).subscribe(handler.clone()).start_from(StartFrom::Now);
    let handle = consumer.handle();
    let run = tokio::spawn(consumer.run_until(std::future::pending()));
    let until_handled = async {
        while handler.0.load(Ordering::Relaxed) == 0 {
            // Those that arrive before the start are not handled.
            send(&client, [order(2, "ada")]).await;
            sleep(Duration::from_millis(100)).await;
        }
    };
    timeout(PATIENCE, until_handled).await.expect("the partition with a leader is handled");
    let sought = timeout(PATIENCE, handle.seek(TOPIC, healthy, 0)).await.expect("an answer");
    assert_eq!(sought.expect("the partition has it"), 0);
    run.abort();
}
