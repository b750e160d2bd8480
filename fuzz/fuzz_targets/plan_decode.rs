//! Decodes arbitrary bytes with plans of random pairs of schemas: an error, or bytes that decode with the reader's schema.
#![no_main]

use apache_avro::Schema;
use apache_avro::reader::datum::GenericDatumReader;
use conformance_tests::pairs::{self, Choices, Oracle};
use eventgen::avro::{Limits, Plan};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (Vec<u8>, Vec<u8>)| {
    let (schemas, payload) = input;
    let (writer, reader) = pairs::pair(&mut Choices(&schemas), Oracle::Java);
    let Ok(plan) = Plan::new(&writer.to_string(), &reader.to_string()) else { return };
    let mut resolved = Vec::new();
    if plan.resolve(&payload, Limits::DEFAULT, &mut resolved).is_err() {
        return;
    }
    let schema = Schema::parse_str(&reader.to_string()).expect("the plan has parsed it");
    let datum = GenericDatumReader::builder(&schema).build().expect("a reader");
    let mut rest = resolved.as_slice();
    // What a plan copies it does not look at: a string may still be no UTF-8, a boolean 2.
    if datum.read_value(&mut rest).is_ok() {
        assert!(rest.is_empty(), "{} bytes left over", rest.len());
    }
});
