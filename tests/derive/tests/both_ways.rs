//! Derived events, generated events of the same schema and apache-avro decode what the others encode. Derived and
//! generated events encode the same bytes.

mod event;
#[path = "../../conformance/tests/support/mod.rs"]
mod support;

use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::types::Value;
use derive_tests::everything::{DeriveEverythingV1, Everything};
use derive_tests::generated::com::example::derive as generated;
use derive_tests::generated_orders::com::example::orders as generated_orders;
use derive_tests::orders;
use eventgen::{KafkaEvent, TopicEvents};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use event::{key_and_headers, written};
use support::Avro;

/// Restricts numbers to the narrow types of the fields with these names.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "truncated to the type")]
fn narrow(name: &str, value: Value) -> Value {
    let within = |number: i64| match name {
        "tiny" => i64::from(number as i8),
        "byte" => i64::from(number as u8),
        "short" | "small" => i64::from(number as i16),
        "unsigned_short" | "maybe_small" | "shorts" => i64::from(number as u16),
        "unsigned" => i64::from(number as u32),
        "large" | "size" => number & i64::MAX,
        _ => number,
    };
    match value {
        Value::Int(number) => Value::Int(i32::try_from(within(number.into())).expect("narrower than an int")),
        Value::Long(number) => Value::Long(within(number)),
        Value::Union(index, inner) => Value::Union(index, Box::new(narrow(name, *inner))),
        Value::Array(items) => Value::Array(items.into_iter().map(|item| narrow(name, item)).collect()),
        Value::Map(entries) => {
            Value::Map(entries.into_iter().map(|(key, value)| (key, narrow(name, value))).collect())
        }
        Value::Record(fields) => Value::Record(
            fields
                .into_iter()
                .map(|(name, value)| {
                    let value = narrow(&name, value);
                    (name, value)
                })
                .collect(),
        ),
        other => other,
    }
}

fn read(avro: &Avro, bytes: &[u8]) -> Value {
    let reader = GenericDatumReader::builder(&avro.schema).build().expect("a reader");
    let mut rest = bytes;
    let value = reader.read_value(&mut rest).expect("apache-avro decodes a derived event");
    assert!(rest.is_empty(), "bytes left over");
    value
}

/// Compares `Derived`, `Generated` and apache-avro, which have one schema.
fn compare<Derived, Generated>()
where
    Derived: KafkaEvent + PartialEq + std::fmt::Debug + for<'a> eventgen::avro::Decode<'a>,
    Generated: KafkaEvent + PartialEq + std::fmt::Debug,
{
    let avro = Avro::of::<Derived>();
    let mut runner = TestRunner::new(Config { cases: 300, ..Config::default() });
    let outcome = runner.run(&avro.values(true), |value| {
        let value = narrow("", value);
        let theirs = avro.write(&value);
        let derived =
            Derived::read_payload(&theirs).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let generated =
            Generated::read_payload(&theirs).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let (ours, other) = (written(&derived), written(&generated));
        prop_assert_eq!(&ours, &other);
        prop_assert_eq!(&read(&avro, &ours), &value);
        prop_assert!(Derived::read_payload(&other).is_ok_and(|event| event == derived));
        prop_assert!(Generated::read_payload(&ours).is_ok_and(|event| event == generated));
        prop_assert_eq!(key_and_headers(&derived), key_and_headers(&generated));
        // Into an existing value.
        let mut reused = Derived::read_payload(&theirs).expect("as above");
        eventgen::avro::read_into(&ours, &mut reused).expect("as above");
        prop_assert_eq!(&reused, &derived);
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{}: {error}", Derived::NAME);
    }
}

#[test]
fn every_type_of_field_has_the_same_encoding() {
    compare::<Everything, generated::Everything>();
}

#[test]
fn types_for_a_schema_file_have_the_same_encoding() {
    compare::<orders::OrderEvent, generated_orders::OrderEvent>();
    assert_eq!(orders::OrdersEventsV1::TOPIC, generated_orders::OrdersEventsV1::TOPIC);
    assert_eq!(orders::OrderEvent::schema(), generated_orders::OrderEvent::schema());
}

#[test]
fn derived_and_generated_topics_are_equal() {
    assert_eq!(DeriveEverythingV1::TOPIC, generated::DeriveEverythingV1::TOPIC);
    assert_eq!(DeriveEverythingV1::TOPIC.handler_timeout, Some(std::time::Duration::from_secs(45)));
    assert_eq!(DeriveEverythingV1::TOPIC.groups, ["everything-reader"]);
    assert_eq!(Everything::NAME, <generated::Everything as KafkaEvent>::NAME);
    assert_eq!(Everything::SUBJECT, <generated::Everything as KafkaEvent>::SUBJECT);
    assert_eq!(Everything::schema(), generated::Everything::schema());
}

#[test]
fn decoding_errors_are_equal() {
    let payload = [2, b'x'];
    let ours = Everything::read_payload(&payload).expect_err("the payload is truncated");
    let theirs = generated::Everything::read_payload(&payload).expect_err("the payload is truncated");
    assert_eq!(ours, theirs);
    assert_eq!(ours.to_string(), theirs.to_string());
}
