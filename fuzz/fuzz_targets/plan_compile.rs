//! Values of random schema pairs through plans and through apache-avro's resolution: the same value, or no value in the
//! eyes of both.
#![no_main]

use conformance_tests::resolution::disagreement;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (Vec<u8>, Vec<u8>)| {
    if let Some(disagreement) = disagreement(&input.0, &input.1) {
        panic!("{disagreement}");
    }
});
