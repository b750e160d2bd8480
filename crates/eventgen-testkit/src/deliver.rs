//! Hands events to a handler without a broker, and decides as the runtime does: retries, dead letters, order.

use eventgen::private::{AttemptOutcome, attempt};
use eventgen::{DecodeOptions, Delivery, Disposition, Handler, Headers, KafkaEvent, KeyBuffer, TopicEvents};

/// What became of the events.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Outcome {
    /// Events that the handler accepted.
    pub handled: usize,
    /// Attempts after the first.
    pub retried: usize,
    /// Events that would be dead letters, in the order of giving up.
    pub dead_letters: Vec<DeadLetter>,
    /// Why the consumer would have stopped; events behind that were not handed over.
    pub stopped: Option<String>,
}

/// An event that would be a dead letter.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeadLetter {
    /// Its place among the events given, from 0.
    pub index: usize,
    /// Its record key.
    pub key: Option<Vec<u8>>,
    /// Why.
    pub disposition: Disposition,
    /// The handler's error with its causes.
    pub error: String,
    /// How often the handler was given it.
    pub attempts: u32,
}

/// Hands events to `handler` one after another, each through its bytes and back, retrying as the contract says but
/// without pauses.
pub async fn deliver<H, E>(handler: H, events: impl IntoIterator<Item = E>) -> Outcome
where
    H: Handler,
    E: KafkaEvent<Topic = H::Events>,
{
    let mut outcome = Outcome::default();
    for (index, event) in events.into_iter().enumerate() {
        let (mut key, mut headers, mut payload) = (KeyBuffer::new(), Headers::new(), Vec::new());
        event.key(&mut key);
        event.headers(&mut headers);
        if let Err(error) = event.write_payload(&mut payload) {
            outcome.stopped = Some(format!("event {index} cannot be encoded: {error}"));
            return outcome;
        }
        let kind = H::Events::EVENTS.iter().position(|kind| kind.name == E::NAME).unwrap_or_default();
        let offset = i64::try_from(index).unwrap_or(i64::MAX);
        let mut delivery = Delivery::new(H::Events::TOPIC.name, 0, offset);
        delivery.key = key.as_bytes().map(<[u8]>::to_vec);
        delivery.headers = headers;
        loop {
            match attempt(&handler, kind, &payload, DecodeOptions::DEFAULT, &delivery).await {
                AttemptOutcome::Handled => outcome.handled += 1,
                AttemptOutcome::Retry { .. } => {
                    outcome.retried += 1;
                    delivery.attempt += 1;
                    continue;
                }
                AttemptOutcome::DeadLetter(reason) => outcome.dead_letters.push(DeadLetter {
                    index,
                    key: delivery.key.clone(),
                    disposition: reason.disposition,
                    error: reason.message,
                    attempts: delivery.attempt,
                }),
                AttemptOutcome::Stop { reason } => {
                    outcome.stopped = Some(reason);
                    return outcome;
                }
            }
            break;
        }
    }
    outcome
}
