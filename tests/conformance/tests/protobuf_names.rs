//! Messages whose names are different in Protobuf and equal in Rust: they compile, are written as before, and keep the
//! names that they have in Protobuf wherever those are seen.

use conformance_tests::conformance::conformance::collisions::fields::defaults::Kind;
use conformance_tests::conformance::conformance::collisions::fields::event::Choice;
use conformance_tests::conformance::conformance::collisions::fields::{Defaults, Event};
use conformance_tests::conformance::conformance::collisions::foo::bar_baz::v1::Event2;
use conformance_tests::conformance::conformance::collisions::local::{Hidden, Inner, ScalarWrapper, hidden};
use conformance_tests::conformance::conformance::collisions::types::{HttpCode, HttpServer};
use eventgen::{Headers, KafkaEvent, KeyBuffer};

#[path = "support/both_ways.rs"]
mod both_ways;
#[path = "support/messages.rs"]
mod messages;

use both_ways::both_ways;

fn key(event: &impl KafkaEvent) -> String {
    let mut key = KeyBuffer::new();
    event.key(&mut key);
    String::from_utf8(key.as_bytes().expect("a key").to_vec()).expect("UTF-8")
}

#[test]
fn renamed_messages_are_read_and_written_as_before() {
    both_ways::<HttpServer>();
    both_ways::<Event>();
    both_ways::<Event2>();
}

#[test]
fn events_keep_the_names_of_the_schema() {
    assert_eq!(HttpServer::NAME, "conformance.collisions.types.HttpServer");
    assert_eq!(Event2::NAME, "conformance.collisions.Foo.bar_baz.v1.Event");
}

#[test]
fn keys_and_headers_follow_renamed_fields() {
    let event = Event {
        foo_bar_2: "camel".to_owned(),
        foo_bar: "snake".to_owned(),
        foo_bar_3: Some("pascal".to_owned()),
        choice: Some(Choice::ChoiceB3("chosen".to_owned())),
        ..Event::default()
    };
    assert_eq!(key(&event), "camel|snake");
    let mut headers = Headers::new();
    event.headers(&mut headers);
    assert_eq!((headers.text("chosen"), headers.text("third")), (Some("chosen"), Some("pascal")));
}

#[test]
fn enum_values_keep_the_names_of_the_schema() {
    assert_eq!(HttpCode::FooBar.as_str_name(), "fooBar");
    assert_eq!(HttpCode::FooBar2.as_str_name(), "FOO_BAR");
    assert_eq!(HttpCode::from_str_name("FOO_BAR"), Some(HttpCode::FooBar2));
    assert_eq!(HttpCode::from_str_name("foo_bar_2"), Some(HttpCode::FooBar22));
    let event = HttpServer { http_code: HttpCode::FooBar2.into(), ..HttpServer::default() };
    let mut headers = Headers::new();
    event.headers(&mut headers);
    assert_eq!(headers.text("code"), Some("FOO_BAR"));
}

#[test]
fn defaults_mean_what_they_mean_in_protobuf() {
    let defaults = Defaults::default();
    assert_eq!((defaults.alias(), defaults.renamed()), (Kind::First, Kind::FooBar2));
    assert!(defaults.no_number().is_nan());
    assert_eq!((defaults.large(), defaults.small()), (f32::INFINITY, f32::NEG_INFINITY));
    assert!(defaults.larger().is_infinite() && defaults.tiny().abs() < f32::MIN_POSITIVE);
}

#[test]
fn enums_with_the_names_of_local_types_of_prost_are_printed() {
    let event = Hidden {
        optional: Some(Inner::A.into()),
        repeated: vec![Inner::A.into()],
        plain: ScalarWrapper::B.into(),
        choice: Some(hidden::Choice::Chosen(hidden::Inner::C.into())),
        ..Hidden::default()
    };
    let printed = format!("{event:?}");
    assert!(printed.contains("optional: Some(A), repeated: [A], plain: B"), "{printed}");
    assert!(printed.contains("choice: Some(Chosen(C))"), "{printed}");
    both_ways::<Hidden>();
}
