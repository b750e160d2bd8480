//! The event that is sent: the small event of the codec benchmark, with a contract.

#![allow(dead_code, missing_docs, unreachable_pub, reason = "generated code")]

use std::time::{Duration, SystemTime};

use eventgen::types::rust_decimal::Decimal;
use eventgen::{DecodeError, KafkaEvent as _, KeyBuffer};

include!(concat!(env!("OUT_DIR"), "/eventgen.rs"));

pub(crate) use com::example::bench::{BenchOrdersV1, OrderEvent, OrderEventType};

/// The frame of the registry's wire format: a zero, and the schema id in four bytes.
pub(crate) const FRAME: usize = 5;

/// The event number `number`, of one of `keys` customers. Its value has 107 bytes and the frame. Ids look random, so that
/// batches compress as those of real events do.
pub(crate) fn order(number: usize, keys: usize) -> OrderEvent {
    let (order, request) = (random(number), random(number + 1));
    let customer = usize::try_from(order % 1_000_000).unwrap_or_default() % keys;
    OrderEvent {
        order_id: format!("{:08x}-9d47-4a6b-b0c5-{:012x}", order >> 32, request >> 16),
        customer_id: format!("customer-{customer:06}"),
        r#type: OrderEventType::ALL[number % OrderEventType::ALL.len()],
        amount: Decimal::new(18_000_000 + i64::try_from(order % 50_000).unwrap_or_default(), 2),
        currency: "EUR".to_owned(),
        timestamp: (SystemTime::UNIX_EPOCH + Duration::from_millis(1_767_225_600_123 + number as u64)).into(),
        correlation_id: Some(format!("checkout-eu-west-1-{:012x}-0017", request & 0xFFFF_FFFF_FFFF)),
    }
}

/// A number that looks random, by the finalizer of SplitMix64.
pub(crate) fn random(number: usize) -> u64 {
    let mut mixed = (number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

/// Decodes the value of a record as an application without a framework does: past the frame, with the schema of this build.
pub(crate) fn decode(value: &[u8]) -> Result<OrderEvent, DecodeError> {
    OrderEvent::read_payload(value.get(FRAME..).unwrap_or_default())
}

/// An encoded event, for peers that send bytes.
pub(crate) struct Encoder {
    frame: [u8; FRAME],
    key: KeyBuffer,
    value: Vec<u8>,
}

impl Encoder {
    /// An encoder of events with a schema id.
    pub(crate) fn new(schema_id: u32) -> Self {
        let mut frame = [0; FRAME];
        frame[1..].copy_from_slice(&schema_id.to_be_bytes());
        Self { frame, key: KeyBuffer::new(), value: Vec::new() }
    }

    /// Key, value and the value of the one header of an event.
    pub(crate) fn encode(&mut self, event: &OrderEvent) -> (&[u8], &[u8], &[u8]) {
        self.key.clear();
        event.key(&mut self.key);
        self.value.clear();
        self.value.extend_from_slice(&self.frame);
        event.write_payload(&mut self.value).expect("the event has a value of its schema");
        let header = event.r#type.as_str().as_bytes();
        (self.key.as_bytes().unwrap_or_default(), &self.value, header)
    }
}
