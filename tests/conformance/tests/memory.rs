//! Hostile payloads take at most 64 times their size and a mebibyte of memory, however they are decoded.

mod support;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use conformance_tests::conformance::conformance::types::{Everything, Hollow};
use conformance_tests::features::logical_types::feature::logical::LogicalTypes;
use conformance_tests::features::nulls::feature::nulls::Nulls;
use conformance_tests::features::recursion::feature::recursion::{Expression, Tree};
use conformance_tests::orders::com::example::orders::{OrderEvent, OrderPayload};
use conformance_tests::pairs::{self, Choices, Oracle};
use conformance_tests::settings::other_logical_types::feature::logical::LogicalTypesRef;
use conformance_tests::settings::other_recursion::feature::recursion::{Tree as OwnedTree, TreeRef};
use conformance_tests::settings::other_unions::feature::unions::{Unions, UnionsRef};
use eventgen::KafkaEvent;
use eventgen::avro::{Decode, DecodeErrorKind, Limits, Plan, read, read_into};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use support::Avro;

/// Counts the memory of a thread, and its maximum.
struct Counting;

thread_local! {
    static HELD: Cell<usize> = const { Cell::new(0) };
    static MOST: Cell<usize> = const { Cell::new(0) };
}

#[expect(unsafe_code, reason = "an allocator is unsafe; this one only counts")]
// SAFETY: all work is the system's.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let held = HELD.get().wrapping_add(layout.size());
        HELD.set(held);
        MOST.set(MOST.get().max(held));
        // SAFETY: the caller's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        HELD.set(HELD.get().saturating_sub(layout.size()));
        // SAFETY: the caller's.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// The maximum of memory during a call.
fn most<T>(work: impl FnOnce() -> T) -> usize {
    let before = HELD.get();
    MOST.set(before);
    drop(work());
    MOST.get() - before
}

fn allowed(payload: &[u8]) -> usize {
    64 * payload.len() + 1024 * 1024
}

/// Reads bytes as a new value.
fn bounded<'a, T: Decode<'a>>(payload: &'a [u8]) -> Result<(), TestCaseError> {
    let taken = most(|| read::<T>(payload));
    prop_assert!(taken <= allowed(payload), "{taken} bytes for {}", payload.len());
    Ok(())
}

/// Reads bytes into a value that holds something already. What it holds is not counted, only what comes on top.
fn bounded_into<'a, T: Decode<'a>>(first: &'a [u8], payload: &'a [u8]) -> Result<(), TestCaseError> {
    let Ok(mut reused) = read::<T>(first) else { return Ok(()) };
    let taken = most(|| read_into(payload, &mut reused));
    prop_assert!(taken <= allowed(payload), "{taken} bytes for {} into a value", payload.len());
    Ok(())
}

/// Reads what an older schema wrote as a new value, with all that is held on the way.
fn bounded_by_plan<E: KafkaEvent + for<'a> Decode<'a>>(
    plan: &Plan,
    payload: &[u8],
) -> Result<(), TestCaseError> {
    let taken = most(|| {
        let mut scratch = Vec::new();
        let value = plan.read::<E>(payload, Limits::DEFAULT, &mut scratch).map(drop);
        (scratch, value)
    });
    prop_assert!(taken <= allowed(payload), "{taken} bytes for {} by a plan", payload.len());
    Ok(())
}

/// The older schema: the first two fields the other way round, and one more.
fn older<E: KafkaEvent>() -> Value {
    let mut schema: Value = serde_json::from_str(E::schema().text()).expect("JSON");
    let fields = schema["fields"].as_array_mut().expect("fields");
    fields.swap(0, 1);
    fields.push(json!({"name": "is_gone_now", "type": {"type": "array", "items": "null"}}));
    schema
}

/// A value's payload, with some bytes at some place instead of those that were there.
fn mutated(avro: &Avro) -> impl Strategy<Value = Vec<u8>> {
    let written = avro.schema.clone();
    let mutate = move |(value, place, (claim, kept)): (_, prop::sample::Index, (Vec<u8>, bool))| {
        let mut payload = Avro { schema: written.clone() }.write(&value);
        let place = place.index(payload.len() + 1);
        let end = if kept { place } else { payload.len().min(place + claim.len()) };
        payload.splice(place..end, claim);
        payload
    };
    (avro.values(false), any::<prop::sample::Index>(), (claims(), any::<bool>())).prop_map(mutate)
}

/// On every way that an event is read: new, into a value that it was, and as an older schema has it.
fn event<E: KafkaEvent + for<'a> Decode<'a>>() {
    let avro = Avro::of::<E>();
    let older = older::<E>();
    let plan = Plan::new(&older.to_string(), E::schema().text()).expect("the schemas resolve");
    let older = Avro::parse(&older.to_string());
    let mut runner = TestRunner::new(ProptestConfig { cases: 150, ..config() });
    let values = (avro.values(false), mutated(&avro), mutated(&older), payloads());
    let outcome = runner.run(&values, |(first, mutated, older, any)| {
        let first = avro.write(&first);
        bounded::<E>(&first)?;
        bounded_into::<E>(&first, &first)?;
        for payload in [&mutated, &any] {
            bounded::<E>(payload)?;
            bounded_into::<E>(&first, payload)?;
        }
        for payload in [&older, &any] {
            bounded_by_plan::<E>(&plan, payload)?;
        }
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{}: {error}", E::NAME);
    }
}

#[test]
fn every_way_to_decode_an_event_is_bounded_in_memory() {
    event::<OrderEvent>();
    event::<Everything>();
    event::<LogicalTypes>();
    event::<Nulls>();
    event::<OwnedTree>();
    event::<Unions>();
}

fn claims() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        Just(vec![]),
        Just(vec![0xfe, 0xff, 0xff, 0x03]),
        Just(vec![0x80, 0x80, 0x80, 0x10]),
        Just(vec![0xff, 0xff, 0xff, 0xff, 0x0f]),
    ]
}

/// Bytes as they come, and bytes that begin with a large count or length.
fn payloads() -> impl Strategy<Value = Vec<u8>> {
    (proptest::collection::vec(any::<u8>(), 0..24), claims(), proptest::collection::vec(0_u8..4, 0..2_000))
        .prop_map(|(start, count, rest)| [start, count, rest].concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..config() })]

    #[test]
    fn borrowed_values_take_no_more_than_they_may(
        tree in mutated(&Avro::of::<OwnedTree>()),
        unions in mutated(&Avro::of::<Unions>()),
        logical in mutated(&Avro::of::<LogicalTypes>()),
    ) {
        bounded::<TreeRef<'_>>(&tree)?;
        bounded_into::<TreeRef<'_>>(&tree, &tree)?;
        bounded::<UnionsRef<'_>>(&unions)?;
        bounded_into::<UnionsRef<'_>>(&unions, &unions)?;
        bounded::<LogicalTypesRef<'_>>(&logical)?;
    }
}

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..config() })]

    #[test]
    fn values_take_no_more_than_they_may(payload in payloads()) {
        bounded::<OrderEvent>(&payload)?;
        bounded::<OrderPayload>(&payload)?;
        bounded::<Everything>(&payload)?;
        bounded::<Hollow>(&payload)?;
        bounded::<Tree>(&payload)?;
        bounded::<Expression>(&payload)?;
    }

    #[test]
    fn borrowed_values_are_read_where_owned_ones_are(payload in payloads()) {
        bounded::<TreeRef<'_>>(&payload)?;
        bounded::<UnionsRef<'_>>(&payload)?;
        bounded::<LogicalTypesRef<'_>>(&payload)?;
        prop_assert_eq!(read::<TreeRef<'_>>(&payload).map(drop), read::<OwnedTree>(&payload).map(drop));
        let (borrowed, owned) = (read::<UnionsRef<'_>>(&payload), read::<Unions>(&payload));
        prop_assert_eq!(borrowed.map(drop), owned.map(drop));
    }

    #[test]
    fn reused_values_are_the_same_as_new_ones(first in payloads(), second in payloads()) {
        let (Ok(mut reused), new) = (read::<Expression>(&first), read::<Expression>(&second)) else { return Ok(()) };
        let into = read_into(&second, &mut reused).map(|()| reused);
        prop_assert_eq!(into, new);
    }

    #[test]
    fn plans_take_no_more_than_they_may(
        schemas in proptest::collection::vec(any::<u8>(), 0..64),
        payload in payloads(),
    ) {
        let (writer, reader) = pairs::pair(&mut Choices(&schemas), Oracle::Java);
        let Ok(plan) = Plan::new(&writer.to_string(), &reader.to_string()) else { return Ok(()) };
        let taken = most(|| {
            let mut resolved = Vec::new();
            plan.resolve(&payload, Limits::DEFAULT, &mut resolved).map(|_| resolved)
        });
        prop_assert!(taken <= allowed(&payload), "{taken} bytes for {}", payload.len());
    }
}

const LIST: &str = r#"{"type":"record","name":"List","fields":[{"name":"next","type":["null","List"]}]}"#;

#[test]
fn a_million_levels_are_rejected_by_plans() {
    let newer = r#"{"type":"record","name":"List","fields":[
        {"name":"next","type":["null","List"]},{"name":"value","type":"int","default":1}]}"#;
    let payload = [2].repeat(1_000_000);
    for reader in [LIST, newer] {
        let plan = Plan::new(LIST, reader).expect("a field with a default");
        let refused = plan.resolve(&payload, Limits::DEFAULT, &mut Vec::new()).expect_err("too deep");
        assert_eq!(*refused.kind(), DecodeErrorKind::TooDeep { limit: Limits::DEFAULT.depth });
        assert!(refused.path().starts_with("next.next"), "{}", refused.path());
    }
    let shallow = Limits { depth: 3, ..Limits::DEFAULT };
    let plan = Plan::new(LIST, newer).expect("a field with a default");
    assert!(plan.resolve(&[2, 2, 0], shallow, &mut Vec::new()).is_ok());
    assert!(plan.resolve(&[2, 2, 2, 0], shallow, &mut Vec::new()).is_err());
}

#[test]
fn nulls_that_are_resolved_to_values_are_limited() {
    let array = |items: &str| {
        format!(
            r#"{{"type":"record","name":"R","fields":[{{"name":"a","type":{{"type":"array","items":{items}}}}}]}}"#
        )
    };
    let record = |fields: &str| array(&format!(r#"{{"type":"record","name":"I","fields":[{fields}]}}"#));
    let default = "x".repeat(1_000);
    let filled = record(&format!(r#"{{"name":"s","type":"string","default":"{default}"}}"#));
    for (writer, reader) in [(array("\"null\""), array(r#"["null","int"]"#)), (record(""), filled)] {
        let plan = Plan::new(&writer, &reader).expect("the schemas resolve");
        // Six bytes that claim 500 000 000 items, one that claims 60, and many that claim a few.
        let claim = [0x80, 0x94, 0xeb, 0xdc, 0x03, 0x00];
        let taken = most(|| {
            let mut resolved = Vec::new();
            let refused = plan.resolve(&claim, Limits::DEFAULT, &mut resolved).expect_err("too many");
            assert!(
                matches!(refused.kind(), DecodeErrorKind::TooManyItems { count: 500_000_000 }),
                "{refused}"
            );
        });
        assert!(taken <= allowed(&claim), "{taken}");
        assert!(plan.resolve(&[120, 0], Limits::DEFAULT, &mut Vec::new()).is_ok());
        let mut many = [126].repeat(100_000);
        many.push(0);
        let taken = most(|| {
            let mut resolved = Vec::new();
            plan.resolve(&many, Limits::DEFAULT, &mut resolved).map(|_| resolved)
        });
        assert!(taken <= allowed(&many), "{taken} for {}", many.len());
    }
}
