//! Generated code and apache-avro read each other's payloads, for every event of this package.

mod support;

use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::types::Value;
use conformance_tests::conformance::NoNamespace;
use conformance_tests::conformance::conformance::shared::{first, second, third};
use conformance_tests::conformance::conformance::r#type::self_::crate_::Self_ as Awkward;
use conformance_tests::conformance::conformance::types::Everything;
use conformance_tests::features;
use conformance_tests::orders::com::example::orders::OrderEvent;
use eventgen::KafkaEvent;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use support::Avro;

fn read(avro: &Avro, bytes: &[u8]) -> Value {
    let reader = GenericDatumReader::builder(&avro.schema).build().expect("a reader");
    let mut rest = bytes;
    let value = reader.read_value(&mut rest).expect("apache-avro reads what generated code writes");
    assert!(rest.is_empty(), "bytes left over");
    value
}

fn both_ways<E: KafkaEvent + PartialEq + std::fmt::Debug>() {
    let avro = Avro::of::<E>();
    let mut runner = TestRunner::new(Config { cases: 400, ..Config::default() });
    let outcome = runner.run(&avro.values(false), |value| {
        let theirs = avro.write(&value);
        let event = E::read_payload(&theirs).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let mut ours = Vec::new();
        event.write_payload(&mut ours).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(&read(&avro, &ours), &value);
        prop_assert_eq!(&E::read_payload(&ours), &Ok(event));
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{}: {error}", E::NAME);
    }
}

#[test]
fn the_orders_sample_round_trips() {
    both_ways::<OrderEvent>();
}

#[test]
fn every_supported_type_round_trips() {
    both_ways::<Everything>();
}

#[test]
fn awkward_names_round_trip() {
    both_ways::<Awkward>();
}

#[test]
fn types_of_other_namespaces_round_trip() {
    both_ways::<first::FromCart>();
    both_ways::<second::Next>();
    both_ways::<third::Next>();
    both_ways::<NoNamespace>();
}

/// A test for each event of a feature.
macro_rules! features {
    ($($test:ident: $($event:ty),+;)*) => {$(
        #[test]
        fn $test() {
            $(both_ways::<$event>();)+
        }
    )*};
}

features! {
    defaults_of_every_type: features::defaults::feature::defaults::Defaults;
    hostile_text: features::hostile_text::feature::hostile::Hostile;
    logical_types_that_do_not_fit: features::ignored_logical_types::feature::ignored::Ignored;
    every_logical_type: features::logical_types::feature::logical::LogicalTypes;
    namespaces: features::namespaces::feature::namespaces::Outer;
    names_with_an_underscore: features::joined_names::feature::joined::Self_;
    names_that_mean_something: features::names::feature::names::Names;
    keys_that_may_be_null:
        features::nullable_keys::feature::nullable_keys::Sighting,
        features::nullable_keys::feature::nullable_keys::Reading;
    fields_of_no_bytes: features::nulls::feature::nulls::Nulls;
    types_that_contain_themselves: features::recursion::feature::recursion::Tree;
    several_events_on_a_topic:
        features::several_events::feature::several::Created,
        features::several_events::feature::several::more::Created,
        features::several_events::feature::several::more::Deleted;
    odd_shapes: features::shapes::feature::shapes::Failure, features::shapes::feature::shapes::Blanker;
    unions_of_every_shape: features::unions::feature::unions::Unions;
}
