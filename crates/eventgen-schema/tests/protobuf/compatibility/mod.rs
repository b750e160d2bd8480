//! Compatibility of versions: the published rules as cases, and random versions beside a second implementation.

mod cases;
mod changes;
mod generated;
mod groups;
mod rules;
mod versions;

use std::collections::{BTreeMap, BTreeSet};

use eventgen_schema::compatibility::{IncompatibilityKind, RuleSet};
use eventgen_schema::protobuf::compatibility::check;
use eventgen_schema::protobuf::{ParsedSchema, parse_schema};

/// The names of the kinds that a rule set refuses when `old` becomes `new`.
fn refused(old: &ParsedSchema, new: &ParsedSchema, rules: RuleSet) -> BTreeSet<&'static str> {
    check(new, old, rules).into_iter().map(|found| found.kind.as_str()).collect()
}

fn parse(text: &str, imports: &BTreeMap<String, String>) -> ParsedSchema {
    parse_schema(text, imports).unwrap_or_else(|diagnostics| panic!("{diagnostics}\n{text}\n{imports:?}"))
}

/// A version of a single file in proto2.
fn proto2(body: &str) -> ParsedSchema {
    parse(&format!("syntax = \"proto2\"; package a; {body}"), &BTreeMap::new())
}

/// The kinds that the registry's rules refuse when the fields of one message change.
fn fields(old: &str, new: &str) -> Vec<IncompatibilityKind> {
    let message = |fields: &str| {
        format!("message M {{ {fields} }} message N {{}} enum E {{ E0 = 0; }} enum F {{ F0 = 0; }}")
    };
    let found = check(&proto2(&message(new)), &proto2(&message(old)), RuleSet::Registry);
    found.into_iter().map(|found| found.kind).collect()
}
