//! A typed key in Protobuf is what prost-reflect writes for the message in the schema of the key.

use std::collections::BTreeMap;

use conformance_tests::conformance::conformance::typed::{Kind, Reading, Removed, Setting, setting::Owner};
use eventgen::{EncodeError, KafkaEvent, KeyBuffer};
use eventgen_schema::frontend::Version as _;
use eventgen_schema::protobuf::parse_schema;
use prost_reflect::{DescriptorPool, DynamicMessage, Value, prost::Message as _};

fn key(event: &impl KafkaEvent) -> KeyBuffer {
    let mut key = KeyBuffer::new();
    event.ordered_key(&mut key).expect("a key");
    key
}

/// What prost-reflect writes for these fields of the key of an event.
fn written<E: KafkaEvent>(name: &str, fields: &[(&str, Value)]) -> Vec<u8> {
    let schema = E::key_schema().expect("a typed key");
    assert_eq!(schema.message_indexes(), Some([0].as_slice()));
    let parsed = parse_schema(schema.text(), &BTreeMap::new()).expect("a schema");
    let file = parsed.serialized().expect("a descriptor");
    let mut pool = DescriptorPool::new();
    pool.decode_file_descriptor_proto(file.as_slice()).expect("a file");
    let descriptor = pool.get_message_by_name(name).expect("the message of the key");
    let mut message = DynamicMessage::new(descriptor);
    for (field, value) in fields {
        message.set_field_by_name(field, value.clone());
    }
    message.encode_to_vec()
}

fn setting() -> Setting {
    Setting {
        name: "ada".to_owned(),
        owner: Some(Owner { kind: Kind::Warm.into() }),
        kind: Kind::Negative.into(),
        bytes: "é".to_owned(),
        fields: -1,
        amount: i64::MIN,
        big: u32::MAX,
        count: u64::MAX,
        delta: i32::MIN,
        excess: i64::MIN,
        fixed: 1,
        gauge: u64::MAX,
        height: -2,
        flag: true,
    }
}

#[test]
fn fields_are_written_as_a_message_of_them() {
    let fields = [
        ("name", Value::String("ada".to_owned())),
        ("owner_kind", Value::EnumNumber(1)),
        ("kind", Value::EnumNumber(-1)),
        ("bytes", Value::String("é".to_owned())),
        ("fields", Value::I32(-1)),
        ("amount", Value::I64(i64::MIN)),
        ("big", Value::U32(u32::MAX)),
        ("count", Value::U64(u64::MAX)),
        ("delta", Value::I32(i32::MIN)),
        ("excess", Value::I64(i64::MIN)),
        ("fixed", Value::U32(1)),
        ("gauge", Value::U64(u64::MAX)),
        ("height", Value::I32(-2)),
        ("flag", Value::Bool(true)),
    ];
    let event = setting();
    let expected = written::<Setting>("conformance.typed.SettingKey", &fields);
    assert_eq!(key(&event).as_bytes(), Some(expected.as_slice()));
    let of_values = Setting::key_of(
        "ada",
        Kind::Warm,
        -1,
        "é",
        -1,
        i64::MIN,
        u32::MAX,
        u64::MAX,
        i32::MIN,
        i64::MIN,
        1,
        u64::MAX,
        -2,
        true,
    );
    assert_eq!(of_values, key(&event));
    assert_eq!(Setting::KEY_SUBJECT, Some("conformance.typed.settings.v1-key"));
}

/// A key as it is in a record.
fn framed(key: &KeyBuffer) -> Vec<u8> {
    [&[0, 0, 0, 0, 7, 0], key.as_bytes().expect("a key")].concat()
}

#[test]
fn the_fields_of_a_key_are_read_as_they_were_written() {
    for event in [setting(), Setting { owner: Some(Owner::default()), ..Setting::default() }] {
        let read = Setting::read_key(&framed(&key(&event))).expect("a key");
        let (name, owner, kind, bytes, fields, amount, big, count, delta, excess, fixed, gauge, height, flag) =
            read;
        let read = Setting {
            owner: Some(Owner { kind: owner }),
            name,
            kind,
            bytes,
            fields,
            amount,
            big,
            count,
            delta,
            excess,
            fixed,
            gauge,
            height,
            flag,
        };
        assert_eq!(read, event);
    }
    let key = Removed::key_of("ada", 7);
    assert_eq!(Removed::read_key(&framed(&key)), Ok(("ada".to_owned(), 7)));
    assert!(Removed::read_key(key.as_bytes().expect("a key")).is_err(), "no frame");
    let name: String = Reading::read_key(&[0, 0, 0, 0, 7, 0]).expect("a key with the default");
    assert_eq!(name, "");
}

#[test]
fn fields_with_their_default_are_left_out() {
    let event = Setting { owner: Some(Owner::default()), ..Setting::default() };
    assert_eq!(key(&event).as_bytes(), Some([].as_slice()));
    let event = Removed { name: String::new(), place: 7 };
    let expected = written::<Removed>("conformance.typed.RemovedThing", &[("place", Value::I64(7))]);
    assert_eq!((key(&event).as_bytes(), Removed::key_of("", 7)), (Some(expected.as_slice()), key(&event)));
}

#[test]
fn a_record_has_no_key_while_a_message_or_a_field_of_it_is_absent() {
    let event = Setting { owner: None, ..setting() };
    let error = event.ordered_key(&mut KeyBuffer::new()).expect_err("records are ordered by key");
    assert!(matches!(error, EncodeError::AbsentKey { fields: "owner.kind", .. }), "{error}");
    assert_eq!(key(&Reading { station: None }).as_bytes(), None);
    let station = Value::String("north".to_owned());
    let expected = written::<Reading>("conformance.typed.ReadingKey", &[("station", station)]);
    assert_eq!(key(&Reading { station: Some("north".to_owned()) }).as_bytes(), Some(expected.as_slice()));
}
