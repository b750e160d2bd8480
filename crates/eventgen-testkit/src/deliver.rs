//! Passes events to a handler without a broker, with the runtime's retries, dead letters and order.

use std::marker::PhantomData;

use eventgen::private::{AttemptOutcome, Rehearsal, Rehearsed, unregistered_key};
use eventgen::{
    Delivery, Disposition, EncodeError, Handler, Headers, KafkaEvent, KeyBuffer, TopicEvents,
    TransactionOptions,
};

use crate::SentRecord;

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
    /// What would be written in the transactions of the consumer, in order: see [`deliver_transactional`].
    pub sent: Vec<SentRecord>,
}

impl Outcome {
    /// The events of one type that would be written, in order.
    ///
    /// # Panics
    /// If one does not decode, which is a fault of its implementation of [`KafkaEvent`].
    pub fn sent_events<E: KafkaEvent>(&self) -> Vec<E> {
        self.sent.iter().filter_map(SentRecord::event).collect()
    }
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
/// specifies, but without pauses. Pass events of several types as [`TopicEvent`]s. A handler that takes longer than the contract's
/// `handlerTimeout` is cancelled, which needs a Tokio runtime with a clock, such as that of `#[tokio::test]`. Typed keys have the
/// schema id 0.
///
/// The handler is that of a consumer without transactions: [`Delivery::send`] stops it. [`deliver_transactional`] is for the others.
pub async fn deliver<H, E>(handler: H, events: impl IntoIterator<Item = E>) -> Outcome
where
    H: Handler,
    E: Into<TopicEvent<H::Events>>,
{
    deliver_in(&Rehearsal::default(), handler, events).await
}

/// The same for the handler of a [transactional](eventgen::Consumer::transactional) consumer with these options. What it
/// [sends](Delivery::send) is in [`Outcome::sent`]: that of attempts that succeed, which would be written in the transaction that
/// commits the record. An event of a topic that the options do not name stops the consumer, and one that is larger than its
/// contract accepts is an error, as in production.
///
/// ```ignore
/// let transactions = TransactionOptions::new("warehouse-0").writes::<ShopStockV1>();
/// let outcome = deliver_transactional(ShopOrdersV1::handler(Warehouse), &transactions, [order]).await;
/// assert_eq!(outcome.sent_events::<StockMoved>(), [moved]);
/// ```
pub async fn deliver_transactional<H, E>(
    handler: H,
    options: &TransactionOptions,
    events: impl IntoIterator<Item = E>,
) -> Outcome
where
    H: Handler,
    E: Into<TopicEvent<H::Events>>,
{
    deliver_in(&Rehearsal::of(options), handler, events).await
}

async fn deliver_in<H, E>(consumer: &Rehearsal, handler: H, events: impl IntoIterator<Item = E>) -> Outcome
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
        delivery.key = unregistered_key::<H::Events>(&event.key).map(Into::into);
        delivery.headers = event.headers;
        let mut past = Rehearsed::default();
        loop {
            let mut attempted =
                consumer.attempt(&handler, event.kind, &payload, &mut delivery, &mut past).await;
            match consumer.end(&mut delivery, &mut attempted) {
                Ok(sent) => {
                    outcome.sent.extend(sent.into_iter().map(|record| SentRecord::new(index, record)));
                }
                Err(reason) => {
                    outcome.stopped = Some(reason);
                    return outcome;
                }
            }
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
                AttemptOutcome::DeadLetter(reason) => match consumer.dead_letter::<H>(&delivery, &reason) {
                    Ok(attempts) => outcome.dead_letters.push(DeadLetter {
                        index,
                        key: delivery.key.as_deref().map(<[u8]>::to_vec),
                        disposition: reason.disposition,
                        error: reason.message,
                        attempts,
                    }),
                    Err(reason) => {
                        outcome.stopped = Some(reason);
                        return outcome;
                    }
                },
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
