//! Topics with numbered order events of many customers, which are filled before a group consumes them.

use eventgen::{
    DeadLetterTopic, DecodeError, DecodeOptions, EncodeError, EventKind, Headers, KafkaEvent, KeyBuffer,
    Schema, Topic, TopicEvents,
};
use orders::events::com::example::orders::{OrderEvent, OrdersEventsV1, orders_events_v1};
use orders::sample::order;

/// The number of customers in a backlog. Each is a record key.
pub const CUSTOMERS: usize = 1_250;
/// The number of records in the large backlog.
pub const LARGE: usize = 200_000;
/// The number of records in the small backlog.
pub const SMALL: usize = 120_000;

/// An event on the topic that contains `RECORDS` of them. It is the orders topic under another name, so that tests that fill
/// it do not disturb those that use the contract's topic.
#[derive(Debug)]
pub struct Backlog<const RECORDS: usize>(OrderEvent);

impl<const RECORDS: usize> Backlog<RECORDS> {
    /// The topic and its dead-letter topic.
    const NAMES: (&str, &str) = match RECORDS {
        LARGE => ("backlog.large", "backlog.large.dlq"),
        SMALL => ("backlog.small", "backlog.small.dlq"),
        _ => panic!("there is no topic with this number of records"),
    };

    /// The record number `number`, counted from 0.
    pub fn record(number: usize) -> Self {
        Self(order(number / CUSTOMERS, &format!("customer-{:04}", number % CUSTOMERS)))
    }

    /// The number of the event's customer, and the sequence number of the event among those of the customer.
    pub fn position(&self) -> (usize, usize) {
        let number = |id: &str| id.rsplit('-').next().and_then(|number| number.parse().ok());
        let position = number(&self.0.customer_id).zip(number(&self.0.order_id));
        position.expect("ids of the sample end with a number")
    }
}

impl<const RECORDS: usize> TopicEvents for Backlog<RECORDS> {
    const TOPIC: &'static Topic =
        &orders_events_v1::TOPIC.renamed(Self::NAMES.0).with_dead_letter(DeadLetterTopic::new(Self::NAMES.1));
    const EVENTS: &'static [EventKind] = OrdersEventsV1::EVENTS;

    fn read_payload(kind: usize, payload: &[u8], options: DecodeOptions) -> Result<Self, DecodeError> {
        OrdersEventsV1::read_payload(kind, payload, options)
            .map(|OrdersEventsV1::OrderEvent(event)| Self(event))
    }
}

impl<const RECORDS: usize> KafkaEvent for Backlog<RECORDS> {
    type Topic = Self;
    const NAME: &'static str = OrderEvent::NAME;
    const SUBJECT: &'static str = OrderEvent::SUBJECT;

    fn schema() -> Schema {
        OrderEvent::schema()
    }

    fn key(&self, key: &mut KeyBuffer) {
        self.0.key(key);
    }

    fn headers(&self, headers: &mut Headers) {
        self.0.headers(headers);
    }

    fn write_payload(&self, payload: &mut Vec<u8>) -> Result<(), EncodeError> {
        self.0.write_payload(payload)
    }

    fn read_payload_with(payload: &[u8], options: DecodeOptions) -> Result<Self, DecodeError> {
        OrderEvent::read_payload_with(payload, options).map(Self)
    }
}
