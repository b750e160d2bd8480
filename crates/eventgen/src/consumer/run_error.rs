//! The error of a run, with what the run did until then.

use std::fmt;

use super::Report;
use crate::Error;

/// Why [`Consumer::run_until`](super::Consumer::run_until) ended by itself, and what it did until then.
///
/// It displays as its [`Error`], and `?` turns it into one where the counts are of no interest.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RunError {
    /// What ended the run.
    pub error: Error,
    /// The counts of the run up to its end; all zero if it ended before the first record.
    pub report: Report,
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
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
