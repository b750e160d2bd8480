//! The parts of a record.

use eventgen::{Headers, KafkaEvent, KeyBuffer};

/// The payload of an event.
pub(crate) fn written(event: &impl KafkaEvent) -> Vec<u8> {
    let mut payload = Vec::new();
    event.write_payload(&mut payload).expect("the event encodes");
    payload
}

/// The key and the headers of an event.
pub(crate) fn key_and_headers(event: &impl KafkaEvent) -> (KeyBuffer, Headers) {
    let (mut key, mut headers) = (KeyBuffer::new(), Headers::new());
    event.key(&mut key);
    event.headers(&mut headers);
    (key, headers)
}
