//! Malformed payloads end in an error, without a panic, and with memory and time bounded by their size.

mod support;

use std::time::{Duration, Instant};

use conformance_tests::conformance::conformance::r#type::self_::crate_::Self_ as Awkward;
use conformance_tests::conformance::conformance::types::{Everything, Hollow};
use conformance_tests::features::logical_types::feature::logical::LogicalTypes;
use conformance_tests::features::nulls::feature::nulls::Nulls;
use conformance_tests::features::recursion::feature::recursion::Tree;
use conformance_tests::features::unions::feature::unions::Unions;
use conformance_tests::orders::com::example::orders::{OrderEvent, OrderPayload};
use eventgen::KafkaEvent;
use eventgen::avro::{DecodeErrorKind, Sink};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use support::Avro;

/// Decodes bytes as an event. What decodes is encoded again, or the error states why not.
fn poke<E: KafkaEvent>(bytes: &[u8]) -> bool {
    let Ok(event) = E::read_payload(bytes) else { return false };
    // A flipped byte may make a decimal longer than its precision: an error is fine, a panic is not.
    let _ = event.write_payload(&mut Vec::new());
    true
}

fn hostile<E: KafkaEvent>() {
    let mut runner = TestRunner::new(Config { cases: 32, ..Config::default() });
    let avro = Avro::of::<E>();
    let outcome = runner.run(&(avro.values(false), any::<u8>()), |(value, flip)| {
        let bytes = avro.write(&value);
        // Not everything that can be read is honest, but this is.
        prop_assert!(poke::<E>(&bytes));
        for end in 0..bytes.len() {
            prop_assert!(!poke::<E>(&bytes[..end]), "cut at {end} of {}", bytes.len());
        }
        let mut longer = bytes.clone();
        longer.push(flip);
        prop_assert!(!poke::<E>(&longer), "a byte more");
        let mut flipped = bytes.clone();
        for position in 0..bytes.len() {
            for mask in [0x01, 0x80, 0xff, flip] {
                flipped[position] ^= mask;
                poke::<E>(&flipped);
                flipped[position] = bytes[position];
            }
        }
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{}: {error}", E::NAME);
    }
}

#[test]
fn truncated_and_corrupted_orders_do_not_panic() {
    hostile::<OrderEvent>();
}

#[test]
fn truncated_and_corrupted_values_of_every_type_do_not_panic() {
    hostile::<Everything>();
}

#[test]
fn truncated_and_corrupted_values_with_awkward_names_do_not_panic() {
    hostile::<Awkward>();
}

#[test]
fn truncated_and_corrupted_values_of_every_feature_do_not_panic() {
    hostile::<LogicalTypes>();
    hostile::<Nulls>();
    hostile::<Tree>();
    hostile::<Unions>();
}

proptest! {
    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..256)) {
        poke::<OrderEvent>(&bytes);
        poke::<Everything>(&bytes);
        poke::<Awkward>(&bytes);
        poke::<LogicalTypes>(&bytes);
        poke::<Nulls>(&bytes);
        poke::<Tree>(&bytes);
        poke::<Unions>(&bytes);
    }
}

struct Bytes(Vec<u8>);

impl Sink for Bytes {
    fn put(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn fail(&mut self, error: eventgen::avro::EncodeError) {
        panic!("{error}");
    }
}

fn longs(values: &[i64]) -> Vec<u8> {
    let mut bytes = Bytes(Vec::new());
    for &value in values {
        bytes.long(value);
    }
    bytes.0
}

const EXTREMES: [i64; 8] =
    [i64::MAX, i64::MIN, i64::MIN + 1, i64::MAX - 1, 1 << 32, 500_000_000, -500_000_000, 1 << 40];

#[test]
fn an_extreme_count_is_rejected_before_memory_is_reserved() {
    for count in EXTREMES {
        // As a negative count, followed by the size of the block.
        for size in [0, 8, i64::MAX, i64::MIN] {
            let mut bytes = longs(&[count, size]);
            bytes.extend([0; 16]);
            let read = eventgen::avro::read::<OrderPayload>(&bytes);
            let kind = read.as_ref().map_err(eventgen::avro::DecodeError::kind);
            assert!(
                matches!(kind, Err(DecodeErrorKind::ImpossibleLength { .. })),
                "{count} {size}: {read:?}"
            );
        }
    }
    // An honest claim by the smallest item: a line takes three bytes at least, here are two too few for six lines.
    let mut bytes = longs(&[6]);
    bytes.extend([0; 16]);
    let read = eventgen::avro::read::<OrderPayload>(&bytes);
    let kind = read.as_ref().map_err(eventgen::avro::DecodeError::kind);
    assert!(matches!(kind, Err(DecodeErrorKind::ImpossibleLength { length: 6, .. })), "{read:?}");
}

#[test]
fn items_without_bytes_are_limited() {
    let started = Instant::now();
    for count in EXTREMES {
        let mut bytes = longs(&[count]);
        bytes.extend([0; 8]);
        assert!(eventgen::avro::read::<Hollow>(&bytes).is_err(), "{count} empty records");
    }
    // Each list of a long list claims as many as one alone might have.
    let mut bytes = longs(&[0, 10_000]);
    for _ in 0..10_000 {
        bytes.extend(longs(&[16_000, 0]));
    }
    bytes.extend([0, 0]);
    assert!(eventgen::avro::read::<Hollow>(&bytes).is_err(), "10 000 times 16 000 of nothing");
    // A few of them are nothing out of the ordinary.
    let honest = eventgen::avro::read::<Hollow>(&longs(&[3, 0, 1, 2, 0, 0, 0])).expect("three records");
    assert_eq!((honest.list.len(), honest.grid[0].len(), honest.map.len()), (3, 2, 0));
    assert!(started.elapsed() < Duration::from_secs(5), "it took {:?}", started.elapsed());
}
