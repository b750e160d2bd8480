//! Holds an event in Protobuf against prost-reflect.

use eventgen::KafkaEvent;
use eventgen_schema::Loader;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use prost_reflect::prost::Message as _;
use prost_reflect::{DescriptorPool, DynamicMessage};

use super::messages::Decisions;

/// The messages of this package's schemas, as the front end compiled them.
fn pool() -> DescriptorPool {
    let loaded =
        Loader::new().path(concat!(env!("CARGO_MANIFEST_DIR"), "/schemas")).load().expect("a contract");
    DescriptorPool::decode(loaded.contract.protobuf().descriptor_set).expect("descriptors")
}

/// Each reads what the other writes.
pub(super) fn both_ways<E: KafkaEvent + PartialEq + std::fmt::Debug>() {
    let descriptor = pool().get_message_by_name(E::NAME).expect("the event's message");
    let read =
        |bytes: &[u8]| DynamicMessage::decode(descriptor.clone(), bytes).expect("prost-reflect reads it");
    let mut runner = TestRunner::new(Config { cases: 400, ..Config::default() });
    let outcome = runner.run(&vec(any::<u8>(), 0..600), |decisions| {
        let theirs = Decisions(&decisions).message(&descriptor, 0).encode_to_vec();
        let event = E::read_payload(&theirs).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let mut ours = Vec::new();
        event.write_payload(&mut ours).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(read(&ours), read(&theirs));
        prop_assert_eq!(&E::read_payload(&ours), &Ok(event));
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{}: {error}", E::NAME);
    }
}
