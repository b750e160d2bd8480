//! The calls of handlers, as a recorder of the facade gets them.

use std::sync::Arc;
use std::time::Duration;

use ::metrics::{
    Gauge, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit, with_local_recorder,
};

use super::*;

/// The durations of calls that have succeeded, in seconds.
#[derive(Default)]
struct Durations(Mutex<Vec<f64>>);

impl HistogramFn for Durations {
    fn record(&self, value: f64) {
        self.0.lock().expect("no panic").push(value);
    }
}

/// Keeps the durations of the calls for one topic.
struct Keeper(Arc<Durations>);

impl Recorder for Keeper {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, _: &Key, _: &Metadata<'_>) -> ::metrics::Counter {
        ::metrics::Counter::noop()
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> ::metrics::Histogram {
        let has = |value: &str| key.labels().any(|label| label.value() == value);
        if key.name() == names::PROCESS_DURATION.prometheus && has("orders") && !has("retry") {
            ::metrics::Histogram::from_arc(Arc::clone(&self.0))
        } else {
            ::metrics::Histogram::noop()
        }
    }
}

/// The meters of a consumer of two topics, and the durations of the calls for the second one.
fn meters() -> (ConsumerMeters, Arc<Durations>) {
    let durations = Arc::<Durations>::default();
    let keeper = Keeper(Arc::clone(&durations));
    (with_local_recorder(&keeper, || ConsumerMeters::new("group", &["others", "orders"])), durations)
}

const ORDERS: usize = 1;

fn calls(nanos: impl IntoIterator<Item = u64>) -> Vec<ShortCall> {
    let call = |nanos| ShortCall::new(ORDERS, Duration::from_nanos(nanos)).expect("short");
    nanos.into_iter().map(call).collect()
}

fn taken(durations: &Durations) -> Vec<f64> {
    std::mem::take(&mut *durations.0.lock().expect("no panic"))
}

#[test]
fn each_short_call_is_recorded_once_with_its_duration() {
    let (meters, durations) = meters();
    let mut burst = calls([70, 70, 1_250, 100_000]);
    burst.insert(1, ShortCall::new(0, Duration::from_nanos(5)).expect("short"));
    meters.short_calls(&mut burst, false);
    assert_eq!(taken(&durations), [70e-9, 70e-9, 1_250e-9, 100_000e-9]);
    meters.short_calls(&mut burst, false);
    assert_eq!(taken(&durations), [0.0; 0]);
}

#[test]
fn a_long_call_is_recorded_at_once_and_a_short_one_later() {
    let (meters, durations) = meters();
    assert_eq!(meters.processed(ORDERS, Began::ago(Duration::from_secs(2)), None), None);
    let long = taken(&durations);
    assert!(long.len() == 1 && long[0] >= 2.0, "{long:?}");
    // The machine may stop for a while between the beginning and the end.
    let short = meters.processed(ORDERS, Began::now(), None);
    assert_eq!(usize::from(short.is_some()) + taken(&durations).len(), 1);
}

#[test]
fn a_failed_call_is_no_short_call() {
    let (meters, durations) = meters();
    assert_eq!(meters.processed(ORDERS, Began::now(), Some(AttemptError::Retry)), None);
    assert_eq!(taken(&durations), [0.0; 0]);
}

#[test]
fn a_busy_worker_keeps_its_calls_while_another_one_records() {
    let (meters, durations) = meters();
    let mut kept = calls([70, 80]);
    let other = meters.recording.lock().expect("no panic");
    meters.short_calls(&mut kept, true);
    assert_eq!((kept.len(), taken(&durations).len()), (2, 0));
    drop(other);
    kept.extend(calls([90]));
    meters.short_calls(&mut kept, true);
    assert_eq!((kept.len(), taken(&durations)), (0, vec![70e-9, 80e-9, 90e-9]));
}

#[test]
fn a_worker_waits_for_the_other_one_if_it_is_idle_or_has_many_calls() {
    let (meters, durations) = meters();
    for (count, is_busy) in [(1, false), (MOST_SHORT_CALLS, true)] {
        let mut burst = calls((0..count).map(|_| 70));
        let other = meters.recording.lock().expect("no panic");
        std::thread::scope(|scope| {
            scope.spawn(|| meters.short_calls(&mut burst, is_busy));
            drop(other);
        });
        assert_eq!((burst.len(), taken(&durations).len()), (0, count));
    }
}

#[test]
fn no_call_of_several_workers_is_lost() {
    const BURSTS: usize = 200;
    let (meters, durations) = meters();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut burst = Vec::new();
                for number in 0..BURSTS {
                    burst.extend(calls([70; 64]));
                    meters.short_calls(&mut burst, number + 1 < BURSTS);
                }
            });
        }
    });
    assert_eq!(taken(&durations).len(), 4 * BURSTS * 64);
}
