//! A run that sends letters back, or discards them.

use std::time::Duration;

use crate::AdminError;

/// How fast letters are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[must_use]
pub struct Pace {
    /// The most letters in a second; `None` is as fast as the brokers are.
    pub rate: Option<u32>,
}

/// The most letters of a transaction.
const BATCH: u32 = 500;

impl Pace {
    /// As fast as the brokers are.
    pub const UNLIMITED: Self = Self { rate: None };

    /// At most this many letters per second. 0 counts as 1.
    pub const fn of_rate(rate: u32) -> Self {
        Self { rate: Some(if rate == 0 { 1 } else { rate }) }
    }

    /// The most letters of a transaction, so that a slow run does not keep one open.
    pub(crate) fn batch(self) -> usize {
        let batch = self.rate.map_or(BATCH, |rate| (rate / 4).clamp(1, BATCH));
        usize::try_from(batch).unwrap_or(usize::MAX)
    }

    /// How long a run pauses after it has sent this many letters in this time, to keep to its rate.
    pub(crate) fn wait(self, sent: u64, elapsed: Duration) -> Duration {
        let due = self.rate.map_or(0.0, |rate| {
            #[expect(clippy::cast_precision_loss, reason = "nobody sends 2^53 letters")]
            let sent = sent as f64;
            sent / f64::from(rate)
        });
        Duration::from_secs_f64(due).saturating_sub(elapsed)
    }
}

/// What a run has done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Done {
    /// Letters that were sent back, or discarded.
    pub done: u64,
    /// Letters that another run had done meanwhile, or that retention has deleted.
    pub gone: u64,
    /// Letters that stay, with the partition, the offset and the reason of each: they have no value and their record is not
    /// readable, or their topic does not take the record.
    pub left: Vec<(i32, i64, String)>,
    /// Whether the run was interrupted.
    pub interrupted: bool,
}

/// Why a run ended early. What was committed before is done; the rest is as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The cluster refuses something, or does not answer.
    #[error(transparent)]
    Admin(#[from] AdminError),
    /// Another run works on the same letters.
    #[error(
        "another run of the command works on the letters of `{topic}` and has taken over: run one at a time"
    )]
    Fenced {
        /// The dead-letter topic.
        topic: String,
    },
    /// What is known of the letters has no room in the commit.
    #[error(
        "too many letters of `{topic}` partition {partition} are done with open ones between them: redrive or discard the oldest \
         open ones first, without filters by key or error"
    )]
    Full {
        /// The dead-letter topic.
        topic: String,
        /// The partition.
        partition: i32,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_kept_over_the_whole_run() {
        let second = Duration::from_secs(1);
        assert_eq!(Pace::of_rate(100).wait(300, second), 2 * second);
        assert_eq!(Pace::of_rate(100).wait(50, second), Duration::ZERO);
        assert_eq!(Pace::UNLIMITED.wait(u64::MAX, Duration::ZERO), Duration::ZERO);
        assert_eq!(
            (Pace::of_rate(0).batch(), Pace::of_rate(100).batch(), Pace::UNLIMITED.batch()),
            (1, 25, 500)
        );
    }
}
