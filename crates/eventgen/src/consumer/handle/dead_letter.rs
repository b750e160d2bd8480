//! The end of a record that cannot be handled.

use std::time::Duration;

use super::{Assignment, Handling, Outcome, unanswered};
use crate::Error;
use crate::consumer::Disposition;
use crate::consumer::dead_letter::{Letter, Reason};
use crate::consumer::failure::history::History;
use crate::consumer::health::{HoldGuard, HoldReason};
use crate::consumer::record::Record;
use crate::observe::ConsumerEvent;
#[cfg(eventgen_planted)]
use crate::planted;

/// The pause before the second attempt to write a dead letter, and the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

impl Handling {
    /// Writes the dead letter of a record, again and again until it is acknowledged or an output of the record.
    pub(super) async fn write_dead_letter(
        &self,
        record: &mut Record,
        history: &History,
        reason: &Reason,
        assignment: &Assignment,
    ) -> Outcome {
        #[cfg(eventgen_planted)]
        if planted::is_planted(planted::Bug::DeadLetterDropped) {
            return Outcome::Done;
        }
        let leaving = &assignment.leaving;
        let is_undecoded = matches!(reason.disposition, Disposition::Poison | Disposition::Unknown);
        let attempts = if is_undecoded { 0 } else { record.delivery.attempt };
        let Some(dead_letters) = &self.route(record.at.topic).dead_letters else {
            let delivery = &record.delivery;
            self.stop.fail(Error::NoDeadLetter {
                topic: delivery.topic.to_owned(),
                partition: delivery.partition,
                offset: delivery.offset,
                key: delivery.displayed_key(),
                attempts,
                reason: reason.message.clone(),
            });
            return Outcome::Stopped;
        };
        if is_undecoded && !self.admit_poison(record, reason, assignment).await {
            return Outcome::Left;
        }
        let mut pause = FIRST_PAUSE;
        let mut held: Option<HoldGuard> = None;
        loop {
            // A letter that was handed over is not abandoned by a drain: it may be acknowledged a moment later.
            let report = || {
                if held.is_none() {
                    let because = format!("the record becomes a dead letter because: {}", reason.message);
                    let cause = unanswered::cause(dead_letters.topic(), &because);
                    let delivery = &record.delivery;
                    self.observers.notify(&ConsumerEvent::Held { delivery, after: None, cause: &cause });
                }
            };
            let write = dead_letters.write(record, attempts, history, reason);
            match leaving.unless_ended(unanswered::reported(write, report)).await {
                Some(Ok(Letter { omitted, output })) => {
                    let (delivery, omitted) = (&record.delivery, omitted.as_str());
                    self.observers.notify(&ConsumerEvent::DeadLettered {
                        delivery,
                        attempts,
                        reason,
                        omitted,
                    });
                    record.outputs.extend(output);
                    return Outcome::Done;
                }
                Some(Err(error)) => {
                    let cause =
                        format!("{error}; the record becomes a dead letter because: {}", reason.message);
                    match &held {
                        Some(held) => held.set_cause(&cause),
                        None => {
                            held =
                                Some(self.holds.hold(record.at, HoldReason::DeadLetterTopic, cause.clone()));
                        }
                    }
                    self.observers.notify(&ConsumerEvent::Held {
                        delivery: &record.delivery,
                        after: Some(pause),
                        cause: &cause,
                    });
                }
                None => return Outcome::Left,
            }
            if leaving.unless_draining(tokio::time::sleep(pause)).await.is_none() || self.stop.has_failed() {
                return Outcome::Left;
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}
