//! The names of all metrics: their units, kinds, labels and meanings.
//!
//! The table is the contract with rules and dashboards. A metric never changes its name, its unit or its labels. The
//! names under `messaging.` are those of OpenTelemetry's
//! [semantic conventions](https://opentelemetry.io/docs/specs/semconv/messaging/messaging-metrics/) 1.44.
//!
//! ```
//! use eventgen::observe::names::{METRICS, MetricKind};
//!
//! let lag = METRICS.iter().find(|metric| metric.prometheus == "eventgen_consumer_lag_seconds").expect("a metric");
//! assert_eq!((lag.name, lag.kind), ("eventgen.consumer.lag.seconds", MetricKind::Gauge));
//! assert!(lag.labels.contains(&eventgen::observe::names::GROUP));
//! ```

/// A metric of producers or consumers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Metric {
    /// The name in OpenTelemetry.
    pub name: &'static str,
    /// The name in the `metrics` facade and in the exposition of Prometheus: of a histogram, the part before `_bucket`,
    /// `_sum` and `_count`.
    pub prometheus: &'static str,
    /// What its values are.
    pub kind: MetricKind,
    /// The unit in UCUM, such as `s`, `By` or `{record}`.
    pub unit: &'static str,
    /// The attributes that every series has. In the `metrics` facade and in Prometheus the dots are underscores.
    pub labels: &'static [&'static str],
    /// The attributes that a series has only where they apply.
    pub optional_labels: &'static [&'static str],
    /// The meaning.
    pub description: &'static str,
}

/// What the values of a metric are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MetricKind {
    /// A sum that only grows.
    Counter,
    /// A sum that grows and shrinks. A gauge in the `metrics` facade and in Prometheus.
    UpDownCounter,
    /// The latest value.
    Gauge,
    /// A distribution. OpenTelemetry gets the boundaries [`DURATION_BUCKETS`]; an exporter of the facade has to be told.
    Histogram,
}

/// The boundaries of the histograms, in seconds.
pub const DURATION_BUCKETS: &[f64] =
    &[0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// The value of [`SYSTEM`].
#[cfg(feature = "kafka")]
pub(super) const KAFKA: &str = "kafka";

/// Always `kafka`.
pub const SYSTEM: &str = "messaging.system";
/// `send`, `receive`, `process` or `commit`.
pub const OPERATION_NAME: &str = "messaging.operation.name";
/// `send`, `receive`, `process` or `settle`.
pub const OPERATION_TYPE: &str = "messaging.operation.type";
/// The topic, by its name in the cluster.
pub const DESTINATION: &str = "messaging.destination.name";
/// The partition.
pub const PARTITION: &str = "messaging.destination.partition.id";
/// The group.
pub const GROUP: &str = "messaging.consumer.group.name";
/// Why an operation failed: one of a few words.
pub const ERROR_TYPE: &str = "error.type";
/// Why a record is a dead letter: `poison`, `unknown`, `rejected` or `exhausted`.
pub const DISPOSITION: &str = "eventgen.dead_letter.disposition";
/// What holds a partition: `dead_letter_topic`, `retry_topic`, `breaker`, `unknown_event` or `registry`.
pub const HOLD_REASON: &str = "eventgen.hold.reason";
/// What a rebalance does: `assign` or `revoke`.
pub const REBALANCE_KIND: &str = "eventgen.rebalance.kind";

const OF_GROUP: &[&str] = &[GROUP];
const OF_TOPIC: &[&str] = &[GROUP, DESTINATION];
const OF_PARTITION: &[&str] = &[GROUP, DESTINATION, PARTITION];

macro_rules! metrics {
    ($($constant:ident: $kind:ident, $name:literal, $prometheus:literal, $unit:literal, $labels:expr, $optional:expr, $description:literal;)+) => {
        $(
            #[doc = $description]
            pub const $constant: Metric = Metric {
                name: $name,
                prometheus: $prometheus,
                kind: MetricKind::$kind,
                unit: $unit,
                labels: $labels,
                optional_labels: $optional,
                description: $description,
            };
        )+
        /// All metrics.
        pub const METRICS: &[Metric] = &[$($constant),+];
    };
}

metrics! {
    OPERATION_DURATION: Histogram, "messaging.client.operation.duration", "messaging_client_operation_duration_seconds",
        "s", &[SYSTEM, OPERATION_NAME, OPERATION_TYPE], &[DESTINATION, GROUP, ERROR_TYPE],
        "How long a `send` takes until the record is acknowledged or has failed, a `receive` until records are fetched, and a \
         `commit` until it is answered.";
    SENT_MESSAGES: Counter, "messaging.client.sent.messages", "messaging_client_sent_messages_total",
        "{message}", &[SYSTEM, OPERATION_NAME, DESTINATION], &[ERROR_TYPE],
        "Records that producers have sent, dead letters included. Those with an `error.type` were not acknowledged.";
    CONSUMED_MESSAGES: Counter, "messaging.client.consumed.messages", "messaging_client_consumed_messages_total",
        "{message}", &[SYSTEM, OPERATION_NAME, DESTINATION, PARTITION, GROUP], &[],
        "Records that were fetched to be handled.";
    PROCESS_DURATION: Histogram, "messaging.process.duration", "messaging_process_duration_seconds",
        "s", &[SYSTEM, OPERATION_NAME, DESTINATION, GROUP], &[ERROR_TYPE],
        "How long a call of the handler takes: one attempt at an event, a deletion or a batch.";

    UP: UpDownCounter, "eventgen.consumer.up", "eventgen_consumer_up",
        "{consumer}", OF_TOPIC, &[],
        "Consumers that run in this process. 0 after the end of a run.";
    LIVE: UpDownCounter, "eventgen.consumer.live", "eventgen_consumer_live",
        "{consumer}", OF_TOPIC, &[],
        "Consumers that run and are live, as `ConsumerHandle::is_live` says.";
    READY: UpDownCounter, "eventgen.consumer.ready", "eventgen_consumer_ready",
        "{consumer}", OF_TOPIC, &[],
        "Consumers that run and are ready, as `ConsumerHandle::is_ready` says.";
    ASSIGNED_PARTITIONS: UpDownCounter, "eventgen.consumer.assigned.partitions", "eventgen_consumer_assigned_partitions",
        "{partition}", OF_TOPIC, &[],
        "Partitions that are assigned to consumers of this process.";

    LAG_RECORDS: Gauge, "eventgen.consumer.lag.records", "eventgen_consumer_lag_records",
        "{record}", OF_PARTITION, &[],
        "Offsets between the first record that is not done and the end of the partition.";
    LAG_SECONDS: Gauge, "eventgen.consumer.lag.seconds", "eventgen_consumer_lag_seconds",
        "s", OF_PARTITION, &[],
        "The age of the first record that is not done, by its timestamp; in a retry topic, the time since it was due. 0 if there \
         is none, or none is due. Of a record that is not fetched yet, how long it has been known to be there.";
    COMMITTED_OFFSET: Gauge, "eventgen.consumer.committed.offset", "eventgen_consumer_committed_offset",
        "{offset}", OF_PARTITION, &[],
        "The offset that the group has committed.";
    START_OFFSET: Gauge, "eventgen.consumer.partition.start.offset", "eventgen_consumer_partition_start_offset",
        "{offset}", OF_PARTITION, &[],
        "The offset of the oldest record of the partition.";
    END_OFFSET: Gauge, "eventgen.consumer.partition.end.offset", "eventgen_consumer_partition_end_offset",
        "{offset}", OF_PARTITION, &[],
        "The offset behind the newest record of the partition that may be read.";
    IN_FLIGHT_RECORDS: Gauge, "eventgen.consumer.in_flight.records", "eventgen_consumer_in_flight_records",
        "{record}", OF_PARTITION, &[],
        "Records that are fetched and not done.";
    IN_FLIGHT_BYTES: Gauge, "eventgen.consumer.in_flight.bytes", "eventgen_consumer_in_flight_bytes",
        "By", OF_PARTITION, &[],
        "The bytes of these records.";
    IN_FLIGHT_AGE: Gauge, "eventgen.consumer.in_flight.age", "eventgen_consumer_in_flight_age_seconds",
        "s", OF_PARTITION, &[],
        "How long ago the oldest record in work was fetched. 0 if there is none.";
    DELAYED_RECORDS: Gauge, "eventgen.consumer.delayed.records", "eventgen_consumer_delayed_records",
        "{record}", OF_PARTITION, &[],
        "Records that wait for their next attempt.";
    PAUSED: Gauge, "eventgen.consumer.paused", "eventgen_consumer_paused",
        "{partition}", OF_PARTITION, &[],
        "1 while fetching is paused because as many records are in flight as may be, otherwise 0.";
    HELD: Gauge, "eventgen.consumer.held", "eventgen_consumer_held",
        "{partition}", &[GROUP, DESTINATION, PARTITION, HOLD_REASON], &[],
        "1 while records of the partition cannot be handled for this reason. The series begins when this happens first; when \
         it has ended, its value is 0, or the series ends.";
    BREAKER_OPEN: Gauge, "eventgen.consumer.breaker.open", "eventgen_consumer_breaker_open",
        "{partition}", OF_PARTITION, &[],
        "1 while the breaker of the partition is open, otherwise 0.";

    RETRIES: Counter, "eventgen.consumer.retries", "eventgen_consumer_retries_total",
        "{retry}", OF_TOPIC, &[],
        "Attempts that failed and are repeated.";
    SKIPPED: Counter, "eventgen.consumer.skipped", "eventgen_consumer_skipped_total",
        "{record}", OF_TOPIC, &[],
        "Records that were committed without having been handled.";
    DEAD_LETTERS: Counter, "eventgen.consumer.dead_letters", "eventgen_consumer_dead_letters_total",
        "{record}", &[GROUP, DESTINATION, DISPOSITION], &[],
        "Records that became dead letters. The destination is the topic that they were read from.";
    LOST_RECORDS: Counter, "eventgen.consumer.lost.records", "eventgen_consumer_lost_records_total",
        "{record}", OF_TOPIC, &[],
        "Offsets that retention removed before the group read them.";
    REBALANCES: Counter, "eventgen.consumer.rebalances", "eventgen_consumer_rebalances_total",
        "{rebalance}", &[GROUP, REBALANCE_KIND], &[],
        "Rebalances that the consumer has answered.";
    REBALANCE_DURATION: Histogram, "eventgen.consumer.rebalance.duration", "eventgen_consumer_rebalance_duration_seconds",
        "s", &[GROUP, REBALANCE_KIND], &[],
        "How long the consumer takes to answer a rebalance: partitions that are revoked are drained and committed.";
    COMMIT_FAILURES: Counter, "eventgen.consumer.commit.failures", "eventgen_consumer_commit_failures_total",
        "{commit}", OF_GROUP, &[],
        "Commits that were refused or not answered. They are repeated.";
    CLUSTER_ERRORS: Counter, "eventgen.consumer.cluster.errors", "eventgen_consumer_cluster_errors_total",
        "{error}", OF_GROUP, &[],
        "Errors that the cluster or the client has reported and that did not stop the consumer, failed commits included.";

    PRODUCER_FAILURES: Counter, "eventgen.producer.failures", "eventgen_producer_failures_total",
        "{record}", &[DESTINATION], &[],
        "Records that were not acknowledged, dead letters included, and events that could not be encoded.";
}

/// The name of an attribute as a label in the `metrics` facade and in Prometheus.
///
/// ```
/// use eventgen::observe::names::{GROUP, prometheus_label};
///
/// assert_eq!(prometheus_label(GROUP), "messaging_consumer_group_name");
/// ```
pub fn prometheus_label(attribute: &str) -> String {
    attribute.replace('.', "_")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The name by the rules of OpenTelemetry's specification for Prometheus.
    fn translated(metric: &Metric) -> String {
        let mut name = metric.name.replace('.', "_");
        let unit = match metric.unit {
            "s" => "_seconds",
            "By" => "_bytes",
            unit => {
                assert!(unit.starts_with('{') && unit.ends_with('}'), "{unit} of {name}");
                ""
            }
        };
        if !name.ends_with(unit) {
            name += unit;
        }
        if metric.kind == MetricKind::Counter {
            name += "_total";
        }
        name
    }

    #[test]
    fn names_in_prometheus_are_those_that_opentelemetry_is_translated_to() {
        for metric in METRICS {
            assert_eq!(metric.prometheus, translated(metric));
        }
        let names: BTreeSet<&str> = METRICS.iter().map(|metric| metric.name).collect();
        assert_eq!(names.len(), METRICS.len());
    }

    #[test]
    fn the_conventions_state_the_boundaries_of_histograms_and_one_unit_of_time() {
        for metric in METRICS.iter().filter(|metric| metric.kind == MetricKind::Histogram) {
            assert_eq!(metric.unit, "s", "{}", metric.name);
        }
        assert!(DURATION_BUCKETS.is_sorted());
    }
}
