//! The topic of the copies. Its event is the one that is consumed.

use eventgen::{
    DecodeError, DecodeOptions, EncodeError, EventKind, Headers, KafkaEvent, KeyBuffer, Schema, Topic,
    TopicEvents,
};

use crate::event::OrderEvent;
use crate::event::com::example::bench::bench_orders_v1;

/// An order on the other topic.
pub(super) struct Copied(pub(super) OrderEvent);

/// The events of the other topic.
pub(super) struct Copies;

impl TopicEvents for Copies {
    const TOPIC: &'static Topic = &bench_orders_v1::TOPIC.renamed("bench.copies.v1");
    const EVENTS: &'static [EventKind] = &[EventKind::of::<Copied>()];

    fn read_payload(_: usize, payload: &[u8], options: DecodeOptions) -> Result<Self, DecodeError> {
        Copied::read_payload_with(payload, options).map(|_| Self)
    }
}

impl KafkaEvent for Copied {
    type Topic = Copies;
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
