//! What handlers send in transactions.

use eventgen::{DecodeOptions, EncodedRecord, Headers, KafkaEvent, TopicEvents as _, wire};

/// An event or a deletion that a handler has sent: see [`deliver_transactional`](crate::deliver_transactional).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SentRecord {
    /// The index of the event whose handler has sent it, from 0.
    pub index: usize,
    /// The topic, by its name in the contract.
    pub topic: String,
    /// The record key.
    pub key: Option<Vec<u8>>,
    /// The record headers.
    pub headers: Headers,
    /// In the frame with the index of the event among those of its topic; `None` for a deletion.
    value: Option<Vec<u8>>,
}

impl SentRecord {
    pub(crate) fn new(index: usize, record: EncodedRecord) -> Self {
        let EncodedRecord { topic, key, headers, value, .. } = record;
        Self { index, topic, key, headers, value }
    }

    /// Whether it is the deletion of its key.
    pub fn is_deletion(&self) -> bool {
        self.value.is_none()
    }

    /// The event; `None` if it is one of another type, or a deletion.
    ///
    /// # Panics
    /// If it does not decode, which is a fault of its implementation of [`KafkaEvent`].
    pub fn event<E: KafkaEvent>(&self) -> Option<E> {
        let (kind, payload) = self.value.as_deref().and_then(|value| wire::parse(value).ok())?;
        let sent = E::Topic::EVENTS.get(kind.0 as usize)?;
        if E::Topic::TOPIC.name != self.topic || sent.name != E::NAME {
            return None;
        }
        let payload = match E::schema().message_indexes() {
            Some(_) => wire::parse_message_indexes(payload).ok()?.1,
            None => payload,
        };
        let event = E::read_payload_with(payload, DecodeOptions::DEFAULT);
        Some(
            event.unwrap_or_else(|error| {
                panic!("an event `{}` that was sent does not decode: {error}", E::NAME)
            }),
        )
    }
}
