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

impl Outcome {
    /// All exit codes with their meanings, for the help, the manual pages and the README.
    pub(crate) const ALL: [(Self, &'static str); 7] = [
        (Self::Fine, "fine"),
        (Self::Failure, "failure: the contract has errors, or something could not be done"),
        (Self::Usage, "usage: the command line is wrong, or a question was not answered"),
        (Self::Stale, "stale: a generated file is out of date, or a cluster differs"),
        (Self::Incompatible, "incompatible: a change is forbidden, or refused by the registry"),
        (Self::Behind, "behind: a group lags by more than the contract allows, or does not work"),
        (Self::Unreachable, "unreachable: no broker answers"),
    ];
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(outcome as u8)
    }
}
