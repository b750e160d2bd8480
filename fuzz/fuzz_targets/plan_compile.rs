//! Resolves values with random pairs of schemas, by plans and by apache-avro: both give the same value, or both fail.
#![no_main]

use conformance_tests::resolution::disagreement;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (Vec<u8>, Vec<u8>)| {
    if let Some(disagreement) = disagreement(&input.0, &input.1) {
        panic!("{disagreement}");
    }
});
