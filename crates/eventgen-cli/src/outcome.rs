//! Exit codes.

use std::process::ExitCode;

/// The exit codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    /// Success.
    Fine = 0,
    /// The command failed, or the contract has errors.
    Failure = 1,
    /// The command line is wrong. clap reports most of these, with the same code.
    Usage = 2,
    /// A generated file is out of date, or a cluster is not as the contract or a saved plan says.
    Stale = 3,
    /// A registry refuses a schema.
    Incompatible = 4,
    /// A group is behind by more than the contract allows, or does not work.
    Behind = 5,
    /// The cluster does not answer.
    Unreachable = 6,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(outcome as u8)
    }
}
