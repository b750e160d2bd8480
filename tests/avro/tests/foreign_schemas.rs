//! At run time, schemas of other producers are read. Whatever another implementation accepts must parse there, even if
//! it would be an error in a schema file.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{fs, panic};

use avro_tests::mutations::{Random, mutate};
use avro_tests::rules::RULES;
use eventgen_avro::model::Type;
use eventgen_avro::parse::{ProblemKind, Strictness, parse};
use eventgen_avro::{Limits, Plan, Schema};

fn collect(folder: &Path, texts: &mut Vec<String>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, texts);
        } else if path.extension().is_some_and(|extension| extension == "avsc") {
            texts.extend(fs::read_to_string(&path));
        }
    }
}

/// The schemas of this repository and of the rules of the specification, valid or not.
fn schemas() -> Vec<String> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut texts = RULES.iter().map(|rule| rule.schema.to_owned()).collect();
    for folder in ["schemas", "examples", "tests"] {
        collect(&repository.join(folder), &mut texts);
    }
    texts
}

/// Whether apache-avro, which panics on some texts, accepts a schema.
fn oracle_accepts(text: &str) -> bool {
    panic::catch_unwind(|| apache_avro::Schema::parse_str(text).is_ok()).unwrap_or(false)
}

/// The reason why a schema that the oracle accepts does not parse, unless it is one of the few intended ones.
fn rejection(text: &str) -> Option<String> {
    let error = Schema::parse(text).err()?;
    let is_intended = error.problems().iter().all(|problem| {
        matches!(
            problem.kind,
            // The oracle leaves out a field that is not an object, and reads what follows in its place.
            ProblemKind::UnnamedField
            // The oracle accepts a name that is defined twice; every other implementation refuses it.
                | ProblemKind::DefinedTwice { .. }
                // Limits that protect the stack and the memory.
                | ProblemKind::TypesTooDeep { .. }
                | ProblemKind::TooManyNameParts { .. }
                | ProblemKind::NameTooLong { .. }
                // The oracle keeps sizes of 64 bits, of which no payload can be a value.
                | ProblemKind::InvalidSize
        ) || matches!(&problem.kind, ProblemKind::UnresolvedType { name } if text.contains("aliases") && text.contains(name.as_str()))
    });
    (!is_intended).then(|| error.to_string())
}

#[test]
fn every_schema_that_apache_avro_accepts_parses() {
    let schemas = schemas();
    let mut accepted = 0;
    for text in &schemas {
        if oracle_accepts(text) {
            accepted += 1;
            assert_eq!(rejection(text), None, "{text}");
        }
    }
    assert!(accepted > 60, "the oracle accepts {accepted} of {} schemas", schemas.len());
}

#[test]
fn every_mutated_schema_that_apache_avro_accepts_parses() {
    let schemas = schemas();
    let texts: Vec<&str> = schemas.iter().map(String::as_str).collect();
    let (mut random, mut accepted, mut rejected) = (Random::new(1), 0, Vec::new());
    for _ in 0..20_000 {
        let bytes = mutate(&texts, &mut random);
        let Ok(text) = std::str::from_utf8(&bytes) else { continue };
        if oracle_accepts(text) {
            accepted += 1;
            rejected.extend(rejection(text).map(|reason| format!("{reason}: {text}")));
        }
    }
    assert!(rejected.is_empty(), "{} of {accepted}:\n{}", rejected.len(), rejected.join("\n"));
    assert!(accepted > 500, "the oracle accepts {accepted} mutated schemas");
}

/// Schemas with errors that do not concern the encoding of values.
#[test]
fn errors_that_do_not_concern_the_encoding_are_accepted() {
    let codes = ["EG0006", "EG0103", "EG0105", "EG0106", "EG0120", "EG0121", "EG0123"];
    let (mut parsed, mut rejected) = (0, Vec::new());
    for rule in RULES.iter().filter(|rule| rule.diagnostic.is_some_and(|code| codes.contains(&code))) {
        match Schema::parse(rule.schema) {
            Ok(_) => parsed += 1,
            Err(error) => rejected.push(format!("{}: {error}", rule.about)),
        }
    }
    assert!(parsed > 20, "{parsed} parse; rejected are\n{}", rejected.join("\n"));
    let intended = |text: &String| text.contains("is defined twice") || text.contains("a symbol is a string");
    assert!(rejected.iter().all(intended), "{}", rejected.join("\n"));
}

/// The types of the fields of a schema's record, and the text of the problem if it is rejected.
fn field_types(text: &str) -> Result<Vec<Type>, String> {
    let parsed = parse(text, Strictness::Lenient).map_err(|problems| format!("{problems:?}"))?;
    let Type::Record(record) = parsed.types.get(parsed.root) else { return Err("no record".to_owned()) };
    Ok(record.fields.iter().map(|field| parsed.types.get(field.type_id).clone()).collect())
}

fn record(name: &str, fields: &[(&str, &str)]) -> String {
    let fields = fields.iter().map(|(name, ty)| format!(r#"{{"name":"{name}","type":{ty}}}"#));
    let fields = fields.collect::<Vec<_>>().join(",");
    format!(r#"{{"type":"record","name":"{name}","fields":[{fields}]}}"#)
}

#[test]
fn a_type_that_only_a_repeat_defines_is_that_type() {
    let inner = record("ns.B", &[("n", r#"{"type":"fixed","name":"F","size":3}"#)]);
    let (first, repeat) = (record("A", &[("b", r#""ns.B""#)]), record("A", &[("b", &inner)]));
    let refer = [("x", &*first), ("y", &repeat), ("b", r#""ns.B""#), ("f", r#""ns.F""#)];
    let types = field_types(&record("O", &refer)).expect("a schema");
    assert!(matches!(&types[2], Type::Record(record) if record.fields.len() == 1), "{types:?}");
    assert!(matches!(&types[3], Type::Fixed(fixed) if fixed.size == 3), "{types:?}");
    let writer = Plan::new(&record("O", &refer), &record("O", &refer)).expect("a plan");
    let mut out = Vec::new();
    // Four fields of three bytes each, no byte more or less.
    assert!(writer.resolve(&[0; 12], Limits::default(), &mut out).is_ok());
    assert!(writer.resolve(&[0; 9], Limits::default(), &mut out).is_err());
}

#[test]
fn a_type_that_is_defined_where_no_schema_is_read_is_that_type() {
    let hidden = format!(r#"{{"type":"string","items":{}}}"#, record("X", &[("n", r#""int""#)]));
    let types = field_types(&record("O", &[("x", &hidden), ("y", r#""X""#)])).expect("a schema");
    assert_eq!(types[0], Type::String);
    assert!(matches!(&types[1], Type::Record(record) if record.fields.len() == 1), "{types:?}");
    let broken = format!(r#"{{"type":"string","items":{}}}"#, r#"{"type":"record","name":"X"}"#);
    assert!(field_types(&record("O", &[("x", &broken), ("y", r#""X""#)])).is_err());
}

#[test]
fn wrong_defaults_make_one_short_problem_and_none_for_readers() {
    let symbols: Vec<_> = (0..5_000).map(|index| format!("\"S{index}\"")).collect();
    let items = format!(r#"{{"type":"enum","name":"E","symbols":[{}]}}"#, symbols.join(","));
    let default = vec!["1"; 20_000].join(",");
    let text = format!(
        r#"{{"type":"record","name":"O","fields":[{{"name":"f","type":{{"type":"array","items":{items}}},"default":[{default}]}}]}}"#
    );
    let problems = parse(&text, Strictness::Strict).expect_err("a problem");
    assert_eq!(problems.len(), 1);
    let message = format!("{} {:?}", problems[0], problems[0].help);
    assert!(message.contains("S9, … (4990 more)") && message.len() < 500, "{message}");
    assert!(Schema::parse(&text).is_ok());
}

#[test]
fn symbols_that_are_no_strings_or_absent_are_rejected() {
    let rejects = |rest: &str| Schema::parse(&format!(r#"{{"type":"enum","name":"E"{rest}}}"#)).is_err();
    assert!(rejects(r#","symbols":["a-b",5,"C"]"#));
    assert!(rejects(r#","symbols":["A","A",null]"#));
    assert!(rejects(""));
    assert!(rejects(r#","symbols":"A""#));
    assert!(!rejects(r#","symbols":[]"#));
    let text = r#"{"type":"enum","name":"E"}"#;
    let message = Schema::parse(text).expect_err("no symbols").to_string();
    assert_eq!(message, "the definition of `E` is incomplete (line 1, column 23)");
}

/// Whether a record may be defined again with this as its field's type.
fn may_repeat(first: &str, second: &str) -> bool {
    let both = [("a", &*record("R", &[("f", first)])), ("b", &record("R", &[("f", second)]))];
    Schema::parse(&record("O", &both)).is_ok()
}

#[test]
fn definitions_that_are_written_in_two_ways_encode_values_in_the_same_way() {
    let java = r#"{"type":"string","avro.java.string":"String"}"#;
    assert!(may_repeat(r#""string""#, java) && may_repeat(java, r#"{"type":"string"}"#));
    assert!(may_repeat(r#"["null","string"]"#, &format!(r#"["null",{java}]"#)));
    assert!(may_repeat(
        r#"{"type":"array","items":"string"}"#,
        &format!(r#"{{"type":"array","items":{java},"x":1}}"#)
    ));
    assert!(may_repeat(r#""string""#, r#"{"type":"string","logicalType":"of-our-own"}"#));
    assert!(may_repeat(r#""bytes""#, r#"{"type":"bytes","logicalType":"decimal","precision":2,"scale":3}"#));
    let decimal = |rest: &str| format!(r#"{{"type":"bytes","logicalType":"decimal","precision":4{rest}}}"#);
    assert!(may_repeat(&decimal(""), &decimal(r#","scale":0"#)));
    assert!(!may_repeat(&decimal(""), &decimal(r#","scale":1"#)));
    let date = r#"{"type":"int","logicalType":"date"}"#;
    assert!(may_repeat(date, r#"{"type":{"type":"int","logicalType":"date"},"logicalType":"uuid"}"#));
    assert!(!may_repeat(r#""int""#, date) && !may_repeat(r#""int""#, r#""long""#));
    assert!(!may_repeat(r#""int""#, r#"["int"]"#) && !may_repeat(r#""int""#, &record("int", &[])));
    let fixed = |rest: &str| format!(r#"{{"type":"fixed","name":"F","size":12{rest}}}"#);
    assert!(may_repeat(&fixed(""), &fixed(r#","logicalType":"uuid""#)));
    assert!(!may_repeat(&fixed(""), &fixed(r#","logicalType":"duration""#)));
    assert!(may_repeat(&fixed(""), r#""F""#));
    let error = record("E", &[]).replace("record", "error");
    assert!(may_repeat(&record("E", &[]), &error) && may_repeat(&error, &record("E", &[])));
    assert!(!may_repeat(&record("E", &[]), &record("E", &[("f", r#""int""#)])));
}

#[test]
fn defaults_that_are_not_finite_numbers_are_encoded() {
    let empty = record("O", &[]);
    let mut out = Vec::new();
    let mut encoded = |ty: &str, default: &str| {
        let field = format!(r#"{{"name":"f","type":"{ty}","default":"{default}"}}"#);
        let reader = empty.replace("[]", &format!("[{field}]"));
        let plan = Plan::new(&empty, &reader).ok()?;
        plan.resolve(&[], Limits::default(), &mut out).ok()?;
        Some(out.clone())
    };
    assert_eq!(encoded("double", "Infinity"), Some(f64::INFINITY.to_le_bytes().to_vec()));
    assert_eq!(encoded("double", "-Infinity"), Some(f64::NEG_INFINITY.to_le_bytes().to_vec()));
    assert_eq!(encoded("double", "NaN"), Some(f64::NAN.to_le_bytes().to_vec()));
    assert_eq!(encoded("float", "-Infinity"), Some(f32::NEG_INFINITY.to_le_bytes().to_vec()));
    assert_eq!(encoded("float", "NaN"), Some(f32::NAN.to_le_bytes().to_vec()));
    assert_eq!((encoded("double", "inf"), encoded("float", "nan")), (None, None));
}

#[test]
fn many_repeats_of_a_large_definition_are_compared_quickly() {
    let symbols: Vec<_> = (0..50_000).map(|index| format!("\"S{index}\"")).collect();
    let first = format!(r#"{{"type":"enum","name":"E","symbols":[{}]}}"#, symbols.join(","));
    let repeats = vec![r#"{"type":"enum","name":"E","symbols":["S0"]}"#; 10_000].join(",");
    let start = Instant::now();
    let error = Schema::parse(&format!("[{first},{repeats}]")).expect_err("definitions that differ");
    assert_eq!(error.problems().len(), 10_000);
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}
