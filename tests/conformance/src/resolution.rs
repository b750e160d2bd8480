//! Compares plans with apache-avro: both read the same value, or both fail.

use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::schema::Schema;
use apache_avro::schema_compatibility::SchemaCompatibility;
use apache_avro::types::Value;
use apache_avro::writer::datum::GenericDatumWriter;
use eventgen::avro::{Limits, Plan};

use crate::pairs::{self, Choices, Oracle};

/// Resolves a value with a pair of schemas, all chosen by bytes, and returns where the two sides disagree.
///
/// Known deviations of apache-avro 0.22 do not count. It resolves values, not schemas: where a union offers
/// several types it finds one for some values of types that the specification does not promote, and it narrows long
/// numbers that fit a short type. It does not look at the aliases of fields. What it mistakes for another branch of a
/// union is kept out of the pairs: see [`pairs`].
#[must_use]
pub fn disagreement(schemas: &[u8], values: &[u8]) -> Option<String> {
    let (writer, reader) = pairs::pair(&mut Choices(schemas), Oracle::ApacheAvro);
    let texts = (writer.to_string(), reader.to_string());
    let parse = |text: &str| Schema::parse_str(text).map_err(|error| error.to_string());
    let (writer, reader) = match (parse(&texts.0), parse(&texts.1)) {
        (Ok(writer), Ok(reader)) => (writer, reader),
        failed => return Some(format!("no schemas: {failed:?}")),
    };
    let value = pairs::value(&writer, &mut Choices(values));
    let encoder = GenericDatumWriter::builder(&writer).build().ok()?;
    let payload = match encoder.write_value_to_vec(value.clone()) {
        Ok(payload) => payload,
        Err(error) => return Some(format!("no value: {error}")),
    };
    match (theirs(&texts, &reader, &payload), ours(&texts, &reader, &payload)) {
        (Ok(theirs), Ok(ours)) if theirs == ours => None,
        (Err(_), Err(_)) => None,
        (Ok(_), Err(_)) if SchemaCompatibility::can_read(&writer, &reader).is_err() => None,
        (Ok(_), Err(reason)) if reason.contains("branch") && may_narrow(&texts) => None,
        (theirs, ours) => Some(format!(
            "writer {}\nreader {}\nvalue {value:?}\ntheirs {theirs:?}\nours {ours:?}",
            texts.0, texts.1
        )),
    }
}

/// Whether there is a number in the writer's schema that something in the reader's is too short for.
fn may_narrow((writer, reader): &(String, String)) -> bool {
    let both = |long: &str, short: &str| writer.contains(long) && reader.contains(short);
    both("\"long\"", "\"int\"") || both("\"double\"", "\"float\"")
}

fn theirs(
    (writer, reader_text): &(String, String),
    reader: &Schema,
    payload: &[u8],
) -> Result<Value, String> {
    // It is told that the writer's fields had the names of the reader's.
    let mut renamed = writer.clone();
    for name in reader_text.split("\"was_f").skip(1).filter_map(|rest| rest.split('"').next()) {
        renamed = renamed.replace(&format!("\"name\":\"f{name}\""), &format!("\"name\":\"was_f{name}\""));
    }
    let writer = Schema::parse_str(&renamed).map_err(|error| error.to_string())?;
    let resolving = GenericDatumReader::builder(&writer).reader_schema(reader).build();
    resolving.and_then(|resolving| resolving.read_value(&mut &payload[..])).map_err(|error| error.to_string())
}

fn ours((writer, reader_text): &(String, String), reader: &Schema, payload: &[u8]) -> Result<Value, String> {
    let plan = Plan::new(writer, reader_text).map_err(|error| error.to_string())?;
    let mut resolved = Vec::new();
    plan.resolve(payload, Limits::DEFAULT, &mut resolved).map_err(|error| error.to_string())?;
    let mut rest = resolved.as_slice();
    let exact = GenericDatumReader::builder(reader).build().map_err(|error| error.to_string())?;
    let value = exact.read_value(&mut rest).map_err(|error| error.to_string())?;
    if rest.is_empty() { Ok(value) } else { Err("bytes left over".to_owned()) }
}
