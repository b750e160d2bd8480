//! The key of given values is the key that an event with these values has, also where the text of a field is not that of its
//! Rust type.

use conformance_tests::conformance::conformance::compacted::{Kind as ProtobufKind, Setting, setting::Owner};
use conformance_tests::features::compacted::feature::compacted as plain;
use conformance_tests::settings::integers_compacted::feature::compacted as integers;
use conformance_tests::settings::other_compacted::feature::compacted as jiff;
use eventgen::types::chrono::{DateTime, NaiveDate};
use eventgen::types::uuid::Uuid;
use eventgen::{KafkaEvent, KeyBuffer};

const MILLIS: i64 = 1_700_000_000_123;
const DAYS: i32 = 19_675;
const NOTE: Uuid = Uuid::from_u128(7);

fn key(event: &impl KafkaEvent) -> KeyBuffer {
    let mut key = KeyBuffer::new();
    event.key(&mut key);
    key
}

fn text(key: &KeyBuffer) -> &str {
    std::str::from_utf8(key.as_bytes().expect("a key")).expect("text")
}

#[test]
fn avro() {
    // The schema keeps milliseconds: an event that is read has the key of the one that was written.
    let at = DateTime::from_timestamp_micros(MILLIS * 1_000 + 456).expect("a timestamp");
    let day = NaiveDate::from_epoch_days(DAYS).expect("a date");
    let event = plain::Setting {
        name: "a|b".to_owned(),
        place: plain::Place { number: -7 },
        kind: plain::Kind::Cold,
        day,
        at,
        note: NOTE,
    };
    let of_values = plain::Setting::key_of(&event.name, -7, plain::Kind::Cold, day, at, NOTE);
    assert_eq!(of_values, key(&event));
    let expected = r"a\|b|-7|COLD|2023-11-14|2023-11-14T22:13:20.123Z|00000000-0000-0000-0000-000000000007";
    assert_eq!(text(&of_values), expected);
    let mut payload = Vec::new();
    eventgen::avro::write(&event, &mut payload).expect("encoded");
    let read: plain::Setting = eventgen::avro::read(&payload).expect("decoded");
    assert_eq!(key(&read), of_values);
    let of_one = plain::Deleted::key_of("a|b");
    assert_eq!((of_one.clone(), text(&of_one)), (key(&plain::Deleted { name: "a|b".to_owned() }), "a|b"));
}

#[test]
fn avro_with_other_types_for_dates_and_strings() {
    let event = integers::Setting {
        name: "a".to_owned(),
        place: integers::Place { number: 7 },
        kind: integers::Kind::Warm,
        day: DAYS,
        at: MILLIS,
        note: NOTE,
    };
    let of_values = integers::Setting::key_of("a", 7, integers::Kind::Warm, DAYS, MILLIS, NOTE);
    assert_eq!(of_values, key(&event));
    assert!(text(&of_values).contains("|2023-11-14|2023-11-14T22:13:20.123Z|"), "{}", text(&of_values));

    // The schema keeps milliseconds.
    let at = eventgen::types::jiff::Timestamp::from_microsecond(MILLIS * 1_000 + 456).expect("a timestamp");
    let day = eventgen::types::jiff::civil::date(2023, 11, 14);
    let event = jiff::Setting {
        name: "a".into(),
        place: jiff::Place { number: 7 },
        kind: jiff::Kind::Warm,
        day,
        at,
        note: NOTE,
    };
    let of_others = jiff::Setting::key_of("a", 7, jiff::Kind::Warm, day, at, NOTE);
    assert_eq!((&of_others, &of_others), (&key(&event), &of_values));
}

#[test]
fn protobuf() {
    let event = Setting {
        name: "a".to_owned(),
        owner: Some(Owner { kind: ProtobufKind::Warm.into() }),
        kind: 99,
        number: 7,
        flag: true,
    };
    let of_values = Setting::key_of("a", ProtobufKind::Warm, 99, 7, true);
    assert_eq!((&of_values, text(&of_values)), (&key(&event), "a|KIND_WARM|99|7|true"));
}
