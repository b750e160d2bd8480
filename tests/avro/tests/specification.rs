//! The rules of the specification in one file and across files.

use avro_tests::reading::read;
use avro_tests::rules::RULES;
use eventgen_schema::{Diagnostics, Loaded};

/// The codes of the diagnostics.
fn codes(read: &Result<Loaded, Diagnostics>) -> Vec<&'static str> {
    let diagnostics = read.as_ref().err();
    diagnostics.into_iter().flat_map(Diagnostics::iter).map(|diagnostic| diagnostic.code.id).collect()
}

#[test]
fn every_rule_of_the_specification_is_followed() {
    let mut wrong = Vec::new();
    for rule in RULES {
        let found = codes(&read(&[("a.avsc", rule.schema)]));
        let as_expected = match rule.diagnostic {
            Some(code) => found.contains(&code),
            None => found.is_empty(),
        };
        if !as_expected {
            wrong.push(format!("{}: {} gave {found:?}", rule.about, rule.schema));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A cycle over three files in two folders, with a type that is defined inside another file's type.
const CYCLE: [(&str, &str); 4] = [
    (
        "z/order.avsc",
        r#"{"type":"record","name":"Order","namespace":"a","fields":[{"name":"customer","type":"b.Customer"},{"name":"kind","type":"Kind"}]}"#,
    ),
    (
        "customer.avsc",
        r#"{"type":"record","name":"Customer","namespace":"b","fields":[{"name":"orders","type":{"type":"array","items":"a.Order"}},{"name":"kind","type":"a.Kind"},{"name":"mark","type":"Mark"}]}"#,
    ),
    (
        "a/holder.avsc",
        r#"{"type":"record","name":"Holder","namespace":"a","fields":[{"name":"kind","type":{"type":"enum","name":"Kind","symbols":["X"]}}]}"#,
    ),
    ("mark.avdl", "fixed Mark(4);"),
];

#[test]
fn files_refer_to_each_other() {
    let loaded = read(&CYCLE).expect("valid schemas");
    let names: Vec<String> = loaded.schemas().into_keys().collect();
    assert_eq!(names, ["Mark", "a.Holder", "a.Kind", "a.Order", "b.Customer"]);
}

#[test]
fn the_order_of_files_does_not_matter() {
    let generated = |files: &[(&str, &str)]| {
        let loaded = read(files).expect("valid schemas");
        (eventgen_codegen::generate(&loaded.contract).expect("code"), loaded.schemas())
    };
    let first = generated(&CYCLE);
    let mut files = CYCLE;
    for turn in 0..50 {
        files.rotate_left(1 + turn % 3);
        files.swap(0, turn % 4);
        assert_eq!(generated(&files), first, "{turn}");
    }
}

#[test]
fn equivalent_definitions_in_two_files_are_one_type() {
    let loaded = read(&[
        (
            "a.avsc",
            r#"{"type":"record","name":"a.R","doc":"Here.","fields":[{"name":"f","type":{"type":"fixed","name":"F","size":1}}]}"#,
        ),
        ("b.avsc", r#"{"type":"record","name":"R","namespace":"a","fields":[{"type":"a.F","name":"f"}]}"#),
        ("c.avpr", r#"{"protocol":"P","namespace":"a","types":[{"type":"fixed","name":"F","size":1}]}"#),
        ("d.avdl", "namespace a; record R { F f; }"),
    ]);
    assert_eq!(loaded.expect("valid schemas").schemas().len(), 2);
}

#[test]
fn a_type_defined_in_two_ways_is_an_error_that_shows_both() {
    let diagnostics = read(&[
        ("a.avsc", r#"{"type":"record","name":"a.R","fields":[{"name":"f","type":"int"}]}"#),
        ("b.avdl", "namespace a;\nrecord R { long f; }"),
    ]);
    let diagnostics = diagnostics.expect_err("a diagnostic");
    let diagnostic = diagnostics.iter().next().expect("a diagnostic");
    assert_eq!(diagnostic.code.id, "EG0104");
    let files = diagnostic.labels.iter().map(|(span, _)| {
        diagnostics.sources().path(span.source).file_name().expect("a name").to_string_lossy().into_owned()
    });
    assert_eq!(files.collect::<Vec<_>>(), ["b.avdl", "a.avsc"]);
}

#[test]
fn a_protocol_of_json_gives_its_types_its_namespace() {
    let protocol = r#"{
        "protocol": "Shop", "namespace": "com.example", "doc": "A shop.",
        "types": [
            {"type": "record", "name": "Order", "kafka": {"topic": "orders", "key": "id"},
             "fields": [{"name": "id", "type": "string"}, {"name": "state", "type": "State"}]},
            {"type": "enum", "name": "State", "symbols": ["OPEN"]},
            {"type": "error", "name": "Refused", "namespace": "com.other", "fields": []}
        ],
        "messages": {
            "place": {"request": [{"name": "order", "type": "Order"}], "response": "State", "errors": ["com.other.Refused"]}
        }
    }"#;
    let loaded = read(&[("shop.avpr", protocol)]).expect("valid schemas");
    assert_eq!(loaded.contract.events[0].name, "com.example.Order");
    assert_eq!(
        loaded.contract.events[0].schema,
        r#"{"type":"record","name":"Order","namespace":"com.example","fields":[{"name":"id","type":"string"},{"name":"state","type":{"type":"enum","name":"State","symbols":["OPEN"]}}]}"#
    );
    let absent = protocol.replace("\"response\": \"State\"", "\"response\": \"Stat\"");
    let diagnostics = read(&[("shop.avpr", &absent)]);
    assert_eq!(codes(&diagnostics), ["EG0102"]);
    let nameless = protocol.replace("\"protocol\"", "\"protocoll\"");
    assert_eq!(codes(&read(&[("shop.avpr", &nameless)])), ["EG0101"]);
}

#[test]
fn errors_in_idl_point_at_their_tokens() {
    for (text, code, at) in [
        ("record R { string 1a; }", "EG0007", "1a"),
        ("record R { strin a; }", "EG0102", "strin"),
        ("record R { string a }", "EG0007", "}"),
        ("protocol P { record R { int a = 1.5; } }", "EG0105", "1.5"),
        ("@kafka({\"topic\": \"t\", \"kye\": \"a\"}) record R { string a; }", "EG0107", "\"kye\""),
        ("import idl \"absent.avdl\";", "EG0502", "\"absent.avdl\""),
        ("record R { @order(\"sideways\") string a; @order(\"up\") }", "EG0007", "}"),
        ("record R { string @order(\"up\") a; }", "EG0101", "\"up\""),
        ("@aliases([\"a\"]) @aliases([\"b\"]) record R {}", "EG0006", "aliases"),
        ("enum E { A } = B;", "EG0121", "B"),
        ("fixed F(-1);", "EG0101", "-1"),
        ("union { null } x;", "EG0007", "union"),
        ("record R { union { null, string }? a; }", "EG0007", "?"),
        ("record R { string a = \"x; }", "EG0007", "\""),
        ("/* no end", "EG0007", "/*"),
    ] {
        let diagnostics = read(&[("a.avdl", text)]).expect_err(text);
        let diagnostic = diagnostics.iter().find(|diagnostic| diagnostic.code.id == code);
        let diagnostic = diagnostic.unwrap_or_else(|| panic!("{text}: {diagnostics}"));
        let (span, _) = &diagnostic.labels[0];
        assert_eq!(&diagnostics.sources().text(span.source)[span.range.clone()], at, "{text}: {diagnostics}");
    }
}
