//! Metrics in Prometheus' text format (version 0.0.4). Those that `kafka_exporter` has too have its names and labels, so that
//! the rules and dashboards for it work.

use std::fmt::Display;
use std::time::Duration;

use eventgen_admin::{LagHistory, LagState, PartitionOffsets};

use super::report::Report;
use crate::exposition::Page;

/// The newest sample.
pub(super) fn metrics(history: &LagHistory, report: &Report, took: Duration) -> String {
    let mut page = own(true, took);
    if let Some(sample) = history.latest() {
        page.metric("kafka_brokers", "Number of brokers in the cluster").series(&[], sample.brokers);
        let mut counts = page.metric("kafka_topic_partitions", "Number of partitions of a topic");
        for (topic, partitions) in &sample.topics {
            counts.series(&[("topic", topic)], partitions.len());
        }
        for (name, help, value) in PARTITION_METRICS {
            let mut metric = page.metric(name, help);
            for (topic, partitions) in &sample.topics {
                for partition in partitions {
                    if let Some(value) = value(partition) {
                        metric.series(&[("topic", topic), ("partition", &partition.partition)], value);
                    }
                }
            }
        }
        let help = "Number of members of a group";
        let mut members = page.metric("kafka_consumergroup_members", help);
        for (group, found) in &sample.groups {
            if let Some(count) = found.members {
                members.series(&[("consumergroup", group)], count);
            }
        }
    }
    groups(&mut page, report);
    page.into_text()
}

/// A cluster that does not answer.
pub(super) fn down(took: Duration) -> String {
    own(false, took).into_text()
}

fn own(is_up: bool, took: Duration) -> Page {
    let mut page = Page::default();
    page.metric("eventgen_lag_up", "Whether the cluster answered the last time").series(&[], u8::from(is_up));
    let help = "How long the cluster was asked the last time";
    page.metric("eventgen_lag_sample_duration_seconds", help).series(&[], took.as_secs_f64());
    page
}

type PartitionMetric = (&'static str, &'static str, fn(&PartitionOffsets) -> Option<i64>);

const PARTITION_METRICS: [PartitionMetric; 7] = [
    ("kafka_topic_partition_current_offset", "The offset behind the newest record", |found| found.end),
    ("kafka_topic_partition_oldest_offset", "The offset of the oldest record", |found| found.oldest),
    ("kafka_topic_partition_leader", "The broker that leads the partition", |found| {
        Some(found.leader.map_or(-1, i64::from))
    }),
    ("kafka_topic_partition_leader_is_preferred", "Whether the leader is the first replica", |found| {
        Some(i64::from(found.is_led_by_preferred))
    }),
    ("kafka_topic_partition_replicas", "Number of replicas", |found| i64::try_from(found.replicas).ok()),
    ("kafka_topic_partition_in_sync_replica", "Number of replicas that are in sync", |found| {
        i64::try_from(found.in_sync).ok()
    }),
    (
        "kafka_topic_partition_under_replicated_partition",
        "Whether replicas of the partition are not in sync",
        |found| Some(i64::from(found.in_sync < found.replicas)),
    ),
];

/// Groups that have committed an offset on a topic. Partitions without one are -1 there, as `kafka_exporter` has it.
fn groups(page: &mut Page, report: &Report) {
    let committed = || report.rows.iter().filter(|row| row.status.lag.is_some());
    let sum = |lags: &mut dyn Iterator<Item = i64>| lags.filter(|value| *value > 0).sum::<i64>();
    let signed = |lag: Option<u64>| lag.map_or(-1, |lag| i64::try_from(lag).unwrap_or(i64::MAX));

    let mut metric = page.metric("kafka_consumergroup_current_offset", "The committed offset");
    for row in committed() {
        for found in &row.partitions {
            let labels: [(&str, &dyn Display); 3] =
                [("consumergroup", &row.group), ("topic", &row.topic), ("partition", &found.partition)];
            metric.series(&labels, found.committed.unwrap_or(-1));
        }
    }
    let help = "The sum of the committed offsets on a topic";
    let mut metric = page.metric("kafka_consumergroup_current_offset_sum", help);
    for row in committed() {
        let total = sum(&mut row.partitions.iter().filter_map(|found| found.committed));
        metric.series(&[("consumergroup", &row.group), ("topic", &row.topic)], total);
    }
    let mut metric = page.metric("kafka_consumergroup_lag", "Records that the group has not committed");
    for row in committed() {
        for found in &row.partitions {
            let labels: [(&str, &dyn Display); 3] =
                [("consumergroup", &row.group), ("topic", &row.topic), ("partition", &found.partition)];
            metric.series(&labels, signed(found.lag));
        }
    }
    let mut metric = page.metric("kafka_consumergroup_lag_sum", "The sum of the lag on a topic");
    for row in committed() {
        metric.series(&[("consumergroup", &row.group), ("topic", &row.topic)], signed(row.status.lag));
    }
    let help = "The age of the oldest record that the group has not committed";
    let mut metric = page.metric("eventgen_consumergroup_lag_seconds", help);
    for row in committed() {
        for found in &row.partitions {
            if let Some(age) = found.age {
                let labels: [(&str, &dyn Display); 3] =
                    [("consumergroup", &row.group), ("topic", &row.topic), ("partition", &found.partition)];
                metric.series(&labels, age.as_secs_f64());
            }
        }
    }
    let help = "The state of a group on a topic: 1 for one of the states, 0 for the others";
    let mut metric = page.metric("eventgen_consumergroup_state", help);
    for row in &report.rows {
        for state in LagState::ALL {
            let labels: [(&str, &dyn Display); 3] =
                [("consumergroup", &row.group), ("topic", &row.topic), ("state", &state)];
            metric.series(&labels, u8::from(state == row.status.state));
        }
    }
}
