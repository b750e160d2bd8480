//! The error of a task: what was tried, and what to do.

use std::fmt::Display;

pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Adds what was tried to an error.
pub(crate) trait Context<T> {
    fn context(self, what: impl Display) -> Result<T, Failure>;
}

impl<T, E: Display> Context<T> for Result<T, E> {
    fn context(self, what: impl Display) -> Result<T, Failure> {
        self.map_err(|error| format!("{what}: {error}").into())
    }
}
