//! Scenarios of what only the runtime reports.

use super::expectations::{Alert, Expectation};
use super::flow::{growing, missing, steps};
use super::list::{TROUBLE, alert, consumers};
use super::runtime_values::RuntimeValues;
use super::scenario::Scenario;
use super::world::World;
use crate::runtime::REASON;

/// The length of the scenarios.
const MINUTES: u64 = 91;
/// The minutes that trouble lasts.
const TROUBLED: u64 = MINUTES - TROUBLE;

pub(super) fn scenarios(world: &World) -> Vec<Scenario> {
    let healthy = || RuntimeValues::healthy(MINUTES);
    let down = |up| (RuntimeValues { up, ..healthy() }, "KafkaConsumerDown", [(4, false), (7, true)]);
    let of_consumers = [
        ("The process is killed.", down(format!("{} stale", steps(&[(1, TROUBLE)])))),
        ("The run of the consumer ends.", down(steps(&[(1, TROUBLE), (0, TROUBLED)]))),
        (
            "Retention deletes what consumers have not handled.",
            (
                RuntimeValues { lost: steps(&[(0, TROUBLE), (1000, TROUBLED)]), ..healthy() },
                "KafkaConsumerLostRecords",
                [(1, true), (59, true)],
            ),
        ),
        (
            "A breaker opens.",
            (
                RuntimeValues {
                    breaker_open: steps(&[(0, TROUBLE), (1, 10), (0, TROUBLED - 10)]),
                    ..healthy()
                },
                "KafkaConsumerBreakerOpen",
                [(1, true), (12, false)],
            ),
        ),
    ];
    let mut scenarios = Vec::new();
    for (title, (values, name, moments)) in of_consumers {
        let expectations = consumers(world).flat_map(|(topic, consumer, _)| {
            expect(&alert(world, name, "critical", topic, consumer), &moments)
        });
        let expectations = expectations.collect();
        scenarios.push(Scenario { title, series: world.runtime(&values), expectations });
    }
    scenarios.extend([
        held(world),
        dead_letter(world),
        flood(world),
        producers(world),
        unseen(world),
        gap(world),
    ]);
    scenarios.extend(overdue(world));
    scenarios.extend(groups(world));
    scenarios.push(nothing(world));
    scenarios
}

/// The alert does not fire before the trouble. Afterwards it does or does not, by the minute since then.
fn expect(alert: &Alert, moments: &[(u64, bool)]) -> Vec<Expectation> {
    let later = moments.iter().map(|&(minute, fires)| {
        if fires { alert.fires(TROUBLE + minute) } else { alert.silent(TROUBLE + minute) }
    });
    std::iter::once(alert.silent(TROUBLE - 1)).chain(later).collect()
}

fn held(world: &World) -> Scenario {
    let values =
        RuntimeValues { held: steps(&[(0, TROUBLE), (1, TROUBLED)]), ..RuntimeValues::healthy(MINUTES) };
    let expectations = consumers(world).flat_map(|(topic, consumer, _)| {
        let mut held = alert(world, "KafkaConsumerHeld", "warning", topic, consumer);
        held.cluster.push((REASON.to_owned(), "registry"));
        expect(&held, &[(8, false), (12, true)])
    });
    Scenario {
        title: "The registry does not answer.",
        expectations: expectations.collect(),
        series: world.runtime(&values),
    }
}

/// Only where the contract has retry topics.
fn overdue(world: &World) -> Option<Scenario> {
    let values = RuntimeValues { overdue: growing(TROUBLE, 60, TROUBLED), ..RuntimeValues::healthy(MINUTES) };
    let with_delays = consumers(world).filter(|(topic, ..)| topic.delays(None).is_some());
    let expectations = with_delays.flat_map(|(topic, consumer, _)| {
        let overdue = alert(world, "KafkaConsumerRetryOverdue", "warning", topic, consumer);
        expect(&overdue, &[(8, false), (14, true)])
    });
    let expectations: Vec<Expectation> = expectations.collect();
    (!expectations.is_empty()).then(|| Scenario {
        title: "Records are due in retry topics and are not handled.",
        expectations,
        series: world.runtime(&values),
    })
}

fn dead_letter(world: &World) -> Scenario {
    let values = RuntimeValues {
        dead_letters: steps(&[(0, TROUBLE), (1, TROUBLED)]),
        ..RuntimeValues::healthy(MINUTES)
    };
    let expectations = of_dead_letters(world, &|of_consumer| {
        let new = of_consumer("KafkaDeadLetters", "warning");
        let flood = of_consumer("KafkaDeadLettersFlood", "critical");
        let mut all = expect(&new, &[(1, true), (20, false)]);
        all.extend(expect(&flood, &[(10, false)]));
        all
    });
    Scenario { title: "One record becomes a dead letter.", series: world.runtime(&values), expectations }
}

fn flood(world: &World) -> Scenario {
    let healthy = RuntimeValues::healthy(MINUTES);
    let values = RuntimeValues { dead_letters: growing(TROUBLE, 50, TROUBLED), ..healthy };
    let expectations = of_dead_letters(world, &|of_consumer| {
        expect(&of_consumer("KafkaDeadLettersFlood", "critical"), &[(20, true)])
    });
    Scenario { title: "Half of the records cannot be handled.", series: world.runtime(&values), expectations }
}

/// Makes an alert of a group on a topic by its name and severity.
type Of<'b, 'a> = &'b dyn Fn(&'static str, &'static str) -> Alert<'a>;

fn of_dead_letters<'a>(
    world: &'a World<'a>,
    expect: &dyn Fn(Of<'_, 'a>) -> Vec<Expectation>,
) -> Vec<Expectation> {
    let with_letters = consumers(world).filter(|(topic, ..)| topic.topic.dead_letter.is_some());
    let expectations = with_letters.flat_map(|(topic, consumer, _)| {
        expect(&|name, severity| alert(world, name, severity, topic, consumer))
    });
    expectations.collect()
}

fn producers(world: &World) -> Scenario {
    let values = RuntimeValues {
        producer_failures: steps(&[(0, TROUBLE), (2, TROUBLED)]),
        ..RuntimeValues::healthy(MINUTES)
    };
    Scenario {
        title: "Two records are not acknowledged.",
        expectations: of_producers(world),
        series: world.runtime(&values),
    }
}

fn of_producers(world: &World) -> Vec<Expectation> {
    let expectations = world.monitored.topics.iter().flat_map(|topic| {
        let failing = Alert {
            owner: topic.topic.owner.clone(),
            topic: Some(topic.name()),
            ..world.alert("KafkaProducerFailing", "critical")
        };
        expect(&failing, &[(1, true), (10, false)])
    });
    expectations.collect()
}

/// `increase` sees no growth in a series that begins with its last value.
fn unseen(world: &World) -> Scenario {
    let begins_with = |value| format!("{} {}", missing(TROUBLE), steps(&[(value, TROUBLED)]));
    let values = RuntimeValues {
        lost: begins_with(1000),
        dead_letters: begins_with(3),
        producer_failures: begins_with(2),
        ..RuntimeValues::healthy(MINUTES)
    };
    let mut expectations = of_dead_letters(world, &|of_consumer| {
        expect(&of_consumer("KafkaDeadLetters", "warning"), &[(1, true), (20, false)])
    });
    expectations.extend(of_producers(world));
    expectations.extend(consumers(world).flat_map(|(topic, consumer, _)| {
        let lost = alert(world, "KafkaConsumerLostRecords", "critical", topic, consumer);
        expect(&lost, &[(1, true), (59, true)])
    }));
    Scenario {
        title: "Processes start and have trouble before they are scraped first.",
        series: world.runtime(&values),
        expectations,
    }
}

fn gap(world: &World) -> Scenario {
    const GAP: u64 = 20;
    let parts = [steps(&[(0, 5), (3, TROUBLE - 5)]), missing(GAP), steps(&[(3, TROUBLED - GAP)])];
    let values = RuntimeValues { dead_letters: parts.join(" "), ..RuntimeValues::healthy(MINUTES) };
    let expectations = of_dead_letters(world, &|of_consumer| {
        let new = of_consumer("KafkaDeadLetters", "warning");
        let mut all = expect(&new, &[(GAP + 1, false), (GAP + 15, false), (GAP + 30, false)]);
        all.push(new.fires(6));
        all
    });
    Scenario { title: "Processes are not scraped for a while.", series: world.runtime(&values), expectations }
}

fn groups(world: &World) -> [Scenario; 2] {
    let of_groups = |name, moments: &[(u64, bool)]| -> Vec<Expectation> {
        let groups = world.monitored.groups.iter();
        let alerts = groups.map(|group| Alert {
            owner: group.owner(),
            group: Some(group.name),
            ..world.alert(name, "warning")
        });
        alerts.flat_map(|alert| expect(&alert, moments)).collect()
    };
    let healthy = || RuntimeValues::healthy(MINUTES);
    let refused = RuntimeValues { commit_failures: growing(TROUBLE, 1, TROUBLED), ..healthy() };
    let restless = RuntimeValues { rebalances: growing(TROUBLE, 1, TROUBLED), ..healthy() };
    [
        Scenario {
            title: "Brokers refuse commits.",
            series: world.runtime(&refused),
            expectations: of_groups("KafkaConsumerCommitFailing", &[(8, false), (13, true)]),
        },
        Scenario {
            title: "Members come and go.",
            series: world.runtime(&restless),
            expectations: of_groups("KafkaConsumerRebalancing", &[(15, false), (30, true)]),
        },
    ]
}

/// No cluster is known then.
fn nothing(world: &World) -> Scenario {
    let expectations = consumers(world).flat_map(|(topic, consumer, _)| {
        let down = alert(world, "KafkaConsumerDown", "critical", topic, consumer);
        let down = Alert { cluster: Vec::new(), ..down };
        [down.silent(4), down.fires(6)]
    });
    Scenario { title: "There are no metrics.", series: Vec::new(), expectations: expectations.collect() }
}
