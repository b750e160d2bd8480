//! Values keep their meaning: the branch of a union is the one that its name says, and apache-avro reads the same logical
//! value.

mod support;

use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::types::Value;
use conformance_tests::features::logical_types::feature::logical::LogicalTypes;
use conformance_tests::features::unions::feature::unions::{
    self, Holder, HolderTwo, Leaf, Unions, UnionsCollections, UnionsFixedLogical, UnionsListItem,
    UnionsLogical, UnionsNullFirst, UnionsNullLast, UnionsNullMiddle, UnionsOtherOrder, UnionsSameShortName,
    UnionsSameWords, UnionsTakenUnion, UnionsTwo,
};
use conformance_tests::features::unions::other;
use eventgen::avro::{Duration, EncodeError};
use eventgen::types::bigdecimal::BigDecimal;
use eventgen::types::chrono::{NaiveDate, NaiveTime};
use eventgen::types::rust_decimal::Decimal;
use eventgen::types::uuid::Uuid;
use eventgen::{EncodeError as Encode, KafkaEvent};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use support::Avro;

fn some<E: KafkaEvent>() -> E {
    let avro = Avro::of::<E>();
    let value = avro.values(false).new_tree(&mut TestRunner::deterministic()).expect("a value").current();
    E::read_payload(&avro.write(&value)).expect("a value of the schema")
}

fn fields<E: KafkaEvent>(event: &E) -> Vec<(String, Value)> {
    let mut payload = Vec::new();
    event.write_payload(&mut payload).expect("a value of the schema");
    let avro = Avro::of::<E>();
    let reader = GenericDatumReader::builder(&avro.schema).build().expect("a reader");
    match reader.read_value(&mut payload.as_slice()).expect("apache-avro reads it") {
        Value::Record(fields) => fields,
        other => panic!("{other:?}"),
    }
}

fn field(fields: &[(String, Value)], name: &str) -> Value {
    fields.iter().find(|(field, _)| field == name).expect("a field").1.clone()
}

fn branch(index: u32, value: Value) -> Value {
    Value::Union(index, Box::new(value))
}

fn leaf(weight: f32) -> Value {
    Value::Record(vec![("weight".into(), Value::Float(weight))])
}

#[test]
fn branches_are_those_of_the_schema() {
    let event = Unions {
        two: UnionsTwo::Int(7),
        same_again: UnionsTwo::String("seven".into()),
        other_order: UnionsOtherOrder::Int(8),
        null_first: Some(UnionsNullFirst::String("first".into())),
        null_middle: Some(UnionsNullMiddle::Long(9)),
        null_last: Some(UnionsNullLast::String("last".into())),
        single: "alone".into(),
        single_record: Leaf { weight: 1.5 },
        collections: Some(UnionsCollections::Array(vec!["a".into()])),
        list: vec![
            None,
            Some(UnionsListItem::Leaf(Leaf { weight: 2.5 })),
            Some(UnionsListItem::String("b".into())),
        ],
        in_record: Holder { two: HolderTwo::Int(10), list: vec![Some(Leaf { weight: 3.5 }), None] },
        same_short_name: UnionsSameShortName::OtherOneNext(other::one::Next { c: true }),
        same_words: UnionsSameWords::String("the type".into()),
        logical: UnionsLogical::Decimal(Decimal::new(1_234, 2)),
        fixed_logical: Some(UnionsFixedLogical::Span(Duration { months: 1, days: 2, milliseconds: 3 })),
        taken: UnionsTakenUnion::Long(11),
        owner: unions::UnionsTaken {},
        ..some()
    };
    let fields = fields(&event);
    let expected = [
        ("two", branch(1, Value::Int(7))),
        ("same_again", branch(0, Value::String("seven".into()))),
        ("other_order", branch(0, Value::Int(8))),
        ("null_first", branch(1, Value::String("first".into()))),
        ("null_middle", branch(2, Value::Long(9))),
        ("null_last", branch(0, Value::String("last".into()))),
        ("single", branch(0, Value::String("alone".into()))),
        ("single_null", branch(0, Value::Null)),
        ("single_record", branch(0, leaf(1.5))),
        ("collections", branch(0, Value::Array(vec![Value::String("a".into())]))),
        (
            "list",
            Value::Array(vec![
                branch(0, Value::Null),
                branch(2, leaf(2.5)),
                branch(1, Value::String("b".into())),
            ]),
        ),
        (
            "in_record",
            Value::Record(vec![
                ("two".into(), branch(1, Value::Int(10))),
                ("list".into(), Value::Array(vec![branch(0, leaf(3.5)), branch(1, Value::Null)])),
            ]),
        ),
        ("same_short_name", branch(2, Value::Record(vec![("c".into(), Value::Boolean(true))]))),
        ("same_words", branch(1, Value::String("the type".into()))),
        ("logical", branch(3, Value::Decimal(1_234_i32.to_be_bytes().into()))),
        ("taken", branch(1, Value::Long(11))),
    ];
    for (name, value) in expected {
        assert_eq!(field(&fields, name), value, "{name}");
    }
    let Value::Union(1, span) = field(&fields, "fixed_logical") else { panic!("a duration") };
    let Value::Duration(span) = *span else { panic!("a duration") };
    let parts: (u32, u32, u32) = (span.months().into(), span.days().into(), span.millis().into());
    assert_eq!(parts, (1, 2, 3));
    for (null, expected) in [("null_first", 0), ("null_middle", 1), ("null_last", 2), ("collections", 2)] {
        let event =
            Unions { null_first: None, null_middle: None, null_last: None, collections: None, ..some() };
        assert_eq!(field(&self::fields(&event), null), branch(expected, Value::Null), "{null}");
    }
}

#[test]
fn logical_types_hold_their_values() {
    let date = NaiveDate::from_ymd_opt(1969, 12, 31).expect("a date");
    let time = NaiveTime::from_hms_nano_opt(1, 2, 3, 456_789_012).expect("a time");
    let id = Uuid::from_u128(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef);
    let long: BigDecimal = "-12345678901234567890123456789.000000001".parse().expect("a number");
    let event = LogicalTypes {
        long_decimal: long.clone(),
        fixed_decimal: "-1.5".parse().expect("a number"),
        big_decimal: "1.50".parse().expect("a number"),
        uuid: id,
        uuid_fixed: id,
        date,
        time_millis: time,
        time_micros: time,
        timestamp_millis: date.and_time(time).and_utc(),
        timestamp_nanos: date.and_time(time).and_utc(),
        local_timestamp_millis: date.and_time(time),
        local_timestamp_micros: date.and_time(time),
        local_timestamp_nanos: date.and_time(time),
        duration: Duration { months: 1, days: 2, milliseconds: 3 },
        ..some()
    };
    let fields = fields(&event);
    let nanos = 3_723_456_789_012_i64 - 86_400_000_000_000;
    let unscaled = |decimal: &BigDecimal| decimal.as_bigint_and_scale().0.to_signed_bytes_be();
    let expected = [
        ("long_decimal", Value::Decimal(unscaled(&long).into())),
        ("fixed_decimal", Value::Decimal((-15_000_000_000_i64).to_be_bytes().into())),
        ("big_decimal", Value::BigDecimal("1.50".parse().expect("a number"))),
        ("uuid", Value::Uuid(id)),
        ("uuid_fixed", Value::Uuid(id)),
        ("date", Value::Date(-1)),
        ("time_millis", Value::TimeMillis(3_723_456)),
        ("time_micros", Value::TimeMicros(3_723_456_789)),
        // What is finer is cut off towards the past.
        ("timestamp_millis", Value::TimestampMillis(nanos.div_euclid(1_000_000))),
        ("timestamp_nanos", Value::TimestampNanos(nanos)),
        ("local_timestamp_millis", Value::LocalTimestampMillis(nanos.div_euclid(1_000_000))),
        ("local_timestamp_micros", Value::LocalTimestampMicros(nanos.div_euclid(1_000))),
        ("local_timestamp_nanos", Value::LocalTimestampNanos(nanos)),
        ("duration", Value::Duration([1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0].into())),
    ];
    for (name, value) in expected {
        assert_eq!(field(&fields, name), value, "{name}");
    }
}

#[test]
fn values_that_do_not_fit_their_schema_are_not_written() {
    let payload = |event: LogicalTypes| event.write_payload(&mut Vec::new());
    let long_decimal = "1e30".parse().expect("a number");
    let too_long = payload(LogicalTypes { long_decimal, ..some() });
    assert!(
        matches!(too_long, Err(Encode::Avro(EncodeError::DecimalPrecision { precision: 38, scale: 9, .. }))),
        "{too_long:?}"
    );
    let long_decimal = "0.0000000001".parse().expect("a number");
    let too_fine = payload(LogicalTypes { long_decimal, ..some() });
    assert!(
        matches!(too_fine, Err(Encode::Avro(EncodeError::DecimalScale { scale: 9, .. }))),
        "{too_fine:?}"
    );
    let far = NaiveDate::from_ymd_opt(3000, 1, 1).expect("a date").and_hms_opt(0, 0, 0).expect("midnight");
    let too_far = payload(LogicalTypes { local_timestamp_nanos: far, ..some() });
    assert!(matches!(too_far, Err(Encode::Avro(EncodeError::TimestampRange { .. }))), "{too_far:?}");
    let big_decimal = BigDecimal::new(1.into(), i64::from(i32::MAX) + 1);
    let too_scaled = payload(LogicalTypes { big_decimal, ..some() });
    assert!(matches!(too_scaled, Err(Encode::Avro(EncodeError::BigDecimalScale { .. }))), "{too_scaled:?}");
}
