//! The start and the end of producers and consumers while the cluster or the registry does not answer.

use std::time::{Duration, Instant};

use eventgen::{Client, Error, Producer, Topic};
use eventgen_testkit::TestCluster;
use orders::events::com::example::orders::{OrdersEventsV1, orders_events_v1};
use orders::sample::order;
use tokio::time::{sleep, timeout};

use crate::logs;
use crate::support::{GROUP, PATIENCE, Scripted, cluster};

const HOUR: Duration = Duration::from_secs(3_600);
/// Longer than the first attempt to reach a cluster takes.
const OUTAGE: Duration = Duration::from_secs(7);

/// A cluster of one broker with the orders topic.
async fn small() -> (TestCluster, Client) {
    let cluster = TestCluster::builder().brokers(1).start().expect("a cluster");
    cluster.prepare::<OrdersEventsV1>().await.expect("topic and schema");
    let client = cluster.client().expect("a client");
    (cluster, client)
}

#[tokio::test]
async fn producers_and_consumers_wait_for_a_cluster_that_is_away() {
    logs::keep();
    let (cluster, client) = small().await;
    cluster.broker_down(1).expect("down");
    let consumer = OrdersEventsV1::consumer(&client, "waits-at-start", Scripted::new(|_, _| Ok(())));
    let handle = consumer.handle();
    let handled = handle.clone();
    let consumer = tokio::spawn(consumer.wait_at_start(HOUR).run_until(async move {
        while handled.report().handled == 0 {
            sleep(Duration::from_millis(20)).await;
        }
    }));
    let producer = tokio::spawn({
        let client = client.clone();
        async move { Producer::<OrdersEventsV1>::builder(&client).wait_at_start(HOUR).connect().await }
    });
    sleep(OUTAGE).await;
    assert!(!producer.is_finished() && !consumer.is_finished());
    assert!(handle.is_live() && !handle.is_ready(), "a restart would not help");
    cluster.broker_up(1).expect("up");
    let producer = timeout(PATIENCE, producer).await.expect("an end").expect("no panic").expect("connected");
    producer.send(&order(1, "ada")).await.expect("acknowledged");
    let report = timeout(PATIENCE, consumer).await.expect("an end").expect("no panic").expect("no error");
    assert_eq!(report.handled, 1);
    let of = "consumer of group `waits-at-start`";
    assert_eq!(
        logs::of("of", of, "waits for the cluster").len(),
        1,
        "a line for each change, not for each attempt"
    );
    assert_eq!(logs::of("of", of, "the cluster answers").len(), 1);
}

#[tokio::test]
async fn a_producer_waits_for_a_registry_that_is_away_for_as_long_as_it_is_told() {
    let (cluster, _) = small().await;
    let without = cluster.client_builder().schema_registry("http://127.0.0.1:1").build().expect("addresses");
    let begun = Instant::now();
    let builder = Producer::<OrdersEventsV1>::builder(&without).wait_at_start(Duration::from_secs(2));
    let error = timeout(PATIENCE, builder.connect()).await.expect("an end").err().expect("nobody listens");
    assert!(matches!(error, Error::Registry(_)), "{error}");
    assert!(begun.elapsed() >= Duration::from_secs(2));
}

#[tokio::test]
async fn what_the_cluster_answers_is_not_waited_for() {
    const MISSPELT: Topic = orders_events_v1::TOPIC.renamed("ordres");
    let (_cluster, client) = cluster().await;
    // The embedded cluster creates topics that are asked for, unless their names are invalid.
    let client = Client::builder(client.bootstrap_servers(), client.registry().url())
        .topic_names(|_| format!("{} ?", MISSPELT.name))
        .build()
        .expect("addresses");
    let consumer = OrdersEventsV1::consumer(&client, GROUP, Scripted::new(|_, _| Ok(())));
    let ended = timeout(PATIENCE, consumer.wait_at_start(HOUR).run_until(std::future::pending())).await;
    let error = ended.expect("at once").expect_err("no such topic").error;
    assert!(matches!(error, Error::UnknownTopic { .. }), "{error}");
    let builder = Producer::<OrdersEventsV1>::builder(&client).wait_at_start(HOUR);
    let error = timeout(PATIENCE, builder.connect()).await.expect("at once").err().expect("no such topic");
    assert!(matches!(error, Error::UnknownTopic { .. }), "{error}");
}

#[tokio::test]
async fn a_shutdown_ends_the_wait_at_the_start() {
    let client = Client::builder("127.0.0.1:1", "http://127.0.0.1:1").build().expect("addresses");
    let consumer = OrdersEventsV1::consumer(&client, GROUP, Scripted::new(|_, _| Ok(())));
    let handle = consumer.handle();
    let run = consumer.wait_at_start(HOUR).run_until(sleep(Duration::from_secs(1)));
    let report = timeout(PATIENCE, run).await.expect("an end").expect("no error");
    assert_eq!(report.handled, 0);
    assert!(!handle.is_live());
}

#[test]
fn the_end_of_a_process_does_not_wait_for_an_attempt_to_connect() {
    let client = Client::builder("127.0.0.1:1", "http://127.0.0.1:1").build().expect("addresses");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let consumer = OrdersEventsV1::consumer(&client, GROUP, Scripted::new(|_, _| Ok(())));
    let stopped = runtime.block_on(async {
        let run = consumer.wait_at_start(HOUR).run_until(sleep(Duration::from_millis(500)));
        run.await.expect("no error");
        Instant::now()
    });
    // Dropping a runtime waits for its blocking work.
    drop(runtime);
    assert!(stopped.elapsed() < Duration::from_secs(4), "an attempt takes 5 s: {:?}", stopped.elapsed());
}

#[tokio::test]
async fn a_shutdown_while_no_broker_answers_is_bounded() {
    let (cluster, client) = small().await;
    let producer = OrdersEventsV1::producer(&client).await.expect("a producer");
    producer.send(&order(1, "ada")).await.expect("acknowledged");
    let consumer = OrdersEventsV1::consumer(&client, GROUP, Scripted::new(|_, _| Ok(())));
    // What is handled cannot be committed.
    let consumer = consumer.drain_deadline(Duration::from_secs(1)).commit_interval(HOUR);
    let handle = consumer.handle();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let run = tokio::spawn(consumer.run_until(async { drop(stopped.await) }));
    while handle.report().handled == 0 {
        sleep(Duration::from_millis(20)).await;
    }
    cluster.broker_down(1).expect("down");
    sleep(Duration::from_millis(500)).await;
    drop(stop);
    let begun = Instant::now();
    timeout(PATIENCE, run).await.expect("an end").expect("no panic").expect("no error");
    assert!(
        begun.elapsed() < Duration::from_secs(20),
        "1 s to drain and 9 s to leave: {:?}",
        begun.elapsed()
    );
}
