//! One attempt at handling one record, and its outcome. Consumers and the test kit share it, so that tests behave like
//! production.

use std::future::ready;
use std::pin::Pin;
use std::time::Duration;

use futures_util::future::Either;
use thiserror::Error;

use crate::consumer::dead_letter::{Disposition, Reason};
use crate::consumer::failure::history::History;
use crate::consumer::failure::policy::OnPanic;
use crate::consumer::panics::{HandlerPanic, catch_panic, catch_panic_in};
use crate::consumer::{Delivery, Handler, HandlerError, HandlerErrorKind};
use crate::{Backoff, DecodeError, Retry};

/// The outcome of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttemptOutcome {
    /// The record is done.
    Handled,
    /// Try again after a pause.
    Retry {
        /// The pause.
        after: Duration,
        /// The error of the handler, or the message of its panic.
        cause: String,
    },
    /// Nobody needs the record: it is done.
    Skipped {
        /// How often the handler was called with the event: 0 if this build does not know its kind.
        attempts: u32,
        /// The error of the handler, or the kind of the event.
        cause: String,
    },
    /// Write the record to a retry topic, where it waits for its next attempt.
    Later {
        /// The number of its delay, from 1.
        tier: usize,
        /// The reason of the dead letter that it would be without.
        reason: Reason,
    },
    /// Write a dead letter.
    DeadLetter(Reason),
    /// Stop the consumer.
    Stop {
        /// The error of the handler, or the message of its panic.
        reason: String,
    },
}

/// What a handler returned, or the message of its panic.
pub(crate) type Returned = Result<Result<(), HandlerError>, String>;

/// A running attempt.
pub(crate) type Attempt<'a> = Pin<Box<dyn Future<Output = Returned> + Send + 'a>>;

/// The outcome for a payload that does not decode.
pub(crate) fn poison(error: &DecodeError) -> AttemptOutcome {
    AttemptOutcome::DeadLetter(Reason::poison(error))
}

/// Passes an event to the handler.
pub(crate) fn call<'a, H: Handler>(
    handler: &'a H,
    event: H::Events,
    delivery: &'a Delivery,
) -> impl Future<Output = Returned> + Send + 'a {
    // Not an `async fn`, which would hold the event and the handler's future twice.
    catching(|| handler.handle(event, delivery))
}

/// Passes the deletion of a key to the handler.
pub(crate) fn call_deleted<'a, H: Handler>(
    handler: &'a H,
    key: &'a [u8],
    delivery: &'a Delivery,
) -> impl Future<Output = Returned> + Send + 'a {
    catching(|| handler.deleted(key, delivery))
}

/// The result of a call of the handler, which may panic.
pub(crate) fn catching<'a, F: Future<Output: Send> + Send + 'a>(
    call: impl FnOnce() -> F,
) -> impl Future<Output = Result<F::Output, String>> + Send + 'a {
    match catch_panic_in(call) {
        Ok(future) => Either::Left(catch_panic(future)),
        Err(panic) => Either::Right(ready(Err(panic))),
    }
}

/// How often a record was tried.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attempts {
    all: u32,
    /// Since it came from its topic, or from a retry topic.
    in_place: u32,
    /// How many delays are behind it.
    delays: usize,
}

impl Attempts {
    /// Attempt number `attempt` of a record with this history.
    pub(crate) fn after(history: &History, attempt: u32) -> Self {
        let in_place = attempt.saturating_sub(history.attempts);
        Self { all: attempt, in_place, delays: history.delays }
    }

    /// Those in place count from after attempt number `before`.
    pub(crate) fn since(self, before: u32) -> Self {
        Self { in_place: self.all.saturating_sub(before), ..self }
    }
}

/// The outcome of an attempt. `retry` is the policy of the topic.
pub(crate) fn outcome(
    returned: Returned,
    retry: impl FnOnce() -> Retry,
    on_panic: OnPanic,
    attempts: Attempts,
) -> AttemptOutcome {
    let error = match returned {
        Ok(Ok(())) => return AttemptOutcome::Handled,
        Ok(Err(error)) => error,
        Err(panic) => {
            let panic = HandlerPanic(panic);
            match on_panic {
                OnPanic::Retry => HandlerError::retry(panic),
                OnPanic::DeadLetter => {
                    let reason = Reason::handler(Disposition::Exhausted, &HandlerError::reject(panic));
                    return AttemptOutcome::DeadLetter(reason);
                }
                OnPanic::Stop => HandlerError::fatal(panic),
            }
        }
    };
    failed(&retry(), &error, attempts)
}

/// The error of a handler that was cancelled.
#[derive(Debug, Error)]
#[error("the handler took longer than {} s and was cancelled", .0.as_secs_f32())]
pub(crate) struct HandlerTimeout(pub(crate) Duration);

/// The outcome of an attempt whose handler returned this error.
fn failed(retry: &Retry, error: &HandlerError, attempts: Attempts) -> AttemptOutcome {
    let has_delay = attempts.delays < retry.delays.len();
    let later = |tier| AttemptOutcome::Later { tier, reason: Reason::handler(Disposition::Exhausted, error) };
    match error.kind() {
        HandlerErrorKind::Retry => match error.after() {
            Some(after) if has_delay => later(nearest(retry.delays, after)),
            after if attempts.in_place <= retry.attempts => AttemptOutcome::Retry {
                after: after.unwrap_or_else(|| pause(retry, attempts.in_place)),
                cause: error.chain(),
            },
            _ if has_delay => later(attempts.delays + 1),
            _ => AttemptOutcome::DeadLetter(Reason::handler(Disposition::Exhausted, error)),
        },
        HandlerErrorKind::Skip => AttemptOutcome::Skipped { attempts: attempts.all, cause: error.chain() },
        HandlerErrorKind::Reject => AttemptOutcome::DeadLetter(Reason::handler(Disposition::Rejected, error)),
        HandlerErrorKind::Fatal => AttemptOutcome::Stop { reason: error.chain() },
    }
}

/// The number of the delay that is nearest to a duration, from 1: of two that are equally near, the shorter one.
fn nearest(delays: &[Duration], after: Duration) -> usize {
    let nearest = delays.iter().enumerate().min_by_key(|(_, delay)| delay.abs_diff(after));
    nearest.map_or(1, |(index, _)| index + 1)
}

/// The longest pause before a retry: 30 years. A contract can state durations that overflow the clock, and the arithmetic of
/// the jitter.
const LONGEST_PAUSE: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);

/// The pause before the retry that follows attempt number `attempt`.
fn pause(retry: &Retry, attempt: u32) -> Duration {
    let pause = match retry.backoff {
        Backoff::Fixed => retry.initial,
        Backoff::Exponential => retry.initial.saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1))),
    };
    let pause = pause.min(retry.max).min(LONGEST_PAUSE);
    if retry.jitter { pause.mul_f64(0.5 + 0.5 * random_fraction()) } else { pause }
}

/// A number from 0 to 1. The hasher of the standard library is random enough to spread pauses.
fn random_fraction() -> f64 {
    use std::hash::{BuildHasher, RandomState};
    let bits = RandomState::new().hash_one(std::time::Instant::now());
    #[expect(clippy::cast_possible_truncation, reason = "32 random bits are enough")]
    let bits = bits as u32;
    f64::from(bits) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(backoff: Backoff, jitter: bool) -> Retry {
        Retry {
            attempts: 3,
            backoff,
            initial: Duration::from_millis(200),
            max: Duration::from_secs(1),
            jitter,
            delays: &[],
        }
    }

    #[test]
    fn pauses_double_up_to_the_longest() {
        let retry = policy(Backoff::Exponential, false);
        let pauses: Vec<u128> = [1, 2, 3, 4, 40, u32::MAX].map(|n| pause(&retry, n).as_millis()).to_vec();
        assert_eq!(pauses, [200, 400, 800, 1000, 1000, 1000]);
        assert_eq!(pause(&policy(Backoff::Fixed, false), 7).as_millis(), 200);
    }

    #[test]
    fn the_longest_duration_is_a_pause_that_the_clock_can_represent() {
        for (backoff, jitter) in
            [(Backoff::Fixed, true), (Backoff::Exponential, true), (Backoff::Fixed, false)]
        {
            let retry = Retry { initial: Duration::MAX, max: Duration::MAX, ..policy(backoff, jitter) };
            for attempt in [1, 2, 65, u32::MAX] {
                // Of a thousand random factors some are so close to 1 that the product rounds up.
                for _ in 0..1_000 {
                    let pause = pause(&retry, attempt);
                    assert!(pause >= LONGEST_PAUSE / 2 && pause <= LONGEST_PAUSE, "{pause:?}");
                    assert!(std::time::Instant::now().checked_add(pause).is_some());
                }
            }
        }
    }

    #[test]
    fn jitter_shortens_by_up_to_half() {
        let retry = policy(Backoff::Fixed, true);
        for _ in 0..100 {
            let pause = pause(&retry, 1).as_millis();
            assert!((100..=200).contains(&pause), "{pause}");
        }
    }
}
