//! The start of producers and consumers while the cluster or the registry does not answer.

use std::future::Future;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::Error;
use crate::registry::RegistryError;

/// The pause before the second attempt, and the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// The requests of one client at its start.
pub(crate) struct StartUp {
    /// The client, for the log.
    of: String,
    begun: Instant,
    /// How long it waits for a cluster or a registry that does not answer.
    wait: Duration,
    /// What does not answer.
    away: Mutex<Option<Away>>,
}

/// What does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Away {
    Cluster,
    Registry,
}

impl StartUp {
    pub(crate) fn new(of: impl Into<String>, wait: Duration) -> Self {
        Self { of: of.into(), begun: Instant::now(), wait, away: Mutex::new(None) }
    }

    /// Makes a request, and repeats it while nobody answers and there is time left. Other errors are returned at once:
    /// waiting does not create a topic or correct a password.
    pub(crate) async fn request<T, F>(&self, request: impl Fn() -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let mut pause = FIRST_PAUSE;
        loop {
            let error = match request().await {
                Ok(answer) => {
                    self.log(None, None);
                    return Ok(answer);
                }
                Err(error) => error,
            };
            let left = self.wait.saturating_sub(self.begun.elapsed());
            let Some(away) = away(&error).filter(|_| !left.is_zero()) else { return Err(error) };
            self.log(Some(away), Some(&error));
            tokio::time::sleep(pause.min(left)).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Logs a change of what does not answer.
    fn log(&self, away: Option<Away>, error: Option<&Error>) {
        let before = std::mem::replace(&mut *self.away.lock().unwrap_or_else(PoisonError::into_inner), away);
        let of = self.of.as_str();
        match (before, away, error) {
            (before, Some(Away::Cluster), Some(error)) if before != away => {
                tracing::warn!(of, wait_s = self.wait.as_secs(), "waits for the cluster: {error}");
            }
            (before, Some(Away::Registry), Some(error)) if before != away => {
                tracing::warn!(of, wait_s = self.wait.as_secs(), "waits for the registry: {error}");
            }
            (Some(Away::Cluster), None, _) => tracing::info!(of, "the cluster answers"),
            (Some(Away::Registry), None, _) => tracing::info!(of, "the registry answers"),
            _ => {}
        }
    }
}

/// What does not answer, if that is the error.
fn away(error: &Error) -> Option<Away> {
    match error {
        Error::BrokersUnreachable { .. } => Some(Away::Cluster),
        Error::Registry(
            RegistryError::Unreachable { .. }
            // A registry that starts or is overloaded, or a proxy in front of one that is down.
            | RegistryError::Rejected { status: 429 | 500..=599, .. },
        ) => Some(Away::Registry),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    fn unreachable() -> Error {
        Error::BrokersUnreachable {
            bootstrap_servers: "localhost:1".to_owned(),
            waited: Duration::ZERO,
            reason: "refused".to_owned(),
        }
    }

    async fn attempts(wait: Duration, error: impl Fn(u32) -> Option<Error>) -> (u32, Result<(), Error>) {
        let count = AtomicU32::new(0);
        let start = StartUp::new("test", wait);
        let answer = start.request(|| {
            let answer = error(count.fetch_add(1, Ordering::Relaxed)).map_or(Ok(()), Err);
            std::future::ready(answer)
        });
        let answer = answer.await;
        (count.into_inner(), answer)
    }

    #[tokio::test]
    async fn a_cluster_that_is_away_is_waited_for() {
        let minute = Duration::from_secs(60);
        let away = |count| (count < 2).then(unreachable);
        assert!(matches!(attempts(minute, away).await, (3, Ok(()))));
        assert!(matches!(attempts(Duration::ZERO, away).await, (1, Err(Error::BrokersUnreachable { .. }))));
    }

    #[tokio::test]
    async fn the_wait_has_an_end() {
        let (count, answer) = attempts(Duration::from_millis(400), |_| Some(unreachable())).await;
        assert!(count > 1 && matches!(answer, Err(Error::BrokersUnreachable { .. })), "{count}");
    }

    #[tokio::test]
    async fn what_an_operator_has_to_correct_is_an_error_at_once() {
        let minute = Duration::from_secs(60);
        let unknown = |_| {
            Some(Error::UnknownTopic {
                topic: "ordres".to_owned(),
                bootstrap_servers: "localhost:1".to_owned(),
            })
        };
        assert!(matches!(attempts(minute, unknown).await, (1, Err(Error::UnknownTopic { .. }))));
    }
}
