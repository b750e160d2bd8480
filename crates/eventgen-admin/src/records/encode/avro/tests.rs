//! What is shown of a union is encoded as the same branch again.

use eventgen_avro::parse::{ParsedSchema, Strictness, parse_with_references};

use super::super::json::parse;
use super::*;
use crate::values::decode;

fn schema(text: &str) -> ParsedSchema {
    parse_with_references::<&str>(text, &[], Strictness::Lenient)
        .unwrap_or_else(|_| panic!("a schema: {text}"))
}

fn shown(schema: &ParsedSchema, payload: &[u8]) -> String {
    let (_, value) = decode(schema, payload).unwrap_or_else(|reason| panic!("{reason}: {payload:?}"));
    serde_json::to_string(&value).expect("JSON")
}

fn encoded(schema: &ParsedSchema, text: &str) -> Result<Vec<u8>, String> {
    let json = parse(text).map_err(|problem| problem.to_string())?;
    let mut out = Vec::new();
    let walked = Walk { types: &schema.types, out: &mut out }.value(schema.root, &json, 0);
    walked.map(|()| out).map_err(|problem| problem.to_string())
}

/// A type with values in its encoding. Types of one group cannot be in one union.
struct Kind {
    group: &'static str,
    schema: &'static str,
    values: Vec<Vec<u8>>,
}

fn kind(group: &'static str, schema: &'static str, values: impl IntoIterator<Item = Vec<u8>>) -> Kind {
    Kind { group, schema, values: values.into_iter().collect() }
}

/// A string or bytes.
fn sized(text: &str) -> Vec<u8> {
    let length = u8::try_from(2 * text.len()).expect("a short text");
    [&[length], text.as_bytes()].concat()
}

/// A map with one entry.
fn entry(key: &str, value: &str) -> Vec<u8> {
    [&[2], &sized(key)[..], &sized(value), &[0]].concat()
}

fn kinds() -> Vec<Kind> {
    let long = [0x80, 0x80, 0x80, 0x80, 0x80, 0x01];
    let texts = ["hello", "0x00", "RED", "NaN", "1.5", "-3", "2026-01-31", "P1M2DT3.500S"];
    let more = ["2026-01-31T09:30:00Z", "2f9c9d3e-6a33-4c0e-9b0a-0c3b3f4f5a6b", "", "null", "true"];
    let strings: Vec<Vec<u8>> = texts.iter().chain(&more).map(|text| sized(text)).collect();
    let words = ["bytes", "string", "map", "array", "long", "no", "B", "a.B", "D", "F", "n"];
    let maps: Vec<Vec<u8>> = words.iter().map(|word| entry(word, "0x00")).collect();
    let float = |number: f32| number.to_le_bytes().to_vec();
    let double = |number: f64| number.to_le_bytes().to_vec();
    vec![
        kind("null", r#""null""#, [vec![]]),
        kind("boolean", r#""boolean""#, [vec![1]]),
        kind("int", r#""int""#, [vec![7]]),
        kind("long", r#""long""#, [vec![7], long.to_vec()]),
        kind("float", r#""float""#, [float(0.5), float(3.0), float(f32::NAN), float(f32::INFINITY)]),
        kind("double", r#""double""#, [double(0.5), double(-3.0), double(f64::NEG_INFINITY)]),
        kind("bytes", r#""bytes""#, [sized("hi"), vec![0]]),
        kind("string", r#""string""#, strings),
        kind("fixed", r#"{"type":"fixed","name":"a.F","size":1}"#, [vec![9]]),
        kind(
            "enum",
            r#"{"type":"enum","name":"a.E","symbols":["RED","NaN","hello"]}"#,
            [vec![0], vec![2], vec![4]],
        ),
        kind("A", r#"{"type":"record","name":"a.A","fields":[{"name":"no","type":"string"}]}"#, [sized("1")]),
        kind(
            "B",
            r#"{"type":"record","name":"a.B","fields":[{"name":"no","type":"string"},{"name":"n","type":"int","default":0}]}"#,
            [[sized("1"), vec![2]].concat()],
        ),
        kind(
            "C",
            r#"{"type":"record","name":"C","fields":[{"name":"bytes","type":"string"}]}"#,
            [sized("0x00")],
        ),
        kind("D", r#"{"type":"record","name":"D","fields":[{"name":"D","type":"string"}]}"#, [sized("x")]),
        kind(
            "array",
            r#"{"type":"array","items":"string"}"#,
            [[vec![2], sized("a"), vec![0]].concat(), vec![0]],
        ),
        kind("map", r#"{"type":"map","values":"string"}"#, maps.into_iter().chain([vec![0]])),
        kind("int", r#"{"type":"int","logicalType":"date"}"#, [vec![8]]),
        kind("long", r#"{"type":"long","logicalType":"timestamp-millis"}"#, [vec![8]]),
        kind("bytes", r#"{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}"#, [sized("a")]),
        kind("string", r#"{"type":"string","logicalType":"uuid"}"#, [sized(more[1])]),
        kind("G", r#"{"type":"fixed","name":"a.G","size":12,"logicalType":"duration"}"#, [vec![1; 12]]),
        kind(
            "H",
            r#"{"type":"fixed","name":"a.H","size":2,"logicalType":"decimal","precision":3,"scale":1}"#,
            [vec![0, 8]],
        ),
    ]
}

/// Every value of a union comes back as it was.
fn check(union: &[&Kind]) {
    let branches: Vec<&str> = union.iter().map(|kind| kind.schema).collect();
    let schema = schema(&format!("[{}]", branches.join(",")));
    for (index, kind) in union.iter().enumerate() {
        for value in &kind.values {
            let payload = [&[u8::try_from(2 * index).expect("few branches")], &value[..]].concat();
            let text = shown(&schema, &payload);
            assert_eq!(encoded(&schema, &text).as_ref(), Ok(&payload), "{text} of {branches:?}");
        }
    }
}

#[test]
fn every_branch_of_a_union_comes_back() {
    let kinds = kinds();
    for (index, first) in kinds.iter().enumerate() {
        for second in kinds.iter().filter(|second| second.group != first.group) {
            check(&[first, second]);
            // A third one: of each pair another, so that every kind is first, in the middle and last.
            let third = kinds
                .iter()
                .cycle()
                .skip(index + 3)
                .take(kinds.len())
                .find(|third| third.group != first.group && third.group != second.group);
            let third = third.expect("there are more groups");
            check(&[third, first, second]);
            check(&[first, third, second]);
            for object in kinds.iter().filter(|kind| ["map", "C", "string"].contains(&kind.group)) {
                if object.group != first.group && object.group != second.group {
                    check(&[object, first, second]);
                    check(&[first, second, object]);
                }
            }
        }
    }
}

#[test]
fn a_branch_is_named_only_where_another_one_would_take_the_value() {
    let card = r#"{"type":"record","name":"a.Card","fields":[{"name":"no","type":"string"}]}"#;
    let cash = r#"{"type":"record","name":"a.Cash","fields":[{"name":"no","type":"string"}]}"#;
    let union = schema(&format!(r#"["null","string","bytes","long",{card},{cash}]"#));
    let text = |index: u8, value: &[u8]| shown(&union, &[&[2 * index], value].concat());
    assert_eq!(text(0, &[]), "null");
    assert_eq!(text(1, &sized("x")), r#""x""#);
    assert_eq!(text(2, &sized("x")), r#"{"bytes":"0x78"}"#);
    assert_eq!(text(3, &[2]), "1");
    assert_eq!(text(4, &sized("1")), r#"{"no":"1"}"#);
    assert_eq!(text(5, &sized("1")), r#"{"a.Cash":{"no":"1"}}"#);
}

#[test]
fn an_object_is_a_map_or_a_record_where_it_does_not_fit_the_branch_that_it_names() {
    let union = schema(r#"["null","long",{"type":"map","values":"string"}]"#);
    assert_eq!(encoded(&union, r#"{"long":"x"}"#), Ok([vec![4], entry("long", "x")].concat()));
    assert_eq!(encoded(&union, r#"{"long":1}"#), Ok(vec![2, 2]));
    assert_eq!(encoded(&union, r#"{"map":{"long":"x"}}"#), Ok([vec![4], entry("long", "x")].concat()));
}
