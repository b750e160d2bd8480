//! Instruments that write to the `metrics` facade and to OpenTelemetry, whichever feature is on. With neither they are
//! empty, and their methods do nothing.
//!
//! Labels are resolved when an instrument is made, not when it is used.

#![cfg_attr(
    not(all(feature = "metrics", feature = "otel")),
    allow(
        clippy::needless_pass_by_value,
        clippy::unused_self,
        clippy::zero_sized_map_values,
        reason = "what a feature turns off is empty"
    )
)]

#[cfg(feature = "metrics")]
mod facade;
mod labels;
#[cfg(feature = "otel")]
pub(crate) mod otel;

use super::names::Metric;
use labels::Labels;

/// Whether a feature is on that metrics go to.
pub(crate) const ENABLED: bool = cfg!(any(feature = "metrics", feature = "otel"));

/// A sum that only grows.
#[derive(Clone)]
pub(crate) struct Counter {
    #[cfg(feature = "metrics")]
    facade: ::metrics::Counter,
    #[cfg(feature = "otel")]
    otel: otel::Counter,
}

impl Counter {
    /// A counter, whose series begins with 0.
    pub(crate) fn new(metric: &Metric, labels: Labels<'_>) -> Self {
        let _ = (metric, labels);
        let counter = Self {
            #[cfg(feature = "metrics")]
            facade: facade::counter(metric, labels),
            #[cfg(feature = "otel")]
            otel: otel::Counter::new(metric, labels),
        };
        counter.add(0);
        counter
    }

    pub(crate) fn add(&self, by: u64) {
        let _ = by;
        #[cfg(feature = "metrics")]
        self.facade.increment(by);
        #[cfg(feature = "otel")]
        self.otel.add(by);
    }
}

/// A sum that grows and shrinks, of which this process has a part that it changes and takes back.
pub(crate) struct UpDownCounter {
    part: i32,
    #[cfg(feature = "metrics")]
    facade: ::metrics::Gauge,
    #[cfg(feature = "otel")]
    otel: otel::UpDownCounter,
}

impl UpDownCounter {
    pub(crate) fn new(metric: &Metric, labels: Labels<'_>) -> Self {
        let _ = (metric, labels);
        let counter = Self {
            part: 0,
            #[cfg(feature = "metrics")]
            facade: facade::gauge(metric, labels),
            #[cfg(feature = "otel")]
            otel: otel::UpDownCounter::new(metric, labels),
        };
        counter.add(0);
        counter
    }

    /// Sets the part of the sum that this instrument has.
    pub(crate) fn set(&mut self, part: i32) {
        let by = part - std::mem::replace(&mut self.part, part);
        if by != 0 {
            self.add(by);
        }
    }

    fn add(&self, by: i32) {
        let _ = by;
        #[cfg(feature = "metrics")]
        self.facade.increment(f64::from(by));
        #[cfg(feature = "otel")]
        self.otel.add(i64::from(by));
    }
}

impl Drop for UpDownCounter {
    fn drop(&mut self) {
        self.set(0);
    }
}

/// A distribution.
#[derive(Clone)]
pub(crate) struct Histogram {
    #[cfg(feature = "metrics")]
    facade: ::metrics::Histogram,
    #[cfg(feature = "otel")]
    otel: otel::Histogram,
}

impl Histogram {
    pub(crate) fn new(metric: &Metric, labels: Labels<'_>) -> Self {
        let _ = (metric, labels);
        Self {
            #[cfg(feature = "metrics")]
            facade: facade::histogram(metric, labels),
            #[cfg(feature = "otel")]
            otel: otel::Histogram::new(metric, labels),
        }
    }

    /// Records a duration.
    pub(crate) fn record(&self, duration: std::time::Duration) {
        let _ = duration;
        #[cfg(feature = "metrics")]
        self.facade.record(duration.as_secs_f64());
        #[cfg(feature = "otel")]
        self.otel.record(duration.as_secs_f64());
    }
}

/// The latest value, in the facade only: the gauges of OpenTelemetry are [observed](otel::observe).
pub(crate) struct Gauge {
    #[cfg(feature = "metrics")]
    facade: ::metrics::Gauge,
}

impl Gauge {
    pub(crate) fn new(metric: &Metric, labels: Labels<'_>) -> Self {
        let _ = (metric, labels);
        Self {
            #[cfg(feature = "metrics")]
            facade: facade::gauge(metric, labels),
        }
    }

    pub(crate) fn set(&self, value: f64) {
        let _ = value;
        #[cfg(feature = "metrics")]
        self.facade.set(value);
    }
}
