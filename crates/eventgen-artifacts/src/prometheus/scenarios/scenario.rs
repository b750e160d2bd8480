//! One scenario.

use super::expectations::Expectation;
use super::input::InputSeries;

/// What happens, and what is expected.
#[derive(Debug)]
pub(super) struct Scenario {
    pub(super) title: &'static str,
    pub(super) series: Vec<InputSeries>,
    pub(super) expectations: Vec<Expectation>,
}
