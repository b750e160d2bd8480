//! All pairs of scalars, and levels.

use eventgen_schema::compatibility::IncompatibilityKind::FieldScalarKindChanged;
use eventgen_schema::compatibility::{RuleSet, check_level_with};
use eventgen_schema::contract::Compatibility;
use eventgen_schema::protobuf::compatibility::check;

use super::{fields, proto2};

#[test]
fn scalars_change_within_their_group() {
    let groups: [&[&str]; 7] = [
        &["int32", "int64", "uint32", "uint64", "bool", "E", "F"],
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
                let expected: &[_] = if a == b { &[] } else { &[FieldScalarKindChanged] };
                let (old, new) = (format!("optional {old} a = 1;"), format!("optional {new} a = 1;"));
                assert_eq!(fields(&old, &new), expected, "{old} {new}");
            }
        }
    }
}

#[test]
fn levels_say_who_reads_whom() {
    let (old, new) =
        (proto2("message M { optional string a = 1; }"), proto2("message M { required string b = 2; }"));
    let count = |level| {
        let check = |reader: &_, writer: &_| check(reader, writer, RuleSet::Registry);
        check_level_with(level, &new, std::slice::from_ref(&old), check).len()
    };
    assert_eq!(count(Compatibility::None), 0);
    assert_eq!(count(Compatibility::Backward), 1, "a required field is new");
    assert_eq!(count(Compatibility::Forward), 1, "a required field is gone");
    assert_eq!(count(Compatibility::Full), 2);
}

#[test]
fn a_long_chain_of_imported_messages_is_compared_to_its_end() {
    let chain = |last: &str| {
        let messages = (0..5_000).map(|at| format!("message M{at} {{ M{} next = 1; }}\n", at + 1));
        let text = messages.collect::<String>();
        let text = format!("syntax = \"proto3\"; package b;\n{text}message M5000 {{ {last} end = 1; }}");
        let imports = std::collections::BTreeMap::from([("b.proto".to_owned(), text)]);
        super::parse("syntax = \"proto3\"; import \"b.proto\"; message M { b.M0 first = 1; }", &imports)
    };
    let found = check(&chain("string"), &chain("int32"), RuleSet::Registry);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].path, "b.M5000.end");
}
