//! Passes events to a handler without a broker, with the runtime's retries, dead letters and order.

use std::marker::PhantomData;

use eventgen::private::{AttemptOutcome, attempt, attempt_deletion};
use eventgen::{
    DecodeOptions, Delivery, Disposition, EncodeError, Handler, Headers, KafkaEvent, KeyBuffer, TopicEvents,
};

/// The result of [`deliver`].
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Outcome {
    /// Events that the handler accepted.
    pub handled: usize,
    /// Attempts after the first.
    pub retried: usize,
    /// Events that the handler skipped, in order.
    pub skipped: Vec<Skipped>,
    /// Events that would become dead letters, in order.
    pub dead_letters: Vec<DeadLetter>,
    /// Why the consumer would have stopped. Later events are not delivered.
    pub stopped: Option<String>,
}

/// An event that the handler [skipped](eventgen::HandlerError::skip).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Skipped {
    /// The index of the event, from 0.
    pub index: usize,
    /// The record key.
    pub key: Option<Vec<u8>>,
    /// The handler's error with its causes.
    pub error: String,
    /// The number of attempts.
    pub attempts: u32,
}

/// An event that would become a dead letter.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeadLetter {
    /// The index of the event, from 0.
    pub index: usize,
    /// The record key.
    pub key: Option<Vec<u8>>,
    /// Why.
    pub disposition: Disposition,
    /// The handler's error with its causes.
    pub error: String,
    /// The number of attempts.
    pub attempts: u32,
}

/// An encoded event of the topic `T`. [`deliver`] takes these if a topic has several types of events.
///
/// ```ignore
/// let events = [TopicEvent::from(placed), TopicEvent::from(cancelled)];
/// let outcome = deliver(OrdersV1::handler(orders), events).await;
/// ```
#[derive(Debug, Clone)]
pub struct TopicEvent<T> {
    /// Its index among the topic's events; `None` for a deletion.
    kind: Option<usize>,
    key: KeyBuffer,
    headers: Headers,
    payload: Result<Vec<u8>, EncodeError>,
    topic: PhantomData<fn() -> T>,
}

impl<E: KafkaEvent> From<E> for TopicEvent<E::Topic> {
    fn from(event: E) -> Self {
        let (mut key, mut headers, mut payload) = (KeyBuffer::new(), Headers::new(), Vec::new());
        let ordered = event.ordered_key(&mut key);
        event.headers(&mut headers);
        let payload = ordered.and_then(|()| event.write_payload(&mut payload)).map(|()| payload);
        let kind = E::Topic::EVENTS.iter().position(|kind| kind.name == E::NAME).unwrap_or_default();
        Self { kind: Some(kind), key, headers, payload, topic: PhantomData }
    }
}

impl<T> TopicEvent<T> {
    /// The deletion of a key of a compacted topic: a record without a value.
    pub fn deleted(key: KeyBuffer) -> Self {
        Self { kind: None, key, headers: Headers::new(), payload: Ok(Vec::new()), topic: PhantomData }
    }
}

/// Passes events to `handler` one after another. Each is encoded and decoded again, and retried as the contract
/// specifies, but without pauses. Pass events of several types as [`TopicEvent`]s.
pub async fn deliver<H, E>(handler: H, events: impl IntoIterator<Item = E>) -> Outcome
where
    H: Handler,
    E: Into<TopicEvent<H::Events>>,
{
    let mut outcome = Outcome::default();
    for (index, event) in events.into_iter().enumerate() {
        let event: TopicEvent<H::Events> = event.into();
        let payload = match event.payload {
            Ok(payload) => payload,
            Err(error) => {
                outcome.stopped = Some(format!("event {index} cannot be encoded: {error}"));
                return outcome;
            }
        };
        let offset = i64::try_from(index).unwrap_or(i64::MAX);
        let mut delivery = Delivery::new(H::Events::TOPIC.name, 0, offset);
        delivery.key = event.key.as_bytes().map(|key| key.to_vec().into());
        delivery.headers = event.headers;
        loop {
            let attempted = match event.kind {
                Some(kind) => attempt(&handler, kind, &payload, DecodeOptions::DEFAULT, &delivery).await,
                None => {
                    let key = event.key.as_bytes().unwrap_or_default();
                    attempt_deletion(&handler, key, &delivery).await
                }
            };
            match attempted {
                AttemptOutcome::Handled => outcome.handled += 1,
                AttemptOutcome::Retry { .. } | AttemptOutcome::Later { .. } => {
                    outcome.retried += 1;
                    delivery.attempt += 1;
                    continue;
                }
                AttemptOutcome::Skipped { attempts, cause } => outcome.skipped.push(Skipped {
                    index,
                    key: delivery.key.as_deref().map(<[u8]>::to_vec),
                    error: cause,
                    attempts,
                }),
                AttemptOutcome::DeadLetter(reason) => outcome.dead_letters.push(DeadLetter {
                    index,
                    key: delivery.key.as_deref().map(<[u8]>::to_vec),
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
