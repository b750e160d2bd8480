//! What the check of a schema file accepts, everything else can use: the registered form, the parsers of registries and of
//! consumers, and schema resolution. What the check of compatibility accepts, resolution reads.

use std::collections::BTreeMap;

use avro_tests::mutations::{Random, mutate};
use avro_tests::reading::read;
use avro_tests::rules::RULES;
use eventgen_avro::model::Type;
use eventgen_avro::parse::{Strictness, parse};
use eventgen_avro::{Limits, Plan, PlanError, Schema, Unresolvable};
use eventgen_schema::SchemaVersion;
use eventgen_schema::avro::parse_schema;
use eventgen_schema::compatibility::{Incompatibility, RuleSet};

fn record(fields: &str) -> String {
    format!(r#"{{"type":"record","name":"R","fields":[{fields}]}}"#)
}

fn field(ty: &str) -> String {
    record(&format!(r#"{{"name":"f","type":{ty}}}"#))
}

/// Why a schema that is accepted in a file cannot be used.
fn disagreement(text: &str) -> Option<String> {
    let parsed = parse(text, Strictness::Strict).ok()?;
    if let Err(problems) = parse(text, Strictness::Registry) {
        return Some(format!("registries: {problems:?}"));
    }
    let reader = match Schema::parse(text) {
        Ok(reader) => reader,
        Err(error) => return Some(format!("consumers: {error}")),
    };
    let Type::Record(record) = parsed.types.get(parsed.root) else { return None };
    let writer = format!(r#"{{"type":"record","name":"{}","fields":[]}}"#, record.name);
    match Plan::between(&Schema::parse(&writer).expect("a record"), &reader) {
        Ok(_) | Err(PlanError::Unresolvable { reason: Unresolvable::Missing { .. }, .. }) => None,
        Err(error) => Some(format!("resolution: {error}")),
    }
}

#[test]
fn every_rule_that_is_followed_can_be_used() {
    for rule in RULES.iter().filter(|rule| rule.diagnostic.is_none()) {
        assert_eq!(disagreement(rule.schema), None, "{}: {}", rule.about, rule.schema);
        let loaded = read(&[("a.avsc", rule.schema)]).unwrap_or_else(|told| panic!("{}: {told}", rule.about));
        for form in loaded.schemas().into_values() {
            assert_eq!(disagreement(&form), None, "{}: {form}", rule.about);
            parse_schema(&form).unwrap_or_else(|told| panic!("{}: {told}", rule.about));
        }
        eventgen_codegen::generate(&loaded.contract)
            .unwrap_or_else(|error| panic!("{}: {error}", rule.about));
    }
}

#[test]
fn every_mutated_schema_that_is_accepted_can_be_used() {
    let texts: Vec<&str> = RULES.iter().map(|rule| rule.schema).collect();
    let (mut random, mut accepted) = (Random::new(14), 0);
    for _ in 0..20_000 {
        let bytes = mutate(&texts, &mut random);
        let Ok(text) = std::str::from_utf8(&bytes) else { continue };
        assert_eq!(disagreement(text), None, "{text}");
        accepted += usize::from(parse(text, Strictness::Strict).is_ok());
    }
    assert!(accepted > 500, "{accepted} are accepted");
}

/// A plan for a record of one field, from one type to the other.
fn plan(writer: &str, reader: &str) -> Result<Plan, PlanError> {
    Plan::new(&field(writer), &field(reader))
}

fn incompatibilities(writer: &str, reader: &str) -> Vec<Incompatibility> {
    let version =
        |text: &str| SchemaVersion::parse("AVRO", &field(text), &BTreeMap::default()).expect("a schema");
    version(reader).incompatibilities(&version(writer), RuleSet::Wire)
}

fn decimal(precision: u32, scale: u32) -> String {
    format!(r#"{{"type":"bytes","logicalType":"decimal","precision":{precision},"scale":{scale}}}"#)
}

fn fixed_decimal(precision: u32, scale: u32) -> String {
    format!(
        r#"{{"type":"fixed","name":"D","size":4,"logicalType":"decimal","precision":{precision},"scale":{scale}}}"#
    )
}

fn logical(base: &str, name: &str) -> String {
    format!(r#"{{"type":"{base}","logicalType":"{name}"}}"#)
}

const LONGS: [&str; 7] = [
    "time-micros",
    "timestamp-millis",
    "timestamp-micros",
    "timestamp-nanos",
    "local-timestamp-millis",
    "local-timestamp-micros",
    "local-timestamp-nanos",
];

#[test]
fn logical_types_change_where_nothing_is_lost_and_nowhere_else() {
    let (time, date) = (logical("int", "time-millis"), logical("int", "date"));
    let mut types: Vec<String> = LONGS.iter().map(|name| logical("long", name)).collect();
    types.extend([time.clone(), date, logical("string", "uuid"), logical("bytes", "big-decimal")]);
    types.extend([decimal(4, 2), decimal(5, 2), decimal(5, 3), decimal(6, 3), decimal(4, 1), decimal(4, 0)]);
    let long = |name: &str| logical("long", name);
    let readable = [
        (long("timestamp-millis"), long("timestamp-micros")),
        (long("local-timestamp-millis"), long("local-timestamp-micros")),
        (time, long("time-micros")),
        (decimal(4, 2), decimal(5, 2)),
        (decimal(4, 2), decimal(5, 3)),
        (decimal(4, 2), decimal(6, 3)),
        (decimal(5, 2), decimal(6, 3)),
        (decimal(5, 3), decimal(6, 3)),
        (decimal(4, 1), decimal(5, 2)),
        (decimal(4, 1), decimal(6, 3)),
    ];
    for writer in &types {
        for reader in &types {
            let expected = writer == reader || readable.contains(&(writer.clone(), reader.clone()));
            let (planned, found) = (plan(writer, reader), incompatibilities(writer, reader));
            assert_eq!(planned.is_ok(), expected, "{writer} to {reader}: {planned:?}");
            assert_eq!(found.is_empty(), expected, "{writer} to {reader}: {found:?}");
        }
        // Without a logical type on one side, the value is taken as it is. The gate refuses it where not all values are of
        // the logical type.
        let is_partial =
            ["time-", "\"uuid"].iter().any(|name| writer.contains(name) && !writer.contains("timestamp"));
        let base = &writer[9..writer.find("\",").expect("a base")];
        let base = format!("\"{base}\"");
        for (writer, reader) in [(writer, &base), (&base, writer)] {
            assert!(plan(writer, reader).is_ok_and(|plan| plan.is_identity()), "{writer} to {reader}");
            let found = incompatibilities(writer, reader);
            assert_eq!(found.is_empty(), !(is_partial && *writer == base), "{writer} to {reader}: {found:?}");
        }
    }
}

/// The number in a payload of one long.
fn long(value: i64) -> Vec<u8> {
    let mut out = Vec::new();
    eventgen_avro::write(&value, &mut out).expect("a long");
    out
}

fn resolved(writer: &str, reader: &str, payload: &[u8]) -> Result<Vec<u8>, String> {
    let plan = plan(writer, reader).expect("the types resolve");
    let mut out = Vec::new();
    plan.resolve(payload, Limits::default(), &mut out).map_err(|error| error.to_string())?;
    Ok(out)
}

#[test]
fn milliseconds_are_read_as_microseconds() {
    let [millis, micros] = ["timestamp-millis", "timestamp-micros"].map(|name| logical("long", name));
    for value in [0, 1, -1, 1_700_000_000_123, -62_135_596_800_000, i64::MAX / 1000] {
        assert_eq!(resolved(&millis, &micros, &long(value)), Ok(long(value * 1000)));
    }
    let error = resolved(&millis, &micros, &long(i64::MAX)).expect_err("too far away");
    assert_eq!(error, "`f`: 9223372036854775807 does not fit the reader's logical type (byte 0)");
    let time = logical("int", "time-millis");
    assert_eq!(resolved(&time, &logical("long", "time-micros"), &long(86_399_999)), Ok(long(86_399_999_000)));
    let list = |items: &str| format!(r#"{{"type":"array","items":["null",{items}]}}"#);
    let payload = [&[4, 0, 2][..], &long(7), &[0]].concat();
    let expected = [&[4, 0, 2][..], &long(7000), &[0]].concat();
    assert_eq!(resolved(&list(&millis), &list(&micros), &payload), Ok(expected));
    let optional = format!(r#"["null",{micros}]"#);
    assert_eq!(resolved(&millis, &optional, &long(7)), Ok([&[2][..], &long(7000)].concat()));
}

#[test]
fn decimals_get_digits() {
    let (two, four) = (decimal(9, 2), decimal(12, 4));
    for (from, to) in [
        (&[2, 1][..], &[2, 100][..]),
        (&[2, 0xff], &[2, 0x9c]),
        (&[4, 0x01, 0x00], &[4, 0x64, 0x00]),
        (&[2, 0x7f], &[4, 0x31, 0x9c]),
        (&[2, 0], &[2, 0]),
    ] {
        assert_eq!(resolved(&two, &four, from).as_deref(), Ok(to), "{from:?}");
    }
    let (one, three) = (fixed_decimal(6, 1), fixed_decimal(8, 3));
    assert_eq!(resolved(&one, &three, &[0, 0, 0, 1]).as_deref(), Ok(&[0, 0, 0, 100][..]));
    assert_eq!(resolved(&one, &three, &[0xff; 4]).as_deref(), Ok(&[0xff, 0xff, 0xff, 0x9c][..]));
    assert!(resolved(&one, &three, &[0x7f, 0xff, 0xff, 0xff]).is_err(), "a value beyond its precision");
    assert_eq!(incompatibilities(&one, &three), []);
}

/// Pairs that resolve for some values only: the check of compatibility refuses them.
#[test]
fn what_resolves_in_part_is_not_compatible() {
    let enumeration = |symbols: &str| format!(r#"{{"type":"enum","name":"E","symbols":[{symbols}]}}"#);
    for (writer, reader) in [
        (r#"["null","string"]"#.to_owned(), r#""string""#.to_owned()),
        (r#"["null","string","int"]"#.to_owned(), r#"["null","string"]"#.to_owned()),
        (enumeration(r#""A","B""#), enumeration(r#""A""#)),
        (
            format!(r#"{{"type":"array","items":["null",{}]}}"#, logical("long", "timestamp-micros")),
            format!(r#"{{"type":"array","items":["null",{}]}}"#, logical("long", "timestamp-millis")),
        ),
    ] {
        assert!(plan(&writer, &reader).is_ok(), "{writer} to {reader}");
        assert!(!incompatibilities(&writer, &reader).is_empty(), "{writer} to {reader}");
    }
}

#[test]
fn every_mutated_pair_that_is_compatible_resolves() {
    let texts: Vec<&str> =
        RULES.iter().filter(|rule| rule.diagnostic.is_none()).map(|rule| rule.schema).collect();
    let (mut random, mut compatible) = (Random::new(3), 0);
    for _ in 0..10_000 {
        let writer = texts[random.below(texts.len())];
        let bytes = mutate(&[writer], &mut random);
        let Ok(reader) = std::str::from_utf8(&bytes) else { continue };
        let version = |text: &str| SchemaVersion::parse("AVRO", text, &BTreeMap::default()).ok();
        let (Some(old), Some(new)) = (version(writer), version(reader)) else { continue };
        if new.incompatibilities(&old, RuleSet::Wire).is_empty() {
            compatible += 1;
            let plan = Plan::new(writer, reader);
            assert!(plan.is_ok(), "{writer}\n{reader}\n{plan:?}");
        }
    }
    assert!(compatible > 300, "{compatible} are compatible");
}

#[test]
fn types_of_the_null_namespace_are_referred_to_without_ambiguity() {
    let inner = r#"{"type":"enum","name":"Inner","namespace":"","symbols":["A"]}"#;
    let outer = |fields: &[&str]| {
        let fields =
            fields.iter().enumerate().map(|(index, ty)| format!(r#"{{"name":"f{index}","type":{ty}}}"#));
        let fields = fields.collect::<Vec<_>>().join(",");
        format!(r#"{{"type":"record","name":"a.R","fields":[{fields}]}}"#)
    };
    // No type of the namespace has this name.
    let form =
        |text: &str| read(&[("a.avsc", text)]).expect("a schema").schemas().remove("a.R").expect("its form");
    let bare = outer(&[inner, r#""Inner""#]);
    assert_eq!(form(&bare), bare);
    // One has: the definition is repeated.
    let other = r#"{"type":"fixed","name":"Inner","size":2}"#;
    let written = form(&outer(&[inner, other, r#"".Inner""#, r#""Inner""#]));
    assert_eq!(written, outer(&[inner, other, inner, r#""a.Inner""#]));
    let writer = Plan::new(&written, &written).expect("a plan");
    assert!(writer.resolve(&[0, 1, 2, 0, 3, 4], Limits::default(), &mut Vec::new()).is_ok());
    // A type that contains itself cannot be repeated, and one around the reference cannot be named.
    let enclosing = r#"{"type":"record","name":"R","fields":[{"name":"x","type":{"type":"record","name":"a.S","fields":[{"name":"y","type":["null","R"]}]}}]}"#;
    assert!(read(&[("a.avsc", enclosing)]).is_err());
    assert!(Schema::parse(enclosing).is_ok(), "values of such a writer can be read");
}
