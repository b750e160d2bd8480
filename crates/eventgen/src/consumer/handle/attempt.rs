//! One attempt at handling one record, and its outcome. Consumers and the test kit share it, so that tests behave like
//! production.

use std::time::Duration;

use crate::consumer::dead_letter::{Disposition, Reason};
use crate::consumer::panics::catch_panic;
use crate::consumer::{Delivery, Handler, HandlerErrorKind};
use crate::{Backoff, DecodeOptions, Retry, TopicEvents};

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
    /// Write a dead letter.
    DeadLetter(Reason),
    /// Stop the consumer.
    Stop {
        /// The error of the handler, or the message of its panic.
        reason: String,
    },
}

/// Decodes the event `EVENTS[kind]` from this payload and passes it to the handler.
pub async fn attempt<H: Handler>(
    handler: &H,
    kind: usize,
    payload: &[u8],
    options: DecodeOptions,
    delivery: &Delivery,
) -> AttemptOutcome {
    let event = match H::Events::read_payload(kind, payload, options) {
        Ok(event) => event,
        Err(error) => return AttemptOutcome::DeadLetter(Reason::poison(&error)),
    };
    let retry = H::Events::TOPIC.retry;
    match catch_panic(handler.handle(event, delivery)).await {
        Ok(Ok(())) => AttemptOutcome::Handled,
        Ok(Err(error)) => match error.kind() {
            HandlerErrorKind::Retry if delivery.attempt <= retry.attempts => {
                AttemptOutcome::Retry { after: pause(&retry, delivery.attempt), cause: error.chain() }
            }
            HandlerErrorKind::Retry => {
                AttemptOutcome::DeadLetter(Reason::handler(Disposition::Exhausted, &error))
            }
            HandlerErrorKind::Reject => {
                AttemptOutcome::DeadLetter(Reason::handler(Disposition::Rejected, &error))
            }
            HandlerErrorKind::Fatal => AttemptOutcome::Stop { reason: error.chain() },
        },
        Err(panic) => {
            let cause = format!("the handler panicked: {panic}");
            if delivery.attempt <= retry.attempts {
                AttemptOutcome::Retry { after: pause(&retry, delivery.attempt), cause }
            } else {
                AttemptOutcome::Stop { reason: cause }
            }
        }
    }
}

/// The pause before the retry that follows attempt number `attempt`.
fn pause(retry: &Retry, attempt: u32) -> Duration {
    let pause = match retry.backoff {
        Backoff::Fixed => retry.initial,
        Backoff::Exponential => retry.initial.saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1))),
    };
    let pause = pause.min(retry.max);
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
    fn jitter_shortens_by_up_to_half() {
        let retry = policy(Backoff::Fixed, true);
        for _ in 0..100 {
            let pause = pause(&retry, 1).as_millis();
            assert!((100..=200).contains(&pause), "{pause}");
        }
    }
}
