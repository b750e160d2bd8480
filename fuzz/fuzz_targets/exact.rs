//! Decodes arbitrary bytes as owned values: what decodes can be encoded and decodes to the same value, also when reused.
#![no_main]

use conformance_tests::conformance::conformance::types::{Everything, Hollow};
use conformance_tests::features::logical_types::feature::logical::LogicalTypes;
use conformance_tests::features::recursion::feature::recursion::{Expression, Tree};
use conformance_tests::features::unions::feature::unions::Unions;
use conformance_tests::orders::com::example::orders::OrderEvent;
use eventgen::avro::{Decode, DecodeErrorKind, Encode, read, read_into, write};
use libfuzzer_sys::fuzz_target;

fn poke<T: Encode + for<'a> Decode<'a>>(payload: &[u8]) {
    let Ok(mut value) = read::<T>(payload) else { return };
    let mut written = Vec::new();
    // A decimal may have more digits than its precision.
    if write(&value, &mut written).is_err() {
        return;
    }
    let again = match read::<T>(&written) {
        // Written in one block it may be shorter than it was, and what may be held goes by the length.
        Err(error) if matches!(error.kind(), DecodeErrorKind::TooManyItems { .. }) => return,
        again => again.expect("what was written can be read"),
    };
    read_into(&written, &mut value).expect("what was written can be read into a value");
    // Not by equality: no NaN equals itself.
    for same in [again, value] {
        let mut bytes = Vec::new();
        write(&same, &mut bytes).expect("it was written before");
        assert_eq!(bytes, written);
    }
}

fuzz_target!(|payload: &[u8]| {
    let Some((&kind, payload)) = payload.split_first() else { return };
    match kind % 7 {
        0 => poke::<OrderEvent>(payload),
        1 => poke::<Everything>(payload),
        2 => poke::<LogicalTypes>(payload),
        3 => poke::<Unions>(payload),
        4 => poke::<Tree>(payload),
        5 => poke::<Expression>(payload),
        _ => poke::<Hollow>(payload),
    }
});
