//! Confluent's rules for Protobuf, one by one.

use std::collections::BTreeMap;

use eventgen_schema::compatibility::IncompatibilityKind::{self, *};
use eventgen_schema::compatibility::check_level_with;
use eventgen_schema::contract::Compatibility;
use eventgen_schema::protobuf::compatibility::check;
use eventgen_schema::protobuf::{ParsedSchema, parse_schema};

fn proto2(body: &str) -> ParsedSchema {
    let text = format!("syntax = \"proto2\"; package a; {body}");
    parse_schema(&text, &BTreeMap::new()).unwrap_or_else(|diagnostics| panic!("{diagnostics}"))
}

/// What is refused when `old` becomes `new`.
fn found(old: &str, new: &str) -> Vec<(IncompatibilityKind, String)> {
    check(&proto2(new), &proto2(old)).into_iter().map(|found| (found.kind, found.path)).collect()
}

/// The same for the fields of one message.
fn fields(old: &str, new: &str) -> Vec<IncompatibilityKind> {
    let message = |fields: &str| {
        format!("message M {{ {fields} }} message N {{}} enum E {{ E0 = 0; }} enum F {{ F0 = 0; }}")
    };
    found(&message(old), &message(new)).into_iter().map(|(kind, _)| kind).collect()
}

#[test]
fn messages() {
    assert_eq!(found("message A {}", "message A {} message B {}"), [], "added");
    assert_eq!(found("message A {} message B {}", "message B {} message A {}"), [], "moved");
    assert_eq!(found("message A {}", ""), [(MessageRemoved, "A".to_owned())]);
    assert_eq!(found("message A { message B {} }", "message A {}"), [(MessageRemoved, "A.B".to_owned())]);
    let other =
        parse_schema("syntax = \"proto2\"; package b; message A {}", &BTreeMap::new()).expect("a schema");
    let kinds: Vec<_> = check(&other, &proto2("message A {}")).into_iter().map(|found| found.kind).collect();
    assert_eq!(kinds, [PackageChanged]);
}

#[test]
fn enums_may_change() {
    assert_eq!(found("enum A { A0 = 0; }", "enum A { A0 = 0; A1 = 1; } enum B { B0 = 0; }"), []);
    assert_eq!(found("enum A { A0 = 0; A1 = 1; }", ""), []);
}

#[test]
fn fields_come_go_and_change_their_names() {
    assert_eq!(fields("optional string a = 1;", ""), []);
    assert_eq!(fields("", "optional string a = 1;"), []);
    assert_eq!(fields("optional string a = 1;", "optional string b = 1;"), []);
    assert_eq!(fields("", "required string a = 1;"), [RequiredFieldAdded]);
    assert_eq!(fields("required string a = 1;", ""), [RequiredFieldRemoved]);
}

#[test]
fn groups_and_messages_are_written_otherwise() {
    let group = "optional group G = 1 { optional int32 a = 2; }";
    let message = "optional G g = 1; message G { optional int32 a = 2; }";
    assert_eq!(fields(group, group), []);
    assert_eq!(fields(group, message), [FieldKindChanged]);
    assert_eq!(fields(message, group), [FieldKindChanged]);
}

#[test]
fn scalars_change_within_their_group() {
    let groups: [&[&str]; 7] = [
        &["int32", "int64", "uint32", "uint64", "bool", "E"],
        &["sint32", "sint64"],
        &["string", "bytes"],
        &["fixed32", "sfixed32"],
        &["fixed64", "sfixed64"],
        &["float"],
        &["double"],
    ];
    for (a, group) in groups.iter().enumerate() {
        for (b, other) in groups.iter().enumerate() {
            for (old, new) in group.iter().flat_map(|old| other.iter().map(move |new| (old, new))) {
                // Not all bytes are text.
                let is_read = a == b && (*old, *new) != ("bytes", "string");
                let expected: &[_] = if is_read { &[] } else { &[FieldScalarKindChanged] };
                let (old, new) = (format!("optional {old} a = 1;"), format!("optional {new} a = 1;"));
                assert_eq!(fields(&old, &new), expected, "{old} {new}");
            }
        }
    }
}

#[test]
fn kinds_and_named_types_stay() {
    assert_eq!(fields("optional string a = 1;", "optional N a = 1;"), [FieldKindChanged]);
    assert_eq!(fields("optional N a = 1;", "map<string, string> a = 1;"), [FieldKindChanged]);
    assert_eq!(fields("optional N a = 1;", "optional M a = 1;"), [FieldNamedTypeChanged]);
    assert_eq!(fields("optional E a = 1;", "optional F a = 1;"), [FieldNamedTypeChanged]);
    assert_eq!(fields("map<string, int32> a = 1;", "map<string, int64> a = 1;"), []);
    assert_eq!(fields("map<string, int32> a = 1;", "map<string, string> a = 1;"), [FieldScalarKindChanged]);
    assert_eq!(fields("map<int32, string> a = 1;", "map<string, string> a = 1;"), [FieldScalarKindChanged]);
}

#[test]
fn labels_of_numbers_stay() {
    assert_eq!(fields("optional string a = 1;", "repeated string a = 1;"), []);
    assert_eq!(fields("repeated bytes a = 1;", "optional bytes a = 1;"), []);
    assert_eq!(fields("optional N a = 1;", "repeated N a = 1;"), []);
    assert_eq!(fields("optional int32 a = 1;", "repeated int32 a = 1;"), [FieldNumericLabelChanged]);
}

#[test]
fn oneofs_grow_only() {
    let (one, two) = ("oneof o { string a = 1; }", "oneof o { string a = 1; string b = 2; }");
    assert_eq!(fields("", two), [], "oneof added");
    assert_eq!(fields(two, ""), [], "oneof removed");
    assert_eq!(fields(one, two), [], "oneof field added");
    assert_eq!(fields(two, one), [OneofFieldRemoved]);
    assert_eq!(fields(two, &format!("{one} optional string b = 2;")), [], "moved out");
    let three = "oneof o { string a = 1; string b = 2; string c = 3; }";
    assert_eq!(
        fields(three, &format!("{one} optional string b = 2; optional string c = 3;")),
        [OneofFieldRemoved, OneofFieldRemoved]
    );
    assert_eq!(fields("optional string a = 1;", one), [], "one field moved into a new oneof");
    assert_eq!(
        fields("optional string a = 1; optional string b = 2;", two),
        [MultipleFieldsMovedToOneof, MultipleFieldsMovedToOneof]
    );
    assert_eq!(fields(&format!("{one} optional string b = 2;"), two), [FieldMovedToExistingOneof]);
    assert_eq!(fields(one, "oneof o { int32 a = 1; }"), [FieldScalarKindChanged]);
}

#[test]
fn levels_say_who_reads_whom() {
    let (old, new) =
        (proto2("message M { optional string a = 1; }"), proto2("message M { required string b = 2; }"));
    let count = |level| check_level_with(level, &new, std::slice::from_ref(&old), check).len();
    assert_eq!(count(Compatibility::None), 0);
    assert_eq!(count(Compatibility::Backward), 1, "a required field is new");
    assert_eq!(count(Compatibility::Forward), 1, "a required field is gone");
    assert_eq!(count(Compatibility::Full), 2);
}
