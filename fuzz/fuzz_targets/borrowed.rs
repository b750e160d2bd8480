//! Decodes arbitrary bytes as borrowed values: they decode if owned ones do, and fail with the same error at the same place.
#![no_main]

use conformance_tests::settings::other_recursion::feature::recursion::{Tree, TreeRef};
use conformance_tests::settings::other_unions::feature::unions::{Unions, UnionsRef};
use eventgen::avro::{Decode, DecodeErrorKind, read};
use libfuzzer_sys::fuzz_target;

fn poke<'a, Owned: Decode<'a>, Borrowed: Decode<'a>>(payload: &'a [u8]) {
    let (owned, borrowed) = (read::<Owned>(payload).map(drop), read::<Borrowed>(payload).map(drop));
    // Their items take different amounts of memory.
    let limited = |outcome: &Result<_, eventgen::avro::DecodeError>| {
        matches!(outcome, Err(error) if matches!(error.kind(), DecodeErrorKind::TooManyItems { .. }))
    };
    if !limited(&owned) && !limited(&borrowed) {
        assert_eq!(owned, borrowed);
    }
}

fuzz_target!(|payload: &[u8]| {
    let Some((&kind, payload)) = payload.split_first() else { return };
    match kind % 2 {
        0 => poke::<Tree, TreeRef<'_>>(payload),
        _ => poke::<Unions, UnionsRef<'_>>(payload),
    }
});
