//! Limits on the payloads of generated messages.

use conformance_tests::conformance::conformance::edition::explicit::Nested;
use conformance_tests::conformance::conformance::edition::{Explicit, Implicit, Other};
use eventgen::{DecodeError, DecodeOptions, KafkaEvent};

fn written(event: &impl KafkaEvent) -> Vec<u8> {
    let mut bytes = Vec::new();
    event.write_payload(&mut bytes).expect("it is written");
    bytes
}

/// An event with messages inside each other, in groups.
fn nested(levels: usize) -> Explicit {
    let innermost = Nested { text: Some("deep".to_owned()), inner: None };
    let nested = (1..levels).fold(innermost, |inner, _| Nested { text: None, inner: Some(Box::new(inner)) });
    Explicit { nested: Some(nested), ..Explicit::default() }
}

#[test]
fn messages_inside_each_other_are_limited() {
    let read = |levels, options| Explicit::read_payload_with(&written(&nested(levels)), options);
    assert_eq!(read(64, DecodeOptions::DEFAULT), Ok(nested(64)));
    assert_eq!(read(65, DecodeOptions::DEFAULT), Err(DecodeError::TooDeep { limit: 64 }));
    let options = DecodeOptions::DEFAULT.with_max_depth(3);
    assert_eq!(read(3, options), Ok(nested(3)));
    assert_eq!(read(4, options), Err(DecodeError::TooDeep { limit: 3 }));
}

#[test]
fn messages_through_each_other_are_limited() {
    let other = Other { implicit: Some(Box::new(Implicit::default())), other: None };
    let event = Implicit { other: Some(Box::new(other)), ..Implicit::default() };
    let payload = written(&event);
    assert_eq!(Implicit::read_payload(&payload), Ok(event));
    let options = DecodeOptions::DEFAULT.with_max_depth(1);
    assert_eq!(Implicit::read_payload_with(&payload, options), Err(DecodeError::TooDeep { limit: 1 }));
}

#[test]
fn the_memory_of_repeated_messages_is_limited() {
    // Each of them takes two bytes.
    let event = Explicit { many: vec![Nested::default(); 10_000], ..Explicit::default() };
    let payload = written(&event);
    assert_eq!(Explicit::read_payload(&payload), Ok(event));
    let options = DecodeOptions::DEFAULT.with_memory(0).with_memory_per_byte(1);
    let error = Explicit::read_payload_with(&payload, options).expect_err("it takes too much memory");
    assert!(matches!(error, DecodeError::TooLarge { .. }), "{error}");
}
