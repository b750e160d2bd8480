//! Messages of editions: prost-reflect reads what the generated code writes, and the features are those of the schema.

use conformance_tests::conformance::conformance::edition::explicit::Nested;
use conformance_tests::conformance::conformance::edition::{Color, Explicit, Implicit, Kind};
use eventgen::{Headers, KafkaEvent, KeyBuffer};

#[path = "support/both_ways.rs"]
mod both_ways;
#[path = "support/messages.rs"]
mod messages;

use both_ways::both_ways;

fn written(event: &impl KafkaEvent) -> Vec<u8> {
    let mut bytes = Vec::new();
    event.write_payload(&mut bytes).expect("it is written");
    bytes
}

fn key(event: &impl KafkaEvent) -> String {
    let mut key = KeyBuffer::new();
    event.key(&mut key);
    String::from_utf8(key.as_bytes().expect("a key").to_vec()).expect("UTF-8")
}

#[test]
fn messages_of_editions_round_trip() {
    both_ways::<Explicit>();
    both_ways::<Implicit>();
}

#[test]
fn fields_have_presence_unless_it_is_implicit() {
    let event = Explicit { note: Some(String::new()), ..Explicit::default() };
    assert_eq!(written(&event), [0x0a, 0, 0x12, 0], "a required field and a present one");
    assert_eq!((Explicit::default().note(), Explicit::default().kind()), ("none", Kind::Two));
    assert!(written(&Implicit::default()).is_empty());
    let event = Implicit { present: Some(0), ..Implicit::default() };
    assert_eq!(written(&event), [0x20, 0]);
}

#[test]
fn repeated_fields_are_packed_unless_they_are_expanded() {
    let event = Explicit { packed: vec![1, 2], expanded: vec![1, 2], ..Explicit::default() };
    assert_eq!(written(&event), [0x0a, 0, 0x22, 2, 1, 2, 0x28, 1, 0x28, 2]);
    let event = Implicit { packed: vec![1, 0], expanded: vec![1, 2], ..Implicit::default() };
    assert_eq!(written(&event), [0x30, 1, 0x30, 2, 0x3a, 2, 1, 0]);
}

#[test]
fn delimited_messages_end_with_a_tag() {
    let nested = Nested { text: Some("a".to_owned()), ..Nested::default() };
    let event = Explicit { nested: Some(nested), ..Explicit::default() };
    assert_eq!(written(&event), [0x0a, 0, 0x33, 0x0a, 1, b'a', 0x34]);
}

#[test]
fn keys_and_headers_are_read() {
    let nested = Nested { text: Some("deep".to_owned()), ..Nested::default() };
    let event = Explicit { id: "1".to_owned(), nested: Some(nested), ..Explicit::default() };
    assert_eq!(key(&event), "1");
    let mut headers = Headers::new();
    event.headers(&mut headers);
    assert_eq!((headers.text("nested"), headers.text("note")), (Some("deep"), None));
    let event = Implicit { id: "1".to_owned(), color: Color::Red.into(), ..Implicit::default() };
    assert_eq!(key(&event), "1|0");
    let mut headers = Headers::new();
    event.headers(&mut headers);
    assert_eq!((headers.text("present"), headers.text("color")), (None, Some("COLOR_RED")));
}
