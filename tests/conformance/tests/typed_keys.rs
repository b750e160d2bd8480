//! A typed key is what Apache Avro writes for the schema of the key, whatever types the fields have in Rust.

use apache_avro::Schema;
use apache_avro::types::Value;
use apache_avro::writer::datum::GenericDatumWriter;
use conformance_tests::features::typed_keys::feature::typed as plain;
use conformance_tests::settings::integers_typed_keys::feature::typed as integers;
use conformance_tests::settings::other_typed_keys::feature::typed as jiff;
use eventgen::types::chrono::{DateTime, NaiveDate};
use eventgen::types::uuid::Uuid;
use eventgen::{EncodeError, KafkaEvent, KeyBuffer};

const MILLIS: i64 = 1_700_000_000_123;
const NANOS: i64 = MILLIS * 1_000_000 + 7;
const DAYS: i32 = 19_675;
const ID: Uuid = Uuid::from_u128(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef);

fn key(event: &impl KafkaEvent) -> KeyBuffer {
    let mut key = KeyBuffer::new();
    event.ordered_key(&mut key).expect("a key");
    key
}

/// What Apache Avro writes for the schema of the keys of an event.
fn written<E: KafkaEvent>(value: Value) -> Vec<u8> {
    let schema = Schema::parse_str(E::key_schema().expect("a typed key").text()).expect("a schema");
    let writer = GenericDatumWriter::builder(&schema).build().expect("a writer");
    writer.write_value_to_vec(value).expect("written")
}

/// The key of the settings below, of their fields in order.
fn expected<E: KafkaEvent>() -> KeyBuffer {
    let fields = [
        ("name", Value::String("ada".into())),
        ("place_number", Value::Long(-7)),
        ("kind", Value::Enum(1, "COLD".into())),
        ("day", Value::Date(DAYS)),
        ("at", Value::TimestampMillis(MILLIS)),
        ("note", Value::Uuid(ID)),
        ("raw", Value::Uuid(ID)),
        ("flag", Value::Boolean(true)),
        ("size", Value::Int(300)),
        ("key", Value::String("|".into())),
        ("payload", Value::Enum(0, "WARM".into())),
        ("micros", Value::TimestampNanos(NANOS)),
    ];
    let fields = fields.map(|(name, value)| (name.to_owned(), value));
    let mut key = KeyBuffer::new();
    key.set_typed(|bytes| {
        bytes.extend(written::<E>(Value::Record(fields.to_vec())));
        Ok(())
    });
    key
}

fn setting() -> plain::Setting {
    plain::Setting {
        name: "ada".to_owned(),
        place: plain::Place { number: -7 },
        kind: plain::Kind::Cold,
        day: NaiveDate::from_epoch_days(DAYS).expect("a date"),
        at: DateTime::from_timestamp_millis(MILLIS).expect("a timestamp"),
        note: ID,
        raw: ID,
        flag: true,
        size: 300,
        key: "|".to_owned(),
        payload: plain::Kind::Warm,
        micros: DateTime::from_timestamp_nanos(NANOS),
    }
}

#[test]
fn fields_are_written_as_a_record_of_them() {
    let event = setting();
    assert_eq!(key(&event), expected::<plain::Setting>());
    let plain::Setting { day, at, micros, .. } = event;
    let (cold, warm) = (plain::Kind::Cold, plain::Kind::Warm);
    let of_values = plain::Setting::key_of("ada", -7, cold, day, at, ID, ID, true, 300, "|", warm, micros);
    assert_eq!(of_values, key(&event));
    assert_eq!(plain::Setting::KEY_SUBJECT, Some("feature.typed.settings.v1-key"));
}

#[test]
fn types_of_other_settings_are_written_alike() {
    let event = integers::Setting {
        name: "ada".to_owned(),
        place: integers::Place { number: -7 },
        kind: integers::Kind::Cold,
        day: DAYS,
        at: MILLIS,
        note: ID,
        raw: ID,
        flag: true,
        size: 300,
        key: "|".to_owned(),
        payload: integers::Kind::Warm,
        micros: NANOS,
    };
    assert_eq!(key(&event), expected::<plain::Setting>());

    let timestamp =
        |nanos: i64| eventgen::types::jiff::Timestamp::from_nanosecond(nanos.into()).expect("a timestamp");
    let event = jiff::Setting {
        name: "ada".into(),
        place: jiff::Place { number: -7 },
        kind: jiff::Kind::Cold,
        day: eventgen::types::jiff::civil::date(2023, 11, 14),
        at: timestamp(MILLIS * 1_000_000),
        note: ID,
        raw: ID,
        flag: true,
        size: 300,
        key: "|".into(),
        payload: jiff::Kind::Warm,
        micros: timestamp(NANOS),
    };
    assert_eq!(key(&event), expected::<plain::Setting>());
    let jiff::Setting { day, at, micros, .. } = event;
    let (cold, warm) = (jiff::Kind::Cold, jiff::Kind::Warm);
    let of_values = jiff::Setting::key_of("ada", -7, cold, day, at, ID, ID, true, 300, "|", warm, micros);
    assert_eq!(of_values, key(&event));
}

/// A key as it is in a record.
fn framed(key: &KeyBuffer) -> Vec<u8> {
    [&[0, 0, 0, 0, 7], key.as_bytes().expect("a key")].concat()
}

#[test]
fn the_fields_of_a_key_are_read_as_they_were_written() {
    let event = setting();
    let read = plain::Setting::read_key(&framed(&key(&event))).expect("a key");
    let (name, number, kind, day, at, note, raw, flag, size, key_field, payload, micros) = read;
    let of_read = plain::Setting::key_of(
        &name, number, kind, day, at, note, raw, flag, size, &key_field, payload, micros,
    );
    assert_eq!(of_read, key(&event));
    assert_eq!((name, at, raw), (event.name, event.at, event.raw));
    let removed = plain::Removed { name: "ada".to_owned() };
    let name: String = plain::Removed::read_key(&framed(&key(&removed))).expect("a key");
    assert_eq!(name, "ada");
    // One that may be null is there in a key.
    let reading = plain::Reading { station: Some("north".to_owned()), number: 7 };
    assert_eq!(plain::Reading::read_key(&framed(&key(&reading))), Ok(("north".to_owned(), 7)));
}

#[test]
fn what_is_not_a_key_of_the_schema_is_not_read() {
    let whole = framed(&key(&plain::Removed { name: "ada".to_owned() }));
    for wrong in [&whole[5..], &whole[..8], &[&whole[..], &[0]].concat(), b""] {
        assert!(plain::Removed::read_key(wrong).is_err(), "{wrong:?}");
    }
    let error = plain::Removed::read_key(b"ada").expect_err("no frame").to_string();
    assert_eq!(error, "the key does not decode with its schema: it does not begin with the id of a schema");
}

#[test]
fn a_key_of_one_field_is_its_value() {
    let event = plain::Removed { name: "ada".to_owned() };
    assert_eq!(
        key(&event).as_bytes(),
        Some(written::<plain::Removed>(Value::String("ada".into())).as_slice())
    );
    assert_eq!(plain::Removed::key_of("ada"), key(&event));
    assert_eq!(plain::Removed::key_schema().expect("a schema").text(), "\"string\"");
}

#[test]
fn a_record_has_no_key_while_a_field_of_it_is_null() {
    let event = plain::Reading { station: None, number: 7 };
    assert_eq!(key(&event).as_bytes(), None);
    let event = plain::Reading { station: Some("north".to_owned()), number: 7 };
    let record = [("station", Value::String("north".into())), ("number", Value::Int(7))];
    let record = Value::Record(record.map(|(name, value)| (name.to_owned(), value)).to_vec());
    assert_eq!(key(&event).as_bytes(), Some(written::<plain::Reading>(record).as_slice()));
}

#[test]
fn a_value_that_the_schema_cannot_hold_is_an_error() {
    let far = NaiveDate::from_ymd_opt(3000, 1, 1).and_then(|day| day.and_hms_opt(0, 0, 0)).expect("a time");
    let event = plain::Setting { micros: far.and_utc(), ..setting() };
    let error = event.ordered_key(&mut KeyBuffer::new()).expect_err("nanoseconds end in 2262");
    assert!(matches!(error, EncodeError::Avro(_)), "{error}");
}
