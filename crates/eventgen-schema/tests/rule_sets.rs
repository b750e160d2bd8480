//! Rule sets beyond that of registries, and the matrix of versions.

use std::collections::{BTreeMap, BTreeSet};

use eventgen_schema::SchemaVersion;
use eventgen_schema::compatibility::{Matrix, RuleSet};
use eventgen_schema::contract::Compatibility;

fn version(language: &str, text: &str) -> SchemaVersion {
    SchemaVersion::parse(language, text, &BTreeMap::new()).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// The kinds of changes, each with the weakest rule set that forbids it.
type Expected = &'static [(RuleSet, &'static str)];

/// The kinds of changes and the weakest rule set that forbids each.
fn changes(language: &str, old: &str, new: &str) -> BTreeSet<(RuleSet, &'static str)> {
    let (old, new) = (version(language, old), version(language, new));
    let found = new.changes_since(&old, RuleSet::Strict);
    // A weaker set forbids a part of what a stronger one does.
    for rules in RuleSet::ALL {
        let expected = found.iter().filter(|change| change.rules <= rules).count();
        assert_eq!(new.changes_since(&old, rules).len(), expected);
    }
    found.into_iter().map(|change| (change.rules, change.kind.as_str())).collect()
}

#[test]
fn changes_of_json_and_of_code_in_protobuf() {
    use RuleSet::{Strict, WireJson};
    let file = |body: &str| {
        format!("syntax = \"proto3\"; package a; message M {{ {body} }} enum E {{ E0 = 0; E1 = 1; }}")
    };
    let cases: [(&str, &str, Expected); 11] = [
        ("int32 f = 1;", "int32 f = 1; string g = 2;", &[]),
        ("int32 f = 1;", "int32 g = 1;", &[(WireJson, "FIELD_JSON_CHANGED"), (Strict, "FIELD_RENAMED")]),
        ("int32 f = 1;", "int32 g = 1 [json_name = \"f\"];", &[(Strict, "FIELD_RENAMED")]),
        ("int32 f = 1;", "", &[(WireJson, "FIELD_REMOVED")]),
        ("int32 f = 1;", "reserved 1;", &[(WireJson, "FIELD_REMOVED")]),
        ("int32 f = 1;", "reserved 1; reserved \"f\";", &[]),
        ("int32 f = 1;", "repeated int32 f = 1;", &[(WireJson, "FIELD_JSON_CHANGED")]),
        ("int32 f = 1;", "optional int32 f = 1;", &[(Strict, "FIELD_PRESENCE_CHANGED")]),
        ("int32 f = 1;", "uint32 f = 1;", &[(Strict, "FIELD_TYPE_CHANGED")]),
        ("int32 f = 1;", "int64 f = 1;", &[(WireJson, "FIELD_TYPE_CHANGED")]),
        ("oneof o { int32 f = 1; }", "oneof p { int32 f = 1; }", &[(Strict, "FIELD_ONEOF_CHANGED")]),
    ];
    for (old, new, expected) in cases {
        assert_eq!(changes("PROTOBUF", &file(old), &file(new)), expected.iter().copied().collect(), "{new}");
    }
    let old = file("E f = 1;");
    for (from, to, expected) in [
        ("E1 = 1;", "E2 = 1;", "ENUM_VALUE_RENAMED"),
        ("E1 = 1;", "", "ENUM_VALUE_REMOVED"),
        ("E1 = 1;", "reserved 1;", "ENUM_VALUE_REMOVED"),
    ] {
        assert_eq!(changes("PROTOBUF", &old, &old.replace(from, to)), [(WireJson, expected)].into());
    }
    let reserved = old.replace("E1 = 1;", "reserved 1; reserved \"E1\";");
    assert_eq!(changes("PROTOBUF", &old, &reserved), BTreeSet::new());
}

#[test]
fn what_is_reserved_stays_so() {
    use RuleSet::WireJson;
    const USED: (RuleSet, &str) = (WireJson, "RESERVED_USED");
    const FREED: (RuleSet, &str) = (WireJson, "RESERVED_REMOVED");
    let message = |body: &str| format!("syntax = \"proto3\"; package a; message M {{ int32 f = 1; {body} }}");
    let definition = |body: &str| format!("syntax = \"proto3\"; package a; enum E {{ E0 = 0; {body} }}");
    let cases: [(&str, &str, &str, Expected); 11] = [
        ("reserved 2, 5 to 9;", "reserved 2, 5, 6, 7 to 20;", "", &[]),
        ("reserved 2, 5 to 9;", "reserved 2, 5, 7 to 20;", "", &[FREED]),
        ("reserved 2;", "string g = 2;", "G = 2;", &[USED]),
        ("reserved 2 to max;", "reserved 3 to max; string g = 2;", "reserved 3 to max; G = 2;", &[USED]),
        ("reserved 2 to 4;", "string g = 3;", "G = 3;", &[USED, FREED]),
        ("reserved 2;", "", "", &[FREED]),
        ("reserved \"g\";", "string g = 3;", "g = 3;", &[USED]),
        ("reserved \"g\", \"h\";", "reserved \"h\", \"g\";", "", &[]),
        ("reserved \"g\";", "", "", &[FREED]),
        ("reserved 2; reserved \"g\";", "string g = 2;", "g = 2;", &[USED]),
        ("", "reserved 2; reserved \"g\";", "", &[]),
    ];
    for (old, new, of_enum, expected) in cases {
        let expected: BTreeSet<_> = expected.iter().copied().collect();
        assert_eq!(changes("PROTOBUF", &message(old), &message(new)), expected, "{new}");
        let of_enum = if of_enum.is_empty() { new } else { of_enum };
        assert_eq!(changes("PROTOBUF", &definition(old), &definition(of_enum)), expected, "{of_enum}");
    }
}

#[test]
fn another_default_of_proto2_is_another_value() {
    const OTHER: Expected = &[(RuleSet::Strict, "DEFAULT_CHANGED")];
    let file = |field: &str, values: &str| {
        format!("syntax = \"proto2\"; package a; message M {{ optional {field}; }} enum E {{ {values} }}")
    };
    let values = "A = 1; B = 2;";
    let cases: [(&str, &str, Expected); 9] = [
        ("int32 f = 1 [default = 5]", "int32 f = 1 [default = 6]", OTHER),
        ("int32 f = 1 [default = 5]", "int32 f = 1", OTHER),
        ("int32 f = 1", "int32 f = 1 [default = 5]", OTHER),
        ("int32 f = 1", "int32 f = 1 [default = 0]", &[]),
        ("double f = 1 [default = nan]", "double f = 1 [default = nan]", &[]),
        ("string f = 1 [default = \"\"]", "string f = 1", &[]),
        ("E f = 1 [default = A]", "E f = 1", &[]),
        ("E f = 1 [default = B]", "E f = 1", OTHER),
        ("bytes f = 1 [default = \"a\"]", "bytes f = 1 [default = \"\\x62\"]", OTHER),
    ];
    for (old, new, expected) in cases {
        let found = changes("PROTOBUF", &file(old, values), &file(new, values));
        assert_eq!(found, expected.iter().copied().collect(), "{new}");
    }
    let found = changes("PROTOBUF", &file("E f = 1", values), &file("E f = 1", "B = 2; A = 1;"));
    assert_eq!(found, OTHER.iter().copied().collect(), "the first value is the default");
}

#[test]
fn changes_of_extensions() {
    use RuleSet::{Strict, WireJson};
    let file = |extension: &str| {
        format!(
            "syntax = \"proto2\"; package a; message M {{ extensions 100 to 199; }} extend M {{ {extension} }}"
        )
    };
    let old = "optional int32 e = 100 [default = 1];";
    let cases: [(&str, Expected); 6] = [
        (old, &[]),
        ("optional int32 f = 101;", &[(WireJson, "FIELD_REMOVED")]),
        ("optional int32 f = 100 [default = 1];", &[(WireJson, "FIELD_JSON_CHANGED")]),
        ("repeated int32 e = 100;", &[(WireJson, "FIELD_JSON_CHANGED"), (Strict, "DEFAULT_CHANGED")]),
        ("optional int64 e = 100;", &[(WireJson, "FIELD_TYPE_CHANGED")]),
        ("optional int32 e = 100;", &[(Strict, "DEFAULT_CHANGED")]),
    ];
    for (new, expected) in cases {
        let found = changes("PROTOBUF", &file(old), &file(new));
        assert_eq!(found, expected.iter().copied().collect(), "{new}");
    }
}

#[test]
fn changes_of_json_and_of_code_in_avro() {
    use RuleSet::{Strict, WireJson};
    let record = |name: &str, field: &str| {
        format!(r#"{{"type":"record","name":"{name}","aliases":["a.R"],"fields":[{field}]}}"#)
    };
    let field = |ty: &str| format!(r#"{{"name":"f","type":{ty}}}"#);
    let old = record("a.R", &field("\"long\""));
    let timestamp = r#"{"type":"long","logicalType":"timestamp-millis"}"#;
    let cases: [(String, Expected); 5] = [
        (old.clone(), &[]),
        (record("a.S", &field("\"long\"")), &[(Strict, "TYPE_RENAMED")]),
        (record("a.R", &field(timestamp)), &[(Strict, "LOGICAL_TYPE_CHANGED")]),
        (record("a.R", &field("\"double\"")), &[(WireJson, "FIELD_TYPE_CHANGED")]),
        (record("a.R", r#"{"name":"g","type":"long","aliases":["f"]}"#), &[(WireJson, "FIELD_RENAMED")]),
    ];
    for (new, expected) in cases {
        assert_eq!(changes("AVRO", &old, &new), expected.iter().copied().collect(), "{new}");
    }
    let symbols =
        |symbols: &str| format!(r#"{{"type":"enum","name":"E","symbols":[{symbols}],"default":"A"}}"#);
    assert_eq!(
        changes("AVRO", &symbols(r#""A","B""#), &symbols(r#""A""#)),
        [(WireJson, "ENUM_VALUE_REMOVED")].into()
    );
}

#[test]
fn a_matrix_names_the_versions_that_break() {
    let message =
        |fields: &str| version("PROTOBUF", &format!("syntax = \"proto3\"; message M {{ {fields} }}"));
    let versions = [message("string f = 1;"), message("int32 f = 1;"), message("int32 f = 1; string g = 2;")];
    let new = message("int64 f = 1; string g = 2;");
    let existing = || (1..).zip(&versions);
    let matrix = Matrix::new(&new, existing(), RuleSet::Registry);
    assert_eq!(matrix.rows().iter().map(|row| row.version).collect::<Vec<_>>(), [1, 2, 3]);
    assert!(matrix.allows(Compatibility::Full) && matrix.allows(Compatibility::None));
    let broken = |matrix: &Matrix, level| -> Vec<u32> {
        matrix.forbidden_by(level).into_iter().map(|(version, _)| version).collect()
    };
    assert_eq!(broken(&matrix, Compatibility::BackwardTransitive), [1]);
    assert_eq!(broken(&matrix, Compatibility::FullTransitive), [1, 1]);
    // 64-bit integers are text in JSON: with these rules the latest version breaks, too.
    let matrix = Matrix::new(&new, existing(), RuleSet::WireJson);
    assert_eq!(broken(&matrix, Compatibility::Backward), [3]);
    assert!(matrix.to_string().lines().nth(1).is_some_and(|line| line.starts_with("1 ")), "{matrix}");
    for rules in RuleSet::ALL {
        assert_eq!(rules.as_str().parse(), Ok(rules));
    }
    assert!("lax".parse::<RuleSet>().is_err());
}
