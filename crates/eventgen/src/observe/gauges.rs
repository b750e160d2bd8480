//! The gauges of the partitions that a consumer has.

#![cfg_attr(
    not(all(feature = "metrics", feature = "otel")),
    allow(
        clippy::needless_pass_by_value,
        clippy::unused_self,
        clippy::zero_sized_map_values,
        reason = "what a feature turns off is empty"
    )
)]

use std::collections::{HashMap, HashSet};

use super::instruments::Gauge;
#[cfg(feature = "otel")]
use super::instruments::otel;
use super::names::{self, Metric};

/// The state of a partition.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PartitionValues {
    pub(crate) topic: &'static str,
    pub(crate) partition: i32,
    pub(crate) lag_records: Option<u64>,
    pub(crate) lag_seconds: Option<f64>,
    pub(crate) committed_offset: Option<i64>,
    pub(crate) start_offset: Option<i64>,
    pub(crate) end_offset: Option<i64>,
    pub(crate) in_flight_records: usize,
    pub(crate) in_flight_bytes: usize,
    pub(crate) in_flight_age: f64,
    pub(crate) delayed_records: usize,
    pub(crate) is_paused: bool,
    pub(crate) breaker_is_open: bool,
    /// Why it is held.
    pub(crate) held: Vec<&'static str>,
}

/// A gauge, and the value of a partition that has left: the sum or the maximum over all instances is right with it.
struct PartitionGauge {
    metric: &'static Metric,
    after: f64,
    value: fn(&PartitionValues) -> Option<f64>,
}

macro_rules! gauges {
    ($($metric:ident, $after:expr, $value:expr;)+) => {
        &[$(PartitionGauge { metric: &names::$metric, after: $after, value: $value }),+]
    };
}

#[expect(clippy::cast_precision_loss, reason = "offsets beyond 2^53 do not occur")]
const GAUGES: &[PartitionGauge] = gauges! {
    LAG_RECORDS, 0.0, |of| of.lag_records.map(|lag| lag as f64);
    LAG_SECONDS, 0.0, |of| of.lag_seconds;
    COMMITTED_OFFSET, f64::NAN, |of| of.committed_offset.map(|offset| offset as f64);
    START_OFFSET, f64::NAN, |of| of.start_offset.map(|offset| offset as f64);
    END_OFFSET, f64::NAN, |of| of.end_offset.map(|offset| offset as f64);
    IN_FLIGHT_RECORDS, 0.0, |of| Some(of.in_flight_records as f64);
    IN_FLIGHT_BYTES, 0.0, |of| Some(of.in_flight_bytes as f64);
    IN_FLIGHT_AGE, 0.0, |of| Some(of.in_flight_age);
    DELAYED_RECORDS, 0.0, |of| Some(of.delayed_records as f64);
    PAUSED, 0.0, |of| Some(f64::from(u8::from(of.is_paused)));
    BREAKER_OPEN, 0.0, |of| Some(f64::from(u8::from(of.breaker_is_open)));
};

/// Writes the gauges of one consumer. When it is dropped, its partitions have left.
pub(crate) struct PartitionGauges {
    group: String,
    /// All that it has had.
    partitions: HashMap<(&'static str, i32), Series>,
    here: HashSet<(&'static str, i32)>,
    #[cfg(feature = "otel")]
    snapshot: otel::Snapshot,
}

/// The series of a partition in the facade.
#[derive(Default)]
struct Series {
    /// By the index of the gauge. A series begins with its first value.
    gauges: [Option<Gauge>; GAUGES.len()],
    held: HashMap<&'static str, Gauge>,
}

impl PartitionGauges {
    pub(crate) fn new(group: &str) -> Self {
        #[cfg(feature = "otel")]
        let snapshot = {
            let metrics: Vec<_> = GAUGES.iter().map(|gauge| gauge.metric).chain([&names::HELD]).collect();
            otel::observe(&metrics)
        };
        Self {
            group: group.to_owned(),
            partitions: HashMap::new(),
            here: HashSet::new(),
            #[cfg(feature = "otel")]
            snapshot,
        }
    }

    /// Replaces the values of all partitions. Those that are missing have left.
    pub(crate) fn publish(&mut self, partitions: &[PartitionValues]) {
        #[cfg(feature = "otel")]
        self.observe(partitions);
        let mut left = std::mem::take(&mut self.here);
        for values in partitions {
            let at = (values.topic, values.partition);
            self.partitions.entry(at).or_default().set(&self.group, values);
            left.remove(&at);
            self.here.insert(at);
        }
        // Once: another consumer of this process may have the partition next.
        for series in left.iter().filter_map(|at| self.partitions.get(at)) {
            series.leave();
        }
    }

    #[cfg(feature = "otel")]
    fn observe(&self, partitions: &[PartitionValues]) {
        use opentelemetry::KeyValue;

        let mut all = Vec::with_capacity(partitions.len() * GAUGES.len());
        for values in partitions {
            let attributes = [
                KeyValue::new(names::GROUP, self.group.clone()),
                KeyValue::new(names::DESTINATION, values.topic),
                KeyValue::new(names::PARTITION, values.partition.to_string()),
            ];
            for gauge in GAUGES {
                if let Some(value) = (gauge.value)(values) {
                    let attributes = attributes.to_vec();
                    all.push(otel::Observation { metric: gauge.metric.name, value, attributes });
                }
            }
            for reason in &values.held {
                let mut attributes = attributes.to_vec();
                attributes.push(KeyValue::new(names::HOLD_REASON, *reason));
                all.push(otel::Observation { metric: names::HELD.name, value: 1.0, attributes });
            }
        }
        *self.snapshot.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = all;
    }
}

impl Drop for PartitionGauges {
    fn drop(&mut self) {
        self.publish(&[]);
    }
}

impl Series {
    fn set(&mut self, group: &str, values: &PartitionValues) {
        let partition = values.partition.to_string();
        let labels =
            [(names::GROUP, group), (names::DESTINATION, values.topic), (names::PARTITION, &*partition)];
        for (gauge, series) in GAUGES.iter().zip(&mut self.gauges) {
            if let Some(value) = (gauge.value)(values) {
                series.get_or_insert_with(|| Gauge::new(gauge.metric, &labels)).set(value);
            }
        }
        for reason in &values.held {
            self.held.entry(reason).or_insert_with(|| {
                let [group, topic, partition] = labels;
                Gauge::new(&names::HELD, &[group, topic, partition, (names::HOLD_REASON, reason)])
            });
        }
        for (reason, series) in &self.held {
            series.set(f64::from(u8::from(values.held.contains(reason))));
        }
    }

    fn leave(&self) {
        for (gauge, series) in GAUGES.iter().zip(&self.gauges) {
            if let Some(series) = series {
                series.set(gauge.after);
            }
        }
        self.held.values().for_each(|series| series.set(0.0));
    }
}
