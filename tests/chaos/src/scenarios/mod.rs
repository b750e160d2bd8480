//! The scenarios: what happens to members, producers, brokers, topics and the registry.

mod brokers;
mod contents;
pub mod copy;
mod foreign;
mod members;
mod memory;
mod registry;
mod topics;
mod transactions;

use std::pin::Pin;
use std::time::Duration;

use crate::Failure;
use crate::protocol::Protocol;
use crate::trial::{Size, Trial};

/// The future of what happens in a run.
pub type Running<'a> = Pin<Box<dyn Future<Output = Result<(), Failure>> + 'a>>;

/// A scenario.
#[derive(Debug)]
pub struct Scenario {
    pub name: &'static str,
    pub about: &'static str,
    pub protocols: &'static [Protocol],
    /// Records and seconds of the long form.
    long: (u32, u64),
    /// Records and seconds of the short form.
    quick: (u32, u64),
    /// Whether it kills brokers, which disturbs everything else on the cluster.
    pub kills_brokers: bool,
    pub run: for<'a> fn(&'a mut Trial) -> Running<'a>,
}

const CLASSIC: &[Protocol] = &[Protocol::Classic];
const BOTH: &[Protocol] = &[Protocol::Classic, Protocol::Consumer];

impl Scenario {
    const fn new(
        name: &'static str,
        about: &'static str,
        run: for<'a> fn(&'a mut Trial) -> Running<'a>,
    ) -> Self {
        let (long, quick) = ((100_000, 40), (4_000, 8));
        Self { name, about, protocols: CLASSIC, long, quick, kills_brokers: false, run }
    }

    const fn both(mut self) -> Self {
        self.protocols = BOTH;
        self
    }

    const fn long(mut self, records: u32, seconds: u64) -> Self {
        self.long = (records, seconds);
        self
    }

    const fn quick(mut self, records: u32, seconds: u64) -> Self {
        self.quick = (records, seconds);
        self
    }

    const fn kills_brokers(mut self) -> Self {
        self.kills_brokers = true;
        self
    }

    /// The extent of a run. `scale` is the time of the whole long form in relation to the usual one.
    pub fn size(&self, quick: bool, scale: f64, records: Option<u32>) -> Size {
        let (usual, seconds) = if quick { self.quick } else { self.long };
        let usual_time = Duration::from_secs(seconds);
        let lasting = usual_time.mul_f64(scale).max(Duration::from_secs(2));
        let scaled = u128::from(usual) * lasting.as_millis() / usual_time.as_millis();
        Size { records: records.unwrap_or(u32::try_from(scaled).unwrap_or(u32::MAX)), lasting }
    }
}

/// All scenarios, in the order in which they run.
pub const SCENARIOS: &[Scenario] = &[
    Scenario::new("kill-consumers", "members are killed (SIGKILL) in a loop", |trial| {
        Box::pin(members::kill(trial))
    })
    .both()
    .long(400_000, 60)
    .quick(20_000, 14),
    Scenario::new("kill-producers", "producers are killed (SIGKILL) in a loop", |trial| {
        Box::pin(members::kill_producers(trial))
    })
    .long(200_000, 60)
    .quick(10_000, 10),
    Scenario::new("freeze", "members are stopped (SIGSTOP) for longer than the session timeout", |trial| {
        Box::pin(members::freeze(trial))
    })
    .both()
    .long(200_000, 60)
    .quick(10_000, 14),
    Scenario::new("come-and-go", "members join, leave, are killed and stopped at random", |trial| {
        Box::pin(members::come_and_go(trial))
    })
    .both()
    .long(300_000, 75)
    .quick(20_000, 20),
    Scenario::new(
        "lend-and-return",
        "partitions that are full and paused leave a member and return",
        |trial| Box::pin(members::lend_and_return(trial)),
    )
    .both()
    .long(24_000, 30)
    .quick(10_000, 12),
    Scenario::new("rolling-restarts", "members restart one by one while one key is slow", |trial| {
        Box::pin(members::rolling_restarts(trial))
    })
    .both()
    .long(200_000, 90)
    .quick(10_000, 16),
    Scenario::new("registry", "the registry is down, refuses, and answers nonsense", |trial| {
        Box::pin(registry::faults(trial))
    })
    .long(50_000, 60)
    .quick(2_000, 16),
    Scenario::new("topic-recreated", "the topic is deleted and created anew", |trial| {
        Box::pin(topics::recreated(trial))
    })
    .both()
    .long(100_000, 40)
    .quick(4_000, 8),
    Scenario::new("repartitioned", "the topic gets more partitions", |trial| {
        Box::pin(topics::repartitioned(trial))
    })
    .long(150_000, 40)
    .quick(6_000, 12),
    Scenario::new(
        "dead-letters-shrink",
        "the dead-letter topic is created anew with fewer partitions",
        |trial| Box::pin(topics::dead_letters_shrink(trial)),
    )
    .long(60_000, 40)
    .quick(2_000, 8),
    Scenario::new("poison", "records do not decode or fail, while members are killed", |trial| {
        Box::pin(contents::poison(trial))
    })
    .both()
    .long(150_000, 60)
    .quick(8_000, 12),
    Scenario::new(
        "retry-topics",
        "records wait in retry topics, while members are killed, come and go",
        |trial| Box::pin(contents::retry_topics(trial)),
    )
    .both()
    .long(50_000, 60)
    .quick(3_000, 10),
    Scenario::new("foreign", "random records of other clients", |trial| Box::pin(foreign::foreign(trial)))
        .long(20_000, 60)
        .quick(800, 8),
    Scenario::new("transactions", "transactions, of which some are aborted", |trial| {
        Box::pin(transactions::transactions(trial))
    })
    .long(40_000, 40)
    .quick(2_000, 8),
    Scenario::new(
        "back-pressure",
        "records arrive faster than they are handled; memory stays flat",
        |trial| Box::pin(memory::back_pressure(trial)),
    )
    .long(400_000, 120)
    .quick(20_000, 16),
    Scenario::new("kill-brokers", "brokers are killed (SIGKILL) in turn", |trial| {
        Box::pin(brokers::kill(trial))
    })
    .both()
    .long(150_000, 75)
    .quick(6_000, 20)
    .kills_brokers(),
    Scenario::new(
        "copy",
        "transactional members copy a topic; members and brokers are killed and restarted in turn",
        |trial| Box::pin(copy::copy(trial, copy::Bounce::ALL)),
    )
    .both()
    .long(100_000, 120)
    .quick(8_000, 30)
    .kills_brokers(),
    Scenario::new("copy-retries", "the same, with 2 of 100 records that wait in retry topics", |trial| {
        Box::pin(copy::copy_with_retries(trial, copy::Bounce::ALL))
    })
    .both()
    .long(100_000, 120)
    .quick(4_000, 20)
    .kills_brokers(),
];
