//! Derived events that are messages of prost, generated events of the exported schema and prost-reflect decode what the
//! others encode.

mod event;
#[path = "../../conformance/tests/support/messages.rs"]
mod messages;

use derive_tests::generated::com::example::messages as generated;
use derive_tests::messages::{
    Choice, EverythingMessage, Inner, Kind, LooseMessage, MessagesEverythingV1, Part,
};
use derive_tests::written_by_prost::Written;
use eventgen::protobuf::Symbol;
use eventgen::types::prost::Message as _;
use eventgen::{DecodeError, DecodeOptions, EncodeError, KafkaEvent, KeyBuffer, TopicEvents};
use eventgen_schema::Loader;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor};

use event::{key_and_headers, written};
use messages::Decisions;

/// The descriptor of an event in the exported file, as the front end compiles it.
fn descriptor<E: KafkaEvent>() -> MessageDescriptor {
    let loaded =
        Loader::new().path(concat!(env!("CARGO_MANIFEST_DIR"), "/schemas")).load().expect("a contract");
    let pool = DescriptorPool::decode(loaded.contract.protobuf().descriptor_set).expect("descriptors");
    pool.get_message_by_name(E::NAME).expect("the event's message")
}

/// Compares `Derived` and `Generated`. `is_ordered` is false for events whose encoding depends on the order of a hash
/// map.
fn compare<Derived, Generated>(is_ordered: fn(&Derived) -> bool)
where
    Derived: KafkaEvent + Clone + PartialEq + std::fmt::Debug,
    Generated: KafkaEvent + Clone + PartialEq + std::fmt::Debug,
{
    let descriptor = descriptor::<Derived>();
    let dynamic =
        |bytes: &[u8]| DynamicMessage::decode(descriptor.clone(), bytes).expect("prost-reflect decodes it");
    let mut runner = TestRunner::new(Config { cases: 400, ..Config::default() });
    let outcome = runner.run(&vec(any::<u8>(), 0..600), |decisions| {
        let theirs = Decisions(&decisions).message(&descriptor, 0).encode_to_vec();
        let failed = |error: eventgen::DecodeError| TestCaseError::fail(error.to_string());
        let derived = Derived::read_payload(&theirs).map_err(failed)?;
        let generated = Generated::read_payload(&theirs).map_err(failed)?;
        let (ours, other) = (written(&derived), written(&generated));
        prop_assert_eq!(dynamic(&ours), dynamic(&theirs));
        prop_assert_eq!(dynamic(&other), dynamic(&theirs));
        if is_ordered(&derived) {
            prop_assert_eq!(&ours, &other);
        }
        prop_assert_eq!(Derived::read_payload(&other).map_err(failed)?, derived.clone());
        prop_assert_eq!(Generated::read_payload(&ours).map_err(failed)?, generated.clone());
        prop_assert_eq!(key_and_headers(&derived), key_and_headers(&generated));
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{}: {error}", Derived::NAME);
    }
}

#[test]
fn every_kind_of_field_has_the_same_encoding() {
    compare::<EverythingMessage, generated::EverythingMessage>(|event| event.hash_map.len() < 2);
}

#[test]
fn types_of_prost_build_have_the_same_encoding() {
    // Any of the lines may contain a hash map.
    compare::<Written, generated::Written>(|_| false);
}

#[test]
fn a_record_has_no_key_while_a_field_of_it_is_absent() {
    compare::<LooseMessage, generated::LooseMessage>(|_| true);
    let mut key = KeyBuffer::new();
    let inner = Inner { kind: 0, note: Some("in".to_owned()) };
    let mut event =
        LooseMessage { note: Some("a".to_owned()), maybe_kind: Some(1), count: 7, inner: Some(inner) };
    event.key(&mut key);
    assert_eq!(key.as_bytes(), Some(b"a|KIND_FIRST|7|in|KIND_UNSPECIFIED".as_slice()));
    key.clear();
    event.inner = None;
    event.key(&mut key);
    assert_eq!(key.as_bytes(), None);
}

#[test]
fn derived_and_generated_events_are_equal() {
    assert_eq!(MessagesEverythingV1::TOPIC, generated::MessagesEverythingV1::TOPIC);
    assert_eq!(MessagesEverythingV1::TOPIC.handler_timeout, Some(std::time::Duration::from_secs(45)));
    assert_eq!(MessagesEverythingV1::TOPIC.groups, ["everything-reader", "other-reader"]);
    assert_eq!(EverythingMessage::NAME, <generated::EverythingMessage as KafkaEvent>::NAME);
    assert_eq!(EverythingMessage::SUBJECT, <generated::EverythingMessage as KafkaEvent>::SUBJECT);
    assert_eq!(EverythingMessage::schema(), generated::EverythingMessage::schema());
}

fn key(event: &EverythingMessage) -> String {
    let mut key = KeyBuffer::new();
    event.key(&mut key);
    String::from_utf8(key.as_bytes().expect("a key").to_vec()).expect("UTF-8")
}

#[test]
fn an_event_without_a_message_that_its_key_is_in_is_not_produced() {
    let mut event = EverythingMessage::default();
    let error = event.ordered_key(&mut KeyBuffer::new()).expect_err("no key");
    assert!(matches!(error, EncodeError::AbsentKey { .. }), "{error}");
    assert!(error.to_string().contains("part."), "{error}");
    event.part = Some(Part { small: 0, inner: Some(Box::new(Inner::default())) });
    assert_eq!(event.ordered_key(&mut KeyBuffer::new()), Ok(()));
}

#[test]
fn an_absent_scalar_is_its_default_in_a_key() {
    let mut event = EverythingMessage { id: "o|1".to_owned(), ..EverythingMessage::default() };
    let inner = Inner { kind: Kind::Last.into(), note: None };
    event.part = Some(Part { small: -3, inner: Some(Box::new(inner)) });
    event.kind = 77;
    assert_eq!(key(&event), "o\\|1|-3|KIND_THE_LAST|77|");
    let headers = key_and_headers(&event).1;
    assert_eq!(headers.text("note"), None);
    assert_eq!(headers.text("maybe-kind"), None);
    assert_eq!(headers.text("small"), Some("-3"));
    event.note = Some(String::new());
    event.maybe_kind = Some(Kind::First.into());
    let headers = key_and_headers(&event).1;
    assert_eq!(headers.text("note"), Some(""));
    assert_eq!(headers.text("maybe-kind"), Some("KIND_FIRST"));
}

#[test]
fn the_key_of_values_is_the_key_of_the_event_with_these_values() {
    let inner = Inner { kind: Kind::Last.into(), note: None };
    let part = Some(Part { small: -3, inner: Some(Box::new(inner)) });
    let event = EverythingMessage { id: "o|1".to_owned(), part, kind: 77, ..EverythingMessage::default() };
    let of_derived = EverythingMessage::key_of("o|1", -3, Kind::Last.into(), Symbol::new(None, 77), "");
    let of_generated = generated::EverythingMessage::key_of("o|1", -3, Kind::Last, 77, "");
    assert_eq!(of_derived.as_bytes(), Some(key(&event).as_bytes()));
    assert_eq!(of_generated, of_derived);
}

#[test]
fn payloads_of_derived_messages_are_limited() {
    let part = Part { small: 1, inner: Some(Box::new(Inner::default())) };
    let event = EverythingMessage { part: Some(part), ..EverythingMessage::default() };
    let payload = written(&event);
    let read =
        |depth| EverythingMessage::read_payload_with(&payload, DecodeOptions::DEFAULT.with_max_depth(depth));
    assert_eq!(read(2), Ok(event));
    assert_eq!(read(1), Err(DecodeError::TooDeep { limit: 1 }));
}

#[test]
fn members_of_a_oneof_are_fields_of_its_message() {
    let event = EverythingMessage { choice: Some(Choice::OtherKind(1)), ..EverythingMessage::default() };
    let bytes = event.encode_to_vec();
    let message = DynamicMessage::decode(descriptor::<EverythingMessage>(), bytes.as_slice())
        .expect("prost-reflect decodes it");
    assert!(message.has_field_by_name("other_kind"));
}
