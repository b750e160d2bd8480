//! Pairs of Avro schemas with what refuses that one reads the other: the file `tests/avro/pairs.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use eventgen_schema::SchemaVersion;
use eventgen_schema::compatibility::RuleSet;
use toml_edit::{DocumentMut, Item, Table};

const FIELDS: [&str; 5] = ["name", "writer", "reader", "refused", "wire"];

#[test]
fn pairs_are_refused_for_the_reasons_that_are_named() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/avro/pairs.toml");
    let document: DocumentMut = fs::read_to_string(&path).expect("pairs").parse().expect("TOML");
    let cases = document["case"].as_array_of_tables().expect("cases");
    let wrong: Vec<String> = cases.iter().flat_map(differences).collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(cases.len() >= 40, "cases are missing");
}

#[test]
fn a_record_of_ten_thousand_nullable_fields_is_compared() {
    let version = |last: &str| {
        let fields: Vec<String> = (0..10_000)
            .map(|index| format!(r#"{{"name":"f{index}","type":["null","string"],"default":null}}"#))
            .chain([format!(r#"{{"name":"last","type":["null","{last}"],"default":null}}"#)])
            .collect();
        let text = format!(r#"{{"type":"record","name":"R","fields":[{}]}}"#, fields.join(","));
        SchemaVersion::parse("AVRO", &text, &BTreeMap::new()).expect("a schema")
    };
    let (old, new) = (version("long"), version("int"));
    assert!(old.incompatibilities(&new, RuleSet::Wire).is_empty(), "an int becomes a long");
    assert_eq!(new.incompatibilities(&old, RuleSet::Registry).len(), 1, "a long becomes no int");
    assert_eq!(new.changes_since(&old, RuleSet::WireJson).len(), 1);
}

fn differences(case: &Table) -> Vec<String> {
    let name = text(case, "name");
    for (key, _) in case {
        assert!(FIELDS.contains(&key), "{name}: a case has no `{key}`");
    }
    let version = |key: &str| {
        let parsed = SchemaVersion::parse("AVRO", text(case, key), &BTreeMap::new());
        parsed.unwrap_or_else(|error| panic!("{name}: {error}"))
    };
    let (writer, reader) = (version("writer"), version("reader"));
    let of_registry = kinds(case.get("refused")).unwrap_or_else(|| panic!("{name}: nothing is expected"));
    let of_wire = kinds(case.get("wire")).unwrap_or_else(|| of_registry.clone());
    let expected = [(RuleSet::Registry, of_registry), (RuleSet::Wire, of_wire)];
    let found = expected.into_iter().map(|(rules, expected)| {
        let found = reader.incompatibilities(&writer, rules).into_iter();
        (rules, found.map(|found| found.kind.as_str().to_owned()).collect::<BTreeSet<_>>(), expected)
    });
    let wrong = found.filter(|(_, found, expected)| found != expected);
    wrong
        .map(|(rules, found, expected)| format!("{name}, {rules}: {found:?}, expected {expected:?}"))
        .collect()
}

fn text<'a>(case: &'a Table, key: &str) -> &'a str {
    let value = case.get(key).and_then(Item::as_str);
    value.unwrap_or_else(|| panic!("a case has no {key}: {case}"))
}

fn kinds(kinds: Option<&Item>) -> Option<BTreeSet<String>> {
    let kinds = kinds?.as_array().expect("a list of kinds");
    Some(kinds.iter().map(|kind| kind.as_str().expect("a kind").to_owned()).collect())
}
