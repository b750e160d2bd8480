//! Alert rules for Prometheus, and tests of these rules for `promtool`.
//!
//! Each topic has a group of rules. The first rules of a group record the exporter's metrics under names and labels that
//! are the same for all exporters; alerts and dashboards read these.

mod expressions;
mod rules;
mod scenarios;

use eventgen_schema::Contract;

use crate::error::Error;
use crate::file::File;
use crate::monitored::Monitored;
use crate::settings::Settings;

/// The path of the rules.
pub const RULES: &str = "kafka.rules.yml";

/// The path of the tests. They are in a folder of their own, which a pattern for rule files does not match.
pub const TESTS: &str = "tests/kafka.rules.test.yml";

/// The rules of a contract.
///
/// # Errors
/// The template cannot be filled in.
pub fn rules(contract: &Contract, settings: &Settings) -> Result<File, Error> {
    File::render(RULES.to_owned(), &rules::Rules::new(&Monitored::of(contract), settings))
}

/// Tests for `promtool test rules`, which show of each alert when it fires and when it does not.
///
/// # Errors
/// The template cannot be filled in.
pub fn tests(contract: &Contract, settings: &Settings) -> Result<File, Error> {
    File::render(TESTS.to_owned(), &scenarios::Tests::new(&Monitored::of(contract), settings))
}
