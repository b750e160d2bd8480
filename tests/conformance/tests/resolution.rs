//! Plans against apache-avro: what one schema wrote is the same value, or no value, in the eyes of both.

use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::schema::Schema;
use apache_avro::schema_compatibility::SchemaCompatibility;
use apache_avro::types::Value;
use apache_avro::writer::datum::GenericDatumWriter;
use conformance_tests::pairs::{self, Choices};
use eventgen::avro::{Limits, Plan};
use proptest::prelude::*;

/// A value of the writer, read by both.
struct Outcome {
    theirs: Result<Value, String>,
    ours: Result<Value, String>,
}

fn outcome(writer: &Schema, reader: &Schema, texts: (&str, &str), value: Value) -> Outcome {
    let bytes = GenericDatumWriter::builder(writer).build().expect("a writer");
    let bytes = bytes.write_value_to_vec(value).expect("a value of the writer's schema");
    // apache-avro does not look at the aliases of fields: it is told that the writer had the reader's names.
    let mut renamed = texts.0.to_owned();
    for (_, name) in
        texts.1.match_indices("\"was_f").filter_map(|(start, _)| texts.1[start + 1..].split_once("was_"))
    {
        let name = name.split('"').next().unwrap_or_default();
        renamed = renamed.replace(&format!("\"name\":\"{name}\""), &format!("\"name\":\"was_{name}\""));
    }
    let renamed = Schema::parse_str(&renamed).expect("names of fields are apart");
    let theirs = GenericDatumReader::builder(&renamed)
        .reader_schema(reader)
        .build()
        .and_then(|resolving| resolving.read_value(&mut bytes.as_slice()))
        .map_err(|error| error.to_string());
    let ours = Plan::new(texts.0, texts.1).map_err(|error| error.to_string()).and_then(|plan| {
        let mut resolved = Vec::new();
        plan.resolve(&bytes, Limits::default(), &mut resolved).map_err(|error| error.to_string())?;
        let mut rest = resolved.as_slice();
        let exact = GenericDatumReader::builder(reader).build().expect("a reader");
        let value = exact.read_value(&mut rest).map_err(|error| error.to_string())?;
        if rest.is_empty() { Ok(value) } else { Err("bytes left over".to_owned()) }
    });
    Outcome { theirs, ours }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, max_shrink_iters: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn plans_resolve_as_apache_avro_does(
        schemas in proptest::collection::vec(any::<u8>(), 0..64),
        values in proptest::collection::vec(any::<u8>(), 0..64),
    ) {
        let (writer_json, reader_json) = pairs::pair(&mut Choices(&schemas));
        let texts = (writer_json.to_string(), reader_json.to_string());
        let (Ok(writer), Ok(reader)) = (Schema::parse_str(&texts.0), Schema::parse_str(&texts.1)) else {
            return Err(TestCaseError::fail(format!("{} {}", texts.0, texts.1)));
        };
        let value = pairs::value(&writer, &mut Choices(&values));
        let outcome = outcome(&writer, &reader, (&texts.0, &texts.1), value.clone());
        match (&outcome.theirs, &outcome.ours) {
            (Ok(theirs), Ok(ours)) => prop_assert_eq!(theirs, ours, "{} {}", texts.0, texts.1),
            (Err(_), Err(_)) => {}
            // apache-avro resolves values, not schemas: where a union offers several types it finds one for some values
            // of types that the specification does not promote. Whether the schemas are compatible is the question.
            (Ok(_), Err(_)) if SchemaCompatibility::can_read(&writer, &reader).is_err() => {}
            // It also narrows long numbers that fit a short type.
            (Ok(_), Err(reason)) if reason.contains("<long>") || reason.contains("<double>") => {}
            (theirs, ours) => {
                return Err(TestCaseError::fail(format!(
                    "writer {}\nreader {}\nvalue {value:?}\ntheirs {theirs:?}\nours {ours:?}", texts.0, texts.1
                )));
            }
        }
    }
}
