//! How a command ended, as scripts see it.

use std::process::ExitCode;

/// The exit codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    /// All is as it should be.
    Fine = 0,
    /// It could not be done.
    Failure = 1,
    /// The command line asks for what there is not. Most of these are found by clap, which ends with the same code.
    Usage = 2,
    /// What is there is not what the contract says.
    Stale = 3,
    /// A registry refuses a schema.
    Incompatible = 4,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(outcome as u8)
    }
}
