//! The error of a run, with its counts.

use std::fmt;

use super::Report;
use crate::Error;

/// Why [`Consumer::run_until`](super::Consumer::run_until) ended before its shutdown, and the counts of the run.
///
/// It displays as its [`Error`], and so does its `Debug`. `?` converts it into one, which drops the counts.
#[derive(Clone)]
#[non_exhaustive]
pub struct RunError {
    /// The error that ended the run.
    pub error: Error,
    /// The counts of the run. All are zero if it ended before the first record.
    pub report: Report,
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl fmt::Debug for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for RunError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&self.error)
    }
}

impl From<RunError> for Error {
    fn from(failed: RunError) -> Self {
        failed.error
    }
}
