//! Alert rules for Prometheus, and tests of these rules for `promtool`.
//!
//! Each topic has a group of rules. The first rules of a group record the exporter's metrics under names and labels that
//! are the same for all exporters; alerts and dashboards read these.

mod expressions;
mod outbox;
mod paths;
mod rules;
mod runtime_rules;
mod scenarios;

use eventgen_schema::Contract;

use crate::error::Error;
use crate::file::File;
use crate::monitored::Monitored;
use crate::settings::Settings;
pub use outbox::{OUTBOX_RULES, OUTBOX_TESTS, outbox_rules, outbox_tests};
pub use paths::{RULES, TESTS};

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
