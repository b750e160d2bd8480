//! Valid files beyond the limits: each limit has its own diagnostic, no stack overflows, and time stays bounded.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use avro_tests::reading::read;
use eventgen_schema::compatibility::RuleSet;
use eventgen_schema::{Diagnostics, Loaded, ParseError, SchemaVersion};

fn codes(read: Result<Loaded, Diagnostics>) -> Vec<&'static str> {
    read.err().iter().flat_map(Diagnostics::iter).map(|diagnostic| diagnostic.code.id).collect()
}

fn nested(open: &str, depth: usize, inner: &str, close: &str) -> String {
    open.repeat(depth) + inner + &close.repeat(depth)
}

#[test]
fn types_nested_too_deeply_are_rejected() {
    let json = |depth| nested(r#"{"type":"array","items":"#, depth, "\"int\"", "}");
    assert_eq!(codes(read(&[("a.avsc", &json(150))])), [""; 0]);
    assert_eq!(codes(read(&[("a.avsc", &json(100_000))])), ["EG0004"]);
    let hidden = format!("/* \" */ {}", json(100_000));
    assert_eq!(codes(read(&[("a.avsc", &hidden)])), ["EG0004"]);
    let idl = |depth| format!("record R {{ {} f; }}", nested("array<", depth, "int", ">"));
    assert_eq!(codes(read(&[("a.avdl", &idl(150))])), [""; 0]);
    assert_eq!(codes(read(&[("a.avdl", &idl(100_000))])), ["EG0004"]);
    let default = format!("record R {{ int f = {}; }}", nested("[", 100_000, "1", "]"));
    assert_eq!(codes(read(&[("a.avdl", &default)])), ["EG0004"]);
    let annotation = nested("@a(", 100_000, "1", ")");
    assert_eq!(codes(read(&[("a.avdl", &annotation)])), ["EG0007"]);
}

/// Records that each name the next. The text is flat; as one schema it is as deep as there are records.
fn chain(length: usize, annotation: &str) -> String {
    let mut text = format!("namespace a;\n{annotation}\nrecord R0 {{ string id; R1 next; }}\n");
    for index in 1..length {
        let _ = writeln!(text, "record R{index} {{ R{} next; }}", index + 1);
    }
    text + &format!("fixed R{length}(1);\n")
}

#[test]
fn events_whose_schema_no_parser_accepts_are_rejected() {
    let event = "@kafka({\"topic\": \"t\", \"key\": \"id\"})";
    assert_eq!(codes(read(&[("a.avdl", &chain(40, event))])), [""; 0]);
    assert_eq!(codes(read(&[("a.avdl", &chain(50, event))])), ["EG0004"]);
    let plain = read(&[("a.avdl", &chain(200, ""))]).expect("valid schemas");
    // Only the end of the chain can be a self-contained schema.
    let schemas = plain.schemas();
    assert!(schemas.len() > 40 && schemas.len() < 60, "{}", schemas.len());
    let end = &schemas["a.R170"];
    assert!(serde_json::from_str::<serde_json::Value>(end).is_ok());
}

/// The same with any type between the records and in any file format, optionally recursive.
fn links(format: &str, length: usize, link: &str, back: bool) -> String {
    let (head, last) = match format {
        "proto" => ("syntax = \"proto3\";\npackage a;\n", "string content = 1;"),
        _ => ("namespace a;\n", "string content;"),
    };
    let record = if format == "proto" { "message" } else { "record" };
    let mut text = head.to_owned();
    for index in 0..length {
        let _ = writeln!(text, "{record} R{index} {{ {} }}", link.replace('R', &format!("R{}", index + 1)));
    }
    let last = if back { &link.replace('R', "R0") } else { last };
    text + &format!("{record} R{length} {{ {last} }}\n")
}

#[test]
fn deeply_nested_types_are_generated_or_rejected() {
    let deepest = [
        ("avdl", "R next;", 249),
        ("avdl", "R? next;", 124),
        ("avdl", "union { null, int, R } next;", 124),
        ("avdl", "array<R> next;", 99),
        ("avdl", "array<map<R?>> next;", 49),
        ("proto", "R next = 1;", 249),
        ("proto", "optional R next = 1;", 249),
        ("proto", "repeated R next = 1;", 99),
        ("proto", "map<string, R> next = 1;", 99),
    ];
    for (format, link, length) in deepest {
        for back in [false, true] {
            let text = |length| links(format, length, link, back);
            let file = format!("a.{format}");
            let loaded =
                read(&[(&file, &text(length))]).unwrap_or_else(|diagnostics| panic!("{link}: {diagnostics}"));
            assert_eq!(loaded.warnings.iter().map(|warning| warning.code.id).collect::<Vec<_>>(), ["EG0309"]);
            let _ = loaded.schemas();
            assert!(eventgen_codegen::generate(&loaded.contract).is_ok(), "{link}");
            assert_eq!(codes(read(&[(&file, &text(length + 2))])), ["EG0004"], "{link}");
        }
        let text = links(format, 10_000, link, false);
        assert_eq!(codes(read(&[(&format!("a.{format}"), &text)])), ["EG0004"], "{link}");
    }
}

/// A union of records that each name an earlier one: nothing is nested in the text.
fn flat(length: usize) -> String {
    let inner = (1..length).map(|index| {
        let next = index - 1;
        format!(r#"{{"type":"record","name":"R{index}","fields":[{{"name":"next","type":"R{next}"}}]}}"#)
    });
    let first = r#"{"type":"record","name":"R0","fields":[]}"#.to_owned();
    format!("[{}]", std::iter::once(first).chain(inner).collect::<Vec<_>>().join(","))
}

#[test]
fn schemas_from_a_registry_have_the_same_depth_limit_as_files() {
    let parse = |length| SchemaVersion::parse("AVRO", &flat(length), &BTreeMap::new());
    let (deep, deeper) = (parse(248).expect("a schema"), parse(249).expect("a schema"));
    assert!(deeper.incompatibilities(&deep, RuleSet::Wire).is_empty());
    let Err(ParseError::Schema(diagnostics)) = parse(10_000) else { panic!("too deep") };
    assert_eq!(diagnostics.iter().map(|diagnostic| diagnostic.code.id).collect::<Vec<_>>(), ["EG0004"]);
}

#[test]
fn names_that_are_too_long_are_rejected() {
    for parts in [65, 3_000, 100_000] {
        let space = vec!["p"; parts].join(".");
        let schema = format!(r#"{{"type":"record","name":"R","namespace":"{space}","fields":[]}}"#);
        let protocol = format!(r#"{{"protocol":"P","namespace":"{space}","types":[{schema}]}}"#);
        for (file, text) in [
            ("a.avsc", schema),
            ("a.avpr", protocol),
            ("a.avdl", format!("namespace {space}; record R {{}} record S {{ R r; }}")),
            ("b.avdl", format!("@namespace(\"{space}\") protocol P {{ record R {{}} }}")),
            ("c.avdl", format!("protocol {space}.P {{ record R {{}} }}")),
            ("a.proto", format!("syntax = \"proto3\"; package {space}; message M {{ message N {{}} }}")),
        ] {
            assert_eq!(codes(read(&[(file, &text)])), ["EG0008"], "{parts} parts in {file}");
        }
    }
    let long = "n".repeat(100_000);
    assert_eq!(codes(read(&[("a.avdl", &format!("fixed {long}(1);"))])), ["EG0008"]);
    assert_eq!(codes(read(&[("a.proto", &format!("syntax = \"proto3\"; message {long} {{}}"))])), ["EG0008"]);
    let as_deep_as_may_be = vec!["p"; 63].join(".");
    for (file, text) in [
        ("a.avdl", format!("namespace {as_deep_as_may_be}; record R {{ R? r; }}")),
        ("a.proto", format!("syntax = \"proto3\"; package {as_deep_as_may_be}; message M {{ M m = 1; }}")),
    ] {
        let loaded = read(&[(file, &text)]).expect("valid schemas");
        assert!(eventgen_codegen::generate(&loaded.contract).is_ok());
    }
}

#[test]
fn protobuf_nested_too_deeply_is_rejected() {
    let file = |inner: &str| format!("syntax = \"proto3\";\nmessage M {{ {inner} }}\n");
    for depth in [300, 100_000] {
        assert_eq!(codes(read(&[("a.proto", &file(&nested("message M {", depth, "", "}")))])), ["EG0004"]);
        let option = format!("option (eventgen.kafka) = {{ topic: {} }};", nested("[", depth, "1", "]"));
        assert_eq!(codes(read(&[("a.proto", &file(&option))])), ["EG0004"]);
    }
    assert_eq!(codes(read(&[("a.proto", &file(&nested("message M {", 100, "", "}")))])), ["EG0501"]);
}

/// A chain of records of ten fields that each default to the next record, in whole.
fn multiplying(records: usize) -> String {
    let mut text = String::from("namespace a;\n");
    for index in 0..records {
        let fields = (0..10).map(|field| format!("R{} f{field} = {{}};", index + 1));
        let _ = writeln!(text, "record R{index} {{ {} }}", fields.collect::<String>());
    }
    text + &format!("record R{records} {{ int f = 1; }}\n")
}

#[test]
fn defaults_that_multiply_are_checked_quickly() {
    let codes = codes(read(&[("a.avdl", &multiplying(12))]));
    // Four levels of ten are a thousand values; resolution stops at ten thousand.
    assert_eq!(codes.len(), 80);
    assert!(codes.iter().all(|code| *code == "EG0105"), "{codes:?}");
    let loaded = read(&[("a.avdl", &multiplying(4))]).expect("valid schemas");
    let settings = eventgen_codegen::Settings::default().builders(1);
    let code = eventgen_codegen::generate_with(&loaded.contract, &settings).expect("code");
    assert!(code.len() < 10_000_000, "{}", code.len());
}

#[test]
fn files_that_are_too_large_are_rejected() {
    let large = format!("\"string\"{}", " ".repeat(17 * 1024 * 1024));
    assert_eq!(codes(read(&[("a.avsc", &large)])), ["EG0005"]);
    assert_eq!(codes(read(&[("a.avdl", &large)])), ["EG0005"]);
}

#[test]
fn ten_thousand_names_and_errors_are_checked_quickly() {
    let fields = (0..10_000).map(|index| format!("Absent{index} f{index};\n"));
    let text = format!("record R {{ {} }}", fields.collect::<String>());
    let diagnostics = read(&[("a.avdl", &text)]).expect_err("diagnostics");
    assert_eq!(diagnostics.error_count(), 10_000);
    let members = (0..50_000).map(|index| format!("\"p{index}\":{index},"));
    let text = format!(r#"{{{}"type":"fixed","name":"F","size":1}}"#, members.collect::<String>());
    assert_eq!(codes(read(&[("a.avsc", &text)])), [""; 0]);
    let branches = (0..10_000).map(|index| format!(r#"{{"type":"fixed","name":"F{index}","size":1}},"#));
    let text = format!(r#"[{}"null"]"#, branches.collect::<String>());
    assert_eq!(codes(read(&[("a.avsc", &text)])), [""; 0]);
}

#[test]
fn files_that_import_each_other_are_read_once() {
    let loaded = read(&[
        ("a.avdl", "import idl \"b.avdl\"; record A { B? b; }"),
        ("b.avdl", "import idl \"./a.avdl\"; import schema \"c/c.avsc\"; record B { A? a; C c; }"),
        ("c/c.avsc", r#"{"type":"fixed","name":"C","size":1}"#),
    ]);
    let loaded = loaded.expect("valid schemas");
    assert_eq!(loaded.schemas().len(), 3);
}
