//! Events in Protobuf: prost and prost-reflect read what the other writes, and keys and headers follow the schema.

use std::collections::BTreeMap;

use conformance_tests::conformance::conformance::legacy::{Kind, Legacy, legacy};
use conformance_tests::conformance::conformance::protobuf::everything::{Color, Inner, Picked, inner::Deep};
use conformance_tests::conformance::conformance::protobuf::nested::{ConformanceProtobufAwkwardV1, outer};
use conformance_tests::conformance::conformance::protobuf::{ConformanceProtobufEverythingV1, Everything};
use eventgen::{EncodeError, Headers, KafkaEvent, KeyBuffer, Schema, TopicEvents};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

#[path = "support/both_ways.rs"]
mod both_ways;
#[path = "support/messages.rs"]
mod messages;

use both_ways::both_ways;

#[test]
fn every_kind_of_field_round_trips() {
    both_ways::<Everything>();
}

#[test]
fn awkward_names_and_nested_events_round_trip() {
    both_ways::<outer::Event>();
    both_ways::<outer::Self_>();
}

#[test]
fn what_only_proto2_has() {
    both_ways::<Legacy>();
}

fn key(event: &impl KafkaEvent) -> String {
    let mut key = KeyBuffer::new();
    event.key(&mut key);
    String::from_utf8(key.as_bytes().expect("a key").to_vec()).expect("UTF-8")
}

fn headers(event: &impl KafkaEvent) -> BTreeMap<String, String> {
    let mut headers = Headers::new();
    event.headers(&mut headers);
    let names = [
        "timestamp",
        "note",
        "maybe",
        "maybe-color",
        "choice",
        "chosen",
        "wrapped",
        "color",
        "fixed",
        "kind",
    ];
    names.into_iter().filter_map(|name| Some((name.to_owned(), headers.text(name)?.to_owned()))).collect()
}

#[test]
fn an_event_without_a_message_that_its_key_is_in_is_not_produced() {
    let ordered = |event: &Everything| event.ordered_key(&mut KeyBuffer::new());
    let absent = |event: &Everything| ordered(event).expect_err("no key").to_string();
    let mut event = Everything::default();
    assert!(absent(&event).contains("(inner.deep."), "{}", absent(&event));
    assert!(matches!(ordered(&event), Err(EncodeError::AbsentKey { .. })));
    event.inner = Some(Inner::default());
    assert!(absent(&event).contains("(inner.deep."), "{}", absent(&event));
    assert!(matches!(ordered(&event), Err(EncodeError::AbsentKey { .. })));
    event.inner = Some(Inner { deep: Some(Deep::default()) });
    assert_eq!(ordered(&event), Ok(()));
}

#[test]
fn an_absent_scalar_is_its_default_in_a_key_and_an_absent_field_sets_no_header() {
    let event = Everything { inner: Some(Inner { deep: Some(Deep::default()) }), ..Everything::default() };
    assert_eq!(key(&event), "|0|0|false|COLOR_UNSPECIFIED||COLOR_UNSPECIFIED");
    let expected = [("color", "COLOR_UNSPECIFIED"), ("fixed", "0")];
    assert_eq!(headers(&event), expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
}

#[test]
fn keys_and_headers_go_through_messages_and_oneofs() {
    let deep = Deep { id: "a|b".to_owned(), shade: Color::Blue.into() };
    let inner = Inner { deep: Some(deep) };
    let event = Everything {
        text: "text".to_owned(),
        int32: -1,
        uint64: u64::MAX,
        yes: true,
        color: 77,
        fixed64: u64::MAX - 1,
        inner: Some(inner.clone()),
        note: Some("a note".to_owned()),
        maybe: Some(0),
        maybe_color: Some(Color::Red.into()),
        picked: Some(Picked::PickedInner(inner)),
        at: Some(eventgen::types::prost_types::Timestamp { seconds: 1, nanos: 500_000_000 }),
        wrapped_int: Some(-5),
        ..Everything::default()
    };
    assert_eq!(key(&event), "text|-1|18446744073709551615|true|77|a\\|b|COLOR_BLUE");
    let expected = [
        ("timestamp", "1970-01-01T00:00:01.500Z"),
        ("note", "a note"),
        ("maybe", "0"),
        ("maybe-color", "COLOR_RED"),
        ("chosen", "a|b"),
        ("wrapped", "-5"),
        ("color", "77"),
        ("fixed", "18446744073709551614"),
    ];
    assert_eq!(headers(&event), expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
}

#[test]
fn required_fields_are_always_there() {
    let address = legacy::Address { city: "Delft".to_owned(), kind: Kind::A.into() };
    let event = Legacy { id: "1".to_owned(), address, kind: Some(Kind::B.into()), ..Legacy::default() };
    assert_eq!(key(&event), "1|Delft");
    assert_eq!(headers(&event)["kind"], "KIND_B");
}

#[test]
fn each_event_has_the_message_indexes_of_its_file() {
    let indexes = |schema: Schema| schema.message_indexes().expect("this is Protobuf");
    assert_eq!(indexes(Everything::schema()), [0]);
    assert_eq!(indexes(outer::Event::schema()), [0, 0]);
    assert_eq!(indexes(outer::Self_::schema()), [0, 1]);
    assert_eq!(ConformanceProtobufAwkwardV1::EVENTS.len(), 2);
    let file = ConformanceProtobufEverythingV1::EVENTS[0].schema().file().expect("this is Protobuf");
    assert_eq!((file.name, file.imports[0].name), ("everything.proto", "nested/awkward.proto"));
    assert!(!file.text.contains("eventgen"), "neither our option nor our import is registered");
}

#[test]
fn arbitrary_bytes_do_not_make_an_event_panic() {
    let mut runner = TestRunner::new(Config { cases: 2_000, ..Config::default() });
    let outcome = runner.run(&vec(any::<u8>(), 0..200), |bytes| {
        let _ = Everything::read_payload(&bytes);
        let _ = Legacy::read_payload(&bytes);
        Ok(())
    });
    outcome.expect("no panic");
    // A message that holds itself, deeper than any stack.
    let mut deep = Vec::new();
    for _ in 0..2_000 {
        let mut outer = vec![0xa2, 0x02];
        eventgen::types::prost::encoding::encode_varint(deep.len() as u64, &mut outer);
        outer.extend_from_slice(&deep);
        deep = outer;
    }
    assert!(Everything::read_payload(&deep).is_err());
}
