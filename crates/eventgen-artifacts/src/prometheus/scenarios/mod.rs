//! Tests of the rules: what happens to a cluster, minute by minute, and which alerts fire when.
//!
//! Each scenario happens to all topics at once, in partition 1 of one of two clusters. The other partition and the other
//! cluster are well all the time: an alert that confuses partitions or clusters fails the test.

mod expectations;
mod flow;
mod input;
mod list;
mod runtime;
mod runtime_values;
mod scenario;
mod world;

use askama::Template;

use super::paths::{RULES, TESTS};
use crate::monitored::Monitored;
use crate::settings::Settings;
use scenario::Scenario;
use world::World;

/// The file with the tests.
#[derive(Debug, Template)]
#[template(path = "prometheus/tests.yml", escape = "none")]
pub(super) struct Tests {
    exporter: &'static str,
    /// The path of the rules, from the folder of the tests.
    rules: String,
    /// The path of the tests.
    path: &'static str,
    scenarios: Vec<Scenario>,
}

impl Tests {
    pub(super) fn new(monitored: &Monitored, settings: &Settings) -> Self {
        let world = World::new(monitored, settings);
        Self {
            exporter: settings.exporter.series().title,
            rules: format!("../{RULES}"),
            path: TESTS,
            scenarios: all_scenarios(&world)
                .into_iter()
                .filter(|scenario| !scenario.expectations.is_empty())
                .collect(),
        }
    }
}

fn all_scenarios(world: &World) -> Vec<Scenario> {
    let mut scenarios = list::of_consumers(world);
    scenarios.extend(match world.expressions.series.runtime {
        Some(_) => runtime::scenarios(world),
        None => list::of_exporters(world),
    });
    scenarios
}
