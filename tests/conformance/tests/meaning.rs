//! Each field holds its own value. A round trip alone would not notice two fields that are swapped.

// Used as functions of references, which is what collections hold.
#![allow(clippy::trivially_copy_pass_by_ref)]

mod support;

use apache_avro::types::Value;
use conformance_tests::conformance::conformance::types::{Choice, Everything, Inner};
use conformance_tests::features::nullable_keys::feature::nullable_keys::{Kind, Reading, Sighting, Station};
use conformance_tests::orders::com::example::orders::{OrderEvent, OrderEventType, OrderLine, OrderPayload};
use eventgen::types::chrono::{NaiveDate, Timelike};
use eventgen::types::rust_decimal::Decimal;
use eventgen::{Headers, KafkaEvent, KeyBuffer};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use support::Avro;

fn record<const N: usize>(fields: [(&str, Value); N]) -> Value {
    Value::Record(fields.map(|(name, value)| (name.to_owned(), value)).to_vec())
}

fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}

fn decimal(value: Decimal, scale: u32) -> Value {
    assert_eq!(value.scale(), scale);
    Value::Decimal(value.mantissa().to_be_bytes().into())
}

/// A union whose null has the index `null`.
fn nullable(null: u32, value: Option<Value>) -> Value {
    match value {
        None => Value::Union(null, Box::new(Value::Null)),
        Some(value) => Value::Union(1 - null, Box::new(value)),
    }
}

fn array<T>(items: &[T], item: impl Fn(&T) -> Value) -> Value {
    Value::Array(items.iter().map(item).collect())
}

fn map<'a, T: 'a>(
    entries: impl IntoIterator<Item = (&'a String, &'a T)>,
    item: impl Fn(&T) -> Value,
) -> Value {
    Value::Map(entries.into_iter().map(|(key, value)| (key.clone(), item(value))).collect())
}

fn line(line: &OrderLine) -> Value {
    record([
        ("sku", text(&line.sku)),
        ("quantity", Value::Int(line.quantity)),
        ("unitPrice", decimal(line.unit_price, 2)),
    ])
}

fn payload(payload: &OrderPayload) -> Value {
    record([
        ("lines", array(&payload.lines, line)),
        ("amount", decimal(payload.amount, 2)),
        ("currency", text(&payload.currency)),
        ("note", nullable(0, payload.note.as_deref().map(text))),
    ])
}

fn order(event: &OrderEvent) -> Value {
    let kind = match event.r#type {
        OrderEventType::Created => Value::Enum(0, "CREATED".into()),
        OrderEventType::Updated => Value::Enum(1, "UPDATED".into()),
        OrderEventType::Cancelled => Value::Enum(2, "CANCELLED".into()),
    };
    record([
        ("orderId", text(&event.order_id)),
        ("customerId", text(&event.customer_id)),
        ("type", kind),
        ("payload", payload(&event.payload)),
        ("timestamp", Value::TimestampMillis(event.timestamp.timestamp_millis())),
    ])
}

fn choice(choice: &Choice) -> Value {
    match choice {
        Choice::Left => Value::Enum(0, "LEFT".into()),
        Choice::Right => Value::Enum(1, "RIGHT".into()),
        Choice::NeitherNor => Value::Enum(2, "NEITHER_NOR".into()),
    }
}

fn four(four: &[u8; 4]) -> Value {
    Value::Fixed(4, four.to_vec())
}

fn inner(inner: &Inner) -> Value {
    record([
        ("choice", choice(&inner.choice)),
        ("note", nullable(0, inner.note.as_deref().map(text))),
        ("four", four(&inner.four)),
    ])
}

fn days(date: &NaiveDate) -> Value {
    let epoch = NaiveDate::from_ymd_opt(1970, 1, 1).expect("the epoch");
    Value::Date(i32::try_from((*date - epoch).num_days()).expect("days of an int"))
}

fn everything(event: &Everything) -> Value {
    let nothing = |_: &[u8; 0]| Value::Fixed(0, vec![]);
    let empty = || record([]);
    let millis = i64::from(event.clock_millis.num_seconds_from_midnight()) * 1_000
        + i64::from(event.clock_millis.nanosecond() / 1_000_000);
    let micros = i64::from(event.clock_micros.num_seconds_from_midnight()) * 1_000_000
        + i64::from(event.clock_micros.nanosecond() / 1_000);
    record([
        ("flag", Value::Boolean(event.flag)),
        ("small", Value::Int(event.small)),
        ("number", Value::Long(event.number)),
        ("ratio", Value::Float(event.ratio)),
        ("precise", Value::Double(event.precise)),
        ("raw", Value::Bytes(event.raw.clone())),
        ("text", text(&event.text)),
        ("four", four(&event.four)),
        ("nothing", nothing(&event.nothing)),
        ("inner", inner(&event.inner)),
        ("money", decimal(event.money, 9)),
        ("whole", decimal(event.whole, 0)),
        ("fixed_money", decimal(event.fixed_money, 2)),
        ("more_money", array(&event.more_money, |money| decimal(*money, 2))),
        ("id", Value::Uuid(event.id)),
        ("day", days(&event.day)),
        ("clock_millis", Value::TimeMillis(i32::try_from(millis).expect("milliseconds of a day"))),
        ("clock_micros", Value::TimeMicros(micros)),
        ("moment_millis", Value::TimestampMillis(event.moment_millis.timestamp_millis())),
        ("moment_micros", Value::TimestampMicros(event.moment_micros.timestamp_micros())),
        (
            "moment_nanos",
            Value::TimestampNanos(event.moment_nanos.timestamp_nanos_opt().expect("read from nanoseconds")),
        ),
        ("null_first", nullable(0, event.null_first.as_deref().map(text))),
        ("null_last", nullable(1, event.null_last.map(Value::Long))),
        ("maybe_inner", nullable(0, event.maybe_inner.as_ref().map(inner))),
        ("maybe_money", nullable(1, event.maybe_money.map(|money| decimal(money, 2)))),
        (
            "maybe_moment",
            nullable(0, event.maybe_moment.map(|moment| Value::TimestampMicros(moment.timestamp_micros()))),
        ),
        (
            "maybe_list",
            nullable(0, event.maybe_list.as_deref().map(|list| array(list, |int| Value::Int(*int)))),
        ),
        ("flags", array(&event.flags, |flag| Value::Boolean(*flag))),
        ("samples", array(&event.samples, |sample| Value::Double(*sample))),
        ("words", array(&event.words, |word| nullable(1, word.as_deref().map(text)))),
        ("inners", array(&event.inners, inner)),
        ("choices", array(&event.choices, choice)),
        ("fours", map(&event.fours, four)),
        ("zeros", array(&event.zeros, nothing)),
        ("grid", array(&event.grid, |row| array(row, |long| Value::Long(*long)))),
        ("counts", map(&event.counts, |count| Value::Int(*count))),
        (
            "index",
            map(&event.index, |list| {
                array(list, |entries| map(entries, |value| nullable(0, value.as_ref().map(inner))))
            }),
        ),
        ("days", map(&event.days, days)),
        ("ids", array(&event.ids, |id| Value::Uuid(*id))),
        ("empty", empty()),
        ("empties", array(&event.empties, |_| empty())),
    ])
}

proptest! {
    #[test]
    fn an_order_holds_what_its_fields_say(value in Avro::of::<OrderEvent>().values(false)) {
        let event = OrderEvent::read_payload(&Avro::of::<OrderEvent>().write(&value)).expect("an order");
        prop_assert_eq!(order(&event), value);
    }

    #[test]
    fn everything_holds_what_its_fields_say(value in Avro::of::<Everything>().values(false)) {
        let event = Everything::read_payload(&Avro::of::<Everything>().write(&value)).expect("everything");
        prop_assert_eq!(everything(&event), value);
    }
}

/// Some value, with nothing in what the tests look at.
fn some() -> Everything {
    let avro = Avro::of::<Everything>();
    let value = avro.values(false).new_tree(&mut TestRunner::deterministic()).expect("a value").current();
    let event = Everything::read_payload(&avro.write(&value)).expect("everything");
    Everything { null_first: None, null_last: None, maybe_inner: None, ..event }
}

#[test]
fn the_key_is_made_of_the_fields_that_the_contract_names() {
    let mut event = some();
    event.text = "a|b".into();
    event.inner.choice = Choice::NeitherNor;
    event.number = -42;
    event.id = eventgen::types::uuid::Uuid::from_u128(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef);
    event.flag = true;
    event.day = NaiveDate::from_ymd_opt(2024, 2, 29).expect("a leap day");
    let mut key = KeyBuffer::new();
    event.key(&mut key);
    let expected = br"a\|b|NEITHER_NOR|-42|01234567-89ab-cdef-0123-456789abcdef|true|2024-02-29";
    assert_eq!(key.as_bytes(), Some(expected.as_slice()));
}

#[test]
fn a_record_has_no_key_while_a_field_of_it_is_null() {
    let key = |event: &dyn Fn(&mut KeyBuffer)| {
        let mut key = KeyBuffer::new();
        event(&mut key);
        key.as_bytes().map(<[u8]>::to_vec)
    };
    let mut sighting = Sighting { observer: Some("ada".into()) };
    assert_eq!(key(&|key| sighting.key(key)), Some(b"ada".to_vec()));
    sighting.observer = None;
    assert_eq!(key(&|key| sighting.key(key)), None);

    let day = NaiveDate::from_ymd_opt(2024, 2, 29);
    let mut reading = Reading { station: Some(Station { id: 7 }), kind: Kind::Cold, day };
    assert_eq!(key(&|key| reading.key(key)), Some(b"7|COLD|2024-02-29".to_vec()));
    reading.day = None;
    assert_eq!(key(&|key| reading.key(key)), None);
    (reading.station, reading.day) = (None, day);
    assert_eq!(key(&|key| reading.key(key)), None);
}

#[test]
fn headers_of_null_fields_are_left_out() {
    let mut event = some();
    event.number = 7;
    event.flag = false;
    event.inner = Inner { choice: Choice::Left, note: None, four: [0; 4] };
    event.moment_millis = eventgen::types::chrono::DateTime::UNIX_EPOCH;
    let headers = |event: &Everything| {
        let mut headers = Headers::new();
        event.headers(&mut headers);
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("text");
        let header = |(name, value): (&[u8], Option<&[u8]>)| {
            format!("{}: {}", text(name), text(value.expect("a value")))
        };
        headers.iter().map(header).collect::<Vec<_>>()
    };
    let always = [
        "event-type: conformance.types.Everything",
        "fixed-text: a \"quoted\" text",
        "choice: LEFT",
        "number: 7",
        "flag: false",
        "moment: 1970-01-01T00:00:00Z",
    ];
    assert_eq!(headers(&event), always);

    event.null_first = Some("first".into());
    event.null_last = Some(-1);
    event.maybe_inner = Some(Inner { choice: Choice::Right, note: None, four: [0; 4] });
    event.inner.note = Some("noted".into());
    let sometimes = ["maybe-text: first", "maybe-number: -1", "maybe-choice: RIGHT", "inner-note: noted"];
    assert_eq!(headers(&event), [&always[..], &sometimes].concat());

    event.maybe_inner.as_mut().expect("just set").note = Some("deeper".into());
    assert!(headers(&event).contains(&"maybe-inner-note: deeper".to_owned()));
}
