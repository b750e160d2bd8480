//! The metrics of a run with retries, dead letters, a rebalance and an open breaker.

#![expect(clippy::float_cmp, reason = "counts are exact")]

use std::collections::BTreeSet;

use eventgen::observe::names::{self, METRICS, prometheus_label};
use eventgen::{Breaker, Client, Consumer};
use eventgen_testkit::{caught_up, send_bytes};
use orders::events::com::example::orders::OrdersEventsV1;
use orders::sample::order;
use tokio::sync::oneshot;

use crate::exporters::exporters;
use crate::series::{self, Series, check, metrics, opentelemetry, prometheus, sum};
use crate::support::{DEAD_LETTERS, Obedient, PATIENCE, TOPIC, cluster, noted, send, until};

const GROUP: &str = "measured";

fn consumer(client: &Client) -> Consumer {
    OrdersEventsV1::consumer(client, GROUP, Obedient)
}

/// Both ways out, with all checks of names and labels.
fn ways_out() -> [Vec<Series>; 2] {
    let ways = [prometheus(exporters()), opentelemetry(exporters())];
    for series in &ways {
        check(series);
    }
    ways
}

fn in_both(holds: impl Fn(&[Series]) -> bool) -> bool {
    ways_out().iter().all(|series| holds(series))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_metric_of_the_table_is_emitted_and_no_other() {
    exporters();
    let (_cluster, client) = cluster().await;
    send(&client, (1..=10).map(|number| order(number, &format!("customer-{number}")))).await;
    send(&client, [noted(11, "retry"), noted(12, "reject"), noted(13, "skip"), noted(14, "panic")]).await;
    send_bytes(&client, TOPIC, b"ada", b"no event").await.expect("sent");
    let first = consumer(&client);
    let handle = first.handle();
    let (stop, stopped) = oneshot::channel::<()>();
    let first = tokio::spawn(first.breaker(Breaker::OFF).run_until(async { drop(stopped.await) }));
    assert_eq!(caught_up(&client, GROUP, TOPIC, PATIENCE).await.expect("lag"), 0);
    until("it is ready", || handle.is_ready()).await;

    let of_topic = [(names::GROUP, GROUP), (names::DESTINATION, TOPIC)];
    until("the gauges follow", || {
        in_both(|series| {
            sum(series, &names::UP, &of_topic) == 1.0
                && sum(series, &names::READY, &of_topic) == 1.0
                && sum(series, &names::ASSIGNED_PARTITIONS, &of_topic) == 12.0
                && sum(series, &names::COMMITTED_OFFSET, &of_topic) == 15.0
                && sum(series, &names::END_OFFSET, &of_topic) == 15.0
                && sum(series, &names::CONSUMED_MESSAGES, &of_topic) == 15.0
        })
    })
    .await;
    for series in ways_out() {
        assert_eq!(sum(&series, &names::RETRIES, &of_topic), 2.0);
        assert_eq!(sum(&series, &names::SKIPPED, &of_topic), 1.0);
        let dead_letters = |disposition| {
            let labels = [of_topic[0], of_topic[1], (names::DISPOSITION, disposition)];
            sum(&series, &names::DEAD_LETTERS, &labels)
        };
        let counts = ["poison", "rejected", "exhausted", "unknown"].map(dead_letters);
        assert_eq!(counts, [1.0, 1.0, 0.0, 0.0]);
        assert_eq!(sum(&series, &names::LAG_RECORDS, &of_topic), 0.0);
        assert_eq!(sum(&series, &names::LAG_SECONDS, &of_topic), 0.0);
        assert_eq!(sum(&series, &names::IN_FLIGHT_RECORDS, &of_topic), 0.0);
        let processed = |error| {
            let labels = [of_topic[0], of_topic[1], (names::ERROR_TYPE, error)];
            sum(&series, &names::PROCESS_DURATION, &labels)
        };
        // Ten orders without a note, and the second attempts at two.
        let counts = ["", "retry", "reject", "skip", "panic", "fatal"].map(processed);
        assert_eq!(counts, [12.0, 1.0, 1.0, 1.0, 1.0, 0.0]);
        let letters = [(names::DESTINATION, DEAD_LETTERS), (names::ERROR_TYPE, "")];
        // Other tests of this process write letters too, and the metric has no group.
        assert!(sum(&series, &names::SENT_MESSAGES, &letters) >= 2.0);
    }

    // A second member, whose breaker opens.
    let second = consumer(&client).breaker(Breaker::DEFAULT.with_window(4));
    let (second_stop, second_stopped) = oneshot::channel::<()>();
    let second = tokio::spawn(second.run_until(async { drop(second_stopped.await) }));
    until("the first member gives partitions up", || handle.partitions().len() == 6).await;
    drop(stop);
    first.await.expect("no panic").expect("no error");
    for _ in 0..10 {
        send_bytes(&client, TOPIC, b"ada", b"no event").await.expect("sent");
    }
    until("the breaker opens", || {
        in_both(|series| {
            sum(series, &names::BREAKER_OPEN, &of_topic) == 1.0
                && sum(series, &names::HELD, &[of_topic[0], of_topic[1], (names::HOLD_REASON, "breaker")])
                    == 1.0
                && sum(series, &names::READY, &of_topic) == 0.0
                && sum(series, &names::LAG_RECORDS, &of_topic) > 0.0
        })
    })
    .await;
    let all: BTreeSet<&str> = METRICS.iter().map(|metric| metric.prometheus).collect();
    until("the cluster has answered where partitions start", || in_both(|series| metrics(series) == all))
        .await;
    for exporter in [&exporters().prometheus, &exporters().recommended] {
        assert_eq!(series::names(&exporter.render()), all, "names do not depend on the exporter's settings");
    }
    for series in ways_out() {
        assert!(sum(&series, &names::REBALANCES, &[of_topic[0], (names::REBALANCE_KIND, "revoke")]) >= 1.0);
        assert!(
            sum(&series, &names::REBALANCE_DURATION, &[of_topic[0], (names::REBALANCE_KIND, "assign")])
                >= 2.0
        );
        let commits = [of_topic[0], (names::OPERATION_NAME, "commit"), (names::ERROR_TYPE, "")];
        assert!(sum(&series, &names::OPERATION_DURATION, &commits) >= 1.0);
        let of_records = |value: f64| value > 0.0;
        assert!(of_records(sum(&series, &names::IN_FLIGHT_RECORDS, &of_topic)));
        assert!(of_records(sum(&series, &names::IN_FLIGHT_BYTES, &of_topic)));
    }

    drop(second_stop);
    second.await.expect("no panic").expect("no error");
    let [prometheus, opentelemetry] = ways_out();
    for series in [&prometheus, &opentelemetry] {
        for metric in [names::UP, names::LIVE, names::READY, names::ASSIGNED_PARTITIONS] {
            assert_eq!(sum(series, &metric, &of_topic), 0.0, "{}", metric.name);
        }
    }
    // Nothing of a partition outlives its consumer.
    for metric in [names::LAG_RECORDS, names::LAG_SECONDS, names::HELD, names::BREAKER_OPEN, names::PAUSED] {
        assert_eq!(sum(&prometheus, &metric, &of_topic), 0.0, "{}", metric.name);
    }
    assert!(sum(&prometheus, &names::COMMITTED_OFFSET, &of_topic).is_nan());
    let group = prometheus_label(names::GROUP);
    let mut left = opentelemetry.iter().filter(|of| of.metric == names::COMMITTED_OFFSET.prometheus);
    // Consumers of other tests run at the same time.
    assert!(left.all(|of| of.labels[&group] != GROUP), "{opentelemetry:?}");
}

/// Workers record short calls together, after bursts of them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_of_many_short_calls_is_counted() {
    const GROUP: &str = "counted";
    const COUNT: usize = 3_000;
    exporters();
    let (_cluster, client) = cluster().await;
    let producer = OrdersEventsV1::producer(&client).await.expect("a producer");
    for number in 0..COUNT {
        producer.enqueue(&order(number, &format!("customer-{number}"))).await.expect("enqueued");
    }
    producer.close().await.expect("acknowledged");
    let consumer = OrdersEventsV1::consumer(&client, GROUP, Obedient).concurrency(16);
    let shutdown = async { caught_up(&client, GROUP, TOPIC, PATIENCE).await.map(drop).expect("lag") };
    consumer.run_until(shutdown).await.expect("no error");
    let labels = [(names::GROUP, GROUP), (names::DESTINATION, TOPIC), (names::ERROR_TYPE, "")];
    let counts = ways_out().map(|series| sum(&series, &names::PROCESS_DURATION, &labels));
    assert_eq!(counts, [3_000.0, 3_000.0]);
}
