//! The scenarios.

use std::time::Duration;

use eventgen_schema::contract::ConsumerGroup;

use super::expectations::{Alert, Expectation, silence};
use super::flow::{Event, Phase, growing, steps};
use super::scenario::Scenario;
use super::world::{World, rate};
use crate::monitored::{Expiry, Limit, MonitoredTopic};
use crate::prometheus::rules::{COMPARED_RETENTION, Timing, risky_age};

/// The minute in which trouble begins.
pub(super) const TROUBLE: u64 = 30;
/// The longest time that a test waits for an alert. Those that take longer are left out: a test of all of them would take
/// minutes.
const LONGEST: u64 = 24 * 60;

/// Scenarios of what every source of metrics reports.
pub(super) fn of_consumers(world: &World) -> Vec<Scenario> {
    vec![
        well(world),
        idle(world),
        stopped(world),
        one_record(world),
        slow(world),
        rewound(world),
        risk(world),
    ]
}

/// Scenarios of what exporters report, and the runtime does not.
pub(super) fn of_exporters(world: &World) -> Vec<Scenario> {
    vec![
        lost(world),
        dead_letter(world),
        flood(world),
        nothing(world),
        no_groups(world),
        replicas(world),
        no_members(world),
    ]
}

fn well(world: &World) -> Scenario {
    Scenario {
        title: "Consumers keep up with producers: nothing fires.",
        series: world.all(&[Phase::healthy(91)]),
        expectations: vec![silence(20), silence(90)],
    }
}

fn idle(world: &World) -> Scenario {
    Scenario {
        title: "Producers have nothing to say: nothing fires.",
        series: world.all(&[Phase::healthy(TROUBLE), Phase::idle(61).after(Event::CatchUp)]),
        expectations: vec![silence(90)],
    }
}

fn stopped(world: &World) -> Scenario {
    let mut expectations = Vec::new();
    // Longer than the shortest window in which lag is computed.
    let mut last = TROUBLE + 75;
    for (topic, consumer, timing) in consumers(world) {
        let stall = minutes(timing.stall);
        if stall <= LONGEST {
            let stalled = alert(world, "KafkaConsumerStalled", "critical", topic, consumer);
            expectations.extend([stalled.silent(TROUBLE + stall - 2), stalled.fires(TROUBLE + stall + 2)]);
            last = last.max(TROUBLE + stall + 2);
        }
        let lag = alert(world, "KafkaConsumerLag", "critical", topic, consumer);
        match timing.limit {
            Some(Limit::Time(limit)) if minutes(limit) <= LONGEST => {
                let limit = minutes(limit);
                expectations.push(lag.silent(TROUBLE + limit.max(3) - 3));
                expectations.push(lag.fires(TROUBLE + limit + 3));
                last = last.max(TROUBLE + limit + 3);
                if limit < 60 {
                    expectations.push(lag.fires(TROUBLE + 75));
                }
            }
            Some(Limit::Records(_)) => {
                expectations.extend([lag.silent(TROUBLE - 1), lag.fires(TROUBLE + 17)]);
            }
            _ => {}
        }
        if let Expiry::After(retention) = topic.expiry
            && COMPARED_RETENTION.contains(&retention.as_secs())
            && minutes(risky_age(retention)) <= LONGEST
        {
            let age = minutes(risky_age(retention));
            let risk = alert(world, "KafkaConsumerRetentionRisk", "critical", topic, consumer);
            expectations.extend([risk.silent(TROUBLE + age), risk.fires(TROUBLE + age + 20)]);
            last = last.max(TROUBLE + age + 20);
        }
    }
    Scenario {
        title: "Consumers stop.",
        series: world.all(&[Phase::healthy(TROUBLE), Phase::stopped(last + 1 - TROUBLE)]),
        expectations,
    }
}

fn one_record(world: &World) -> Scenario {
    let mut expectations = Vec::new();
    let mut last = TROUBLE;
    for (topic, consumer, timing) in consumers(world) {
        if let Some(Limit::Time(limit)) = timing.limit
            && minutes(limit) <= LONGEST
        {
            let limit = minutes(limit);
            let lag = alert(world, "KafkaConsumerLag", "critical", topic, consumer);
            expectations.extend([lag.silent(TROUBLE + limit.max(3) - 3), lag.fires(TROUBLE + limit + 3)]);
            last = last.max(TROUBLE + limit + 3);
        }
    }
    Scenario {
        title: "Producers stop, and the last records are not handled.",
        series: world.all(&[Phase::healthy(TROUBLE), Phase::idle(last + 1 - TROUBLE)]),
        expectations,
    }
}

fn slow(world: &World) -> Scenario {
    Scenario {
        title: "Consumers are half as fast as producers.",
        series: world.all(&[Phase::healthy(TROUBLE), Phase::slow(46)]),
        expectations: each_consumer(world, |topic, consumer| {
            let behind = alert(world, "KafkaConsumerFallingBehind", "warning", topic, consumer);
            vec![behind.silent(TROUBLE), behind.fires(TROUBLE + 40)]
        }),
    }
}

fn rewound(world: &World) -> Scenario {
    Scenario {
        title: "Offsets are reset.",
        series: world.all(&[Phase::healthy(TROUBLE), Phase::healthy(91).after(Event::Rewind)]),
        expectations: each_consumer(world, |topic, consumer| {
            let rewound = alert(world, "KafkaConsumerRewound", "warning", topic, consumer);
            vec![
                rewound.silent(TROUBLE - 1),
                rewound.fires(TROUBLE + 1),
                rewound.fires(TROUBLE + 55),
                rewound.silent(TROUBLE + 65),
            ]
        }),
    }
}

fn lost(world: &World) -> Scenario {
    Scenario {
        title: "Consumers stop, and retention deletes what they have not handled.",
        series: world.all(&[
            Phase::healthy(TROUBLE),
            Phase::stopped(10),
            Phase::stopped(11).after(Event::DeleteAll),
            Phase::healthy(50).after(Event::CatchUp),
        ]),
        expectations: each_consumer(world, |topic, consumer| {
            let lost = alert(world, "KafkaConsumerLostRecords", "critical", topic, consumer);
            vec![lost.silent(TROUBLE + 9), lost.fires(TROUBLE + 11), lost.fires(TROUBLE + 65)]
        }),
    }
}

fn risk(world: &World) -> Scenario {
    Scenario {
        title: "Consumers stop, and retention is about to delete what they have not handled.",
        series: world.all(&[Phase::healthy(TROUBLE), Phase::stopped(31).after(Event::DeleteHandled)]),
        expectations: each_consumer(world, |topic, consumer| {
            if topic.expiry == Expiry::Never {
                return Vec::new();
            }
            let risk = alert(world, "KafkaConsumerRetentionRisk", "critical", topic, consumer);
            vec![risk.silent(TROUBLE), risk.fires(TROUBLE + 30)]
        }),
    }
}

fn dead_letter(world: &World) -> Scenario {
    let mut series = world.topics(&[Phase::healthy(61)], true);
    series.extend(world.dead_letters(61, &steps(&[(0, TROUBLE), (1, 31)])));
    let expectations = each_dead_letter_topic(world, |of_topic| {
        let new = of_topic("KafkaDeadLetters", "warning");
        let present = of_topic("KafkaDeadLettersPresent", "info");
        let flood = of_topic("KafkaDeadLettersFlood", "critical");
        vec![
            new.silent(TROUBLE - 1),
            new.fires(TROUBLE + 1),
            new.silent(TROUBLE + 20),
            present.silent(TROUBLE - 1),
            present.fires(TROUBLE + 1),
            present.fires(TROUBLE + 30),
            flood.silent(TROUBLE + 10),
        ]
    });
    Scenario { title: "One record becomes a dead letter.", series, expectations }
}

fn flood(world: &World) -> Scenario {
    // As many as all producers of the fastest topic write.
    let rate = world.monitored.topics.iter().map(rate).max().unwrap_or(0) * 10;
    let mut series = world.topics(&[Phase::healthy(61)], true);
    series.extend(world.dead_letters(61, &growing(TROUBLE, rate, 31)));
    let expectations = each_dead_letter_topic(world, |of_topic| {
        let flood = of_topic("KafkaDeadLettersFlood", "critical");
        vec![flood.silent(TROUBLE - 1), flood.fires(TROUBLE + 20)]
    });
    Scenario { title: "No record can be handled.", series, expectations }
}

fn nothing(world: &World) -> Scenario {
    let topics = world.monitored.topics.iter().map(|topic| (topic.name(), topic.topic.owner.clone()));
    let letters = world.monitored.dead_letters.iter().map(|letters| (letters.topic, letters.owner()));
    let expectations = topics.chain(letters).flat_map(|(topic, owner)| {
        let absent = Alert {
            owner,
            topic: Some(topic),
            cluster: Vec::new(),
            ..world.alert("KafkaTopicAbsent", "critical")
        };
        [absent.silent(8), absent.fires(12)]
    });
    Scenario {
        title: "The exporter reports nothing.",
        series: Vec::new(),
        expectations: expectations.collect(),
    }
}

fn no_groups(world: &World) -> Scenario {
    Scenario {
        title: "The exporter reports no groups.",
        series: world.topics(&[Phase::healthy(21)], false),
        expectations: each_consumer(world, |topic, consumer| {
            let absent = Alert {
                cluster: Vec::new(),
                ..alert(world, "KafkaConsumerAbsent", "warning", topic, consumer)
            };
            vec![absent.silent(8), absent.fires(12)]
        }),
    }
}

fn replicas(world: &World) -> Scenario {
    let mut expectations = Vec::new();
    let names = world.expressions.series;
    for topic in &world.monitored.topics {
        let of_topic = |name, severity| Alert {
            owner: topic.topic.owner.clone(),
            topic: Some(topic.name()),
            ..world.alert(name, severity)
        };
        if names.under_replicated.is_some() {
            let under_replicated = of_topic("KafkaTopicUnderReplicated", "warning");
            expectations.extend([under_replicated.silent(TROUBLE + 8), under_replicated.fires(TROUBLE + 12)]);
        }
        if names.in_sync.is_some() && topic.min_in_sync().is_some() {
            let not_writable = of_topic("KafkaTopicNotWritable", "critical");
            expectations.extend([not_writable.silent(TROUBLE - 1), not_writable.fires(TROUBLE + 2)]);
        }
    }
    let in_sync = |least: u32| steps(&[(least.into(), TROUBLE), (i128::from(least) - 1, 31)]);
    Scenario {
        title: "Replicas are out of sync.",
        series: world.replicas(61, in_sync, &steps(&[(0, TROUBLE), (1, 31)])),
        expectations,
    }
}

fn no_members(world: &World) -> Scenario {
    let groups = world.monitored.groups.iter().filter(|_| world.expressions.series.members.is_some());
    let expectations = groups.flat_map(|group| {
        let empty = Alert {
            owner: group.owner(),
            group: Some(group.name),
            ..world.alert("KafkaConsumerGroupEmpty", "warning")
        };
        [empty.silent(TROUBLE + 8), empty.fires(TROUBLE + 12)]
    });
    Scenario {
        title: "All members of the groups are gone.",
        expectations: expectations.collect(),
        series: world.members(61, &steps(&[(2, TROUBLE), (0, 31)])),
    }
}

pub(super) fn consumers<'a>(
    world: &'a World,
) -> impl Iterator<Item = (&'a MonitoredTopic<'a>, &'a ConsumerGroup, Timing)> {
    world.monitored.topics.iter().flat_map(move |topic| {
        let consumers = topic.topic.consumers.iter();
        consumers.map(move |consumer| (topic, consumer, Timing::of(consumer, &world.expressions)))
    })
}

fn each_consumer(
    world: &World,
    expect: impl Fn(&MonitoredTopic, &ConsumerGroup) -> Vec<Expectation>,
) -> Vec<Expectation> {
    consumers(world).flat_map(|(topic, consumer, _)| expect(topic, consumer)).collect()
}

fn each_dead_letter_topic<'a>(
    world: &'a World,
    expect: impl Fn(&dyn Fn(&'static str, &'static str) -> Alert<'a>) -> Vec<Expectation>,
) -> Vec<Expectation> {
    let letters = world.monitored.dead_letters.iter();
    let expectations = letters.flat_map(|letters| {
        let of_topic = |name, severity| Alert {
            owner: letters.owner(),
            topic: Some(letters.topic),
            ..world.alert(name, severity)
        };
        expect(&of_topic)
    });
    expectations.collect()
}

pub(super) fn alert<'a>(
    world: &World<'a>,
    name: &'static str,
    severity: &'static str,
    topic: &'a MonitoredTopic,
    consumer: &'a ConsumerGroup,
) -> Alert<'a> {
    Alert {
        owner: topic.topic.owner.clone(),
        topic: Some(topic.name()),
        group: Some(&consumer.group),
        ..world.alert(name, severity)
    }
}

/// Whole minutes, rounded up.
fn minutes(duration: Duration) -> u64 {
    duration.as_secs().div_ceil(60) + u64::from(duration.as_secs() == 0 && !duration.is_zero())
}
