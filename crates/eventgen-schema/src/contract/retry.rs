//! Retry policies.

use std::time::Duration;

/// The retry policy after a handler's error.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Retry {
    /// Retries in place after the first attempt; 0 turns them off.
    pub attempts: u32,
    /// How the pause grows.
    pub backoff: Backoff,
    /// The pause before the first retry.
    pub initial: Duration,
    /// The longest pause.
    pub max: Duration,
    /// Whether pauses are shortened at random, so that failing consumers do not beat in time.
    pub jitter: bool,
    /// How long a record that has failed waits in retry topics, shortest first; empty if there are no retry topics. See
    /// [`Topic::retry_topics`](super::Topic::retry_topics).
    pub delays: Vec<Duration>,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            attempts: 3,
            backoff: Backoff::Exponential,
            initial: Duration::from_millis(200),
            max: Duration::from_secs(30),
            jitter: true,
            delays: Vec::new(),
        }
    }
}

/// How the pause between retries grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Backoff {
    /// Always the initial pause.
    Fixed,
    /// Twice the pause before.
    #[default]
    Exponential,
}
