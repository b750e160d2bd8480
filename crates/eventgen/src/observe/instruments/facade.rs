//! Handles of the `metrics` facade, from the recorder that is installed at that time.

use ::metrics::{Counter, Gauge, Histogram, Key, KeyName, Label, Level, Metadata, Unit, with_recorder};

use super::labels::Labels;
use crate::observe::names::{Metric, prometheus_label};

static METADATA: Metadata<'_> = Metadata::new("eventgen", Level::INFO, Some(module_path!()));

pub(super) fn counter(metric: &Metric, labels: Labels<'_>) -> Counter {
    with_recorder(|recorder| {
        let name = KeyName::from_const_str(metric.prometheus);
        recorder.describe_counter(name, unit(metric), metric.description.into());
        recorder.register_counter(&key(metric, labels), &METADATA)
    })
}

pub(super) fn gauge(metric: &Metric, labels: Labels<'_>) -> Gauge {
    with_recorder(|recorder| {
        let name = KeyName::from_const_str(metric.prometheus);
        recorder.describe_gauge(name, unit(metric), metric.description.into());
        recorder.register_gauge(&key(metric, labels), &METADATA)
    })
}

pub(super) fn histogram(metric: &Metric, labels: Labels<'_>) -> Histogram {
    with_recorder(|recorder| {
        let name = KeyName::from_const_str(metric.prometheus);
        recorder.describe_histogram(name, unit(metric), metric.description.into());
        recorder.register_histogram(&key(metric, labels), &METADATA)
    })
}

fn key(metric: &Metric, labels: Labels<'_>) -> Key {
    let labels = labels.iter().map(|(name, value)| Label::new(prometheus_label(name), (*value).to_owned()));
    Key::from_parts(metric.prometheus, labels.collect::<Vec<_>>())
}

fn unit(metric: &Metric) -> Option<Unit> {
    match metric.unit {
        "s" => Some(Unit::Seconds),
        "By" => Some(Unit::Bytes),
        // The facade has no units of things that are counted.
        _ => None,
    }
}
