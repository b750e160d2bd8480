//! Errors of derived codecs: numbers out of range, impossible lengths, excessive depth, and two types with one name.

use derive_tests::everything::{Choice, CustomerId, Kind, Part, Tree};
use eventgen::avro::{self, DecodeErrorKind, EncodeError};
use eventgen::{AvroType, KafkaEvent, Text};

/// Numbers with limits narrower or wider than those of Avro.
#[derive(Debug, Clone, PartialEq, AvroType)]
struct Numbers {
    byte: u8,
    large: u64,
}

fn written<T: AvroType>(value: &T) -> Result<Vec<u8>, EncodeError> {
    let mut payload = Vec::new();
    avro::write(value, &mut payload).map(|()| payload)
}

fn refused<T: AvroType + std::fmt::Debug>(payload: &[u8]) -> DecodeErrorKind {
    let mut reader = avro::Reader::new(payload);
    T::decode(&mut reader).expect_err("the payload is invalid").kind().clone()
}

#[test]
fn numbers_out_of_range_are_errors() {
    let most = Numbers { byte: 255, large: i64::MAX as u64 };
    let payload = written(&most).expect("the numbers are in range");
    assert_eq!(avro::Reader::new(&payload).value::<Numbers>(), Ok(most.clone()));
    let error = written(&Numbers { large: u64::MAX, ..most }).expect_err("a long has 63 bits and a sign");
    assert_eq!(error.to_string(), "18446744073709551615, of type u64, does not fit the 64 bits of a long");
    // 256 and -1.
    assert_eq!(refused::<Numbers>(&[0x80, 0x04, 0]), DecodeErrorKind::OutOfRange { what: "u8" });
    assert_eq!(refused::<Numbers>(&[0, 0x01]), DecodeErrorKind::OutOfRange { what: "u64" });
}

#[test]
fn unknown_indexes_are_errors() {
    assert_eq!(refused::<Kind>(&[6]), DecodeErrorKind::UnknownSymbol { index: 3, symbols: 3 });
    assert_eq!(refused::<Choice>(&[10]), DecodeErrorKind::UnknownBranch { index: 5, branches: 5 });
    assert_eq!(refused::<Choice>(&[1]), DecodeErrorKind::UnknownBranch { index: -1, branches: 5 });
}

#[test]
fn recursive_types_are_decoded_up_to_a_depth() {
    // Each tree has one child.
    let payload = [0, 2].repeat(100_000);
    assert!(matches!(refused::<Tree>(&payload), DecodeErrorKind::TooDeep { .. }));
    let mut tree = Tree { value: 0, children: Vec::new(), left: None };
    for value in 1..50 {
        tree = Tree { value, children: Vec::new(), left: Some(Box::new(tree)) };
    }
    let payload = written(&tree).expect("a value");
    assert_eq!(avro::Reader::new(&payload).value::<Tree>(), Ok(tree));
}

#[test]
fn a_count_cannot_exceed_the_remaining_bytes() {
    // 2^40 children, and no bytes after the count.
    let mut payload = vec![0];
    payload.extend([0x80, 0x80, 0x80, 0x80, 0x80, 0x40]);
    assert!(matches!(refused::<Tree>(&payload), DecodeErrorKind::ImpossibleLength { .. }));
}

#[test]
fn text_forms_equal_those_of_generated_types() {
    let text = |value: &dyn Text| {
        let mut out = Vec::new();
        value.write_text(&mut out);
        String::from_utf8(out).expect("UTF-8")
    };
    assert_eq!(text(&Kind::SecondOne), "SECOND_ONE");
    let id = CustomerId(eventgen::types::uuid::Uuid::from_u128(7));
    assert_eq!(text(&id), "00000000-0000-0000-0000-000000000007");
}

mod other {
    use eventgen::AvroType;

    /// Has the full name of another type in the event.
    #[derive(Debug, Clone, PartialEq, AvroType)]
    pub(crate) struct Part {
        pub(crate) other: bool,
    }
}

#[derive(Debug, Clone, PartialEq, KafkaEvent)]
#[avro(namespace = "com.example.derive")]
#[kafka(topic = "derive.same-names.v1", key = id)]
struct SameNames {
    id: String,
    first: Part,
    second: other::Part,
}

/// The schema is invalid, so that a registry refuses it. apache-avro would accept it and mix the types up.
#[test]
fn two_types_with_one_name_make_an_invalid_schema() {
    let text = SameNames::schema().text();
    assert_eq!(text.matches(r#""name":"Part""#).count(), 2);
    assert!(eventgen_schema::avro::parse_schema(text).is_err(), "{text}");
}
