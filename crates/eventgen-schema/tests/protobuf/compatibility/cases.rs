//! The rules that Confluent publishes, one by one: the files `tests/protobuf/cases`. Each case says what is refused when
//! `old` becomes `new`, that is, what a reader with `new` cannot read of a writer with `old`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use eventgen_schema::compatibility::RuleSet;
use toml_edit::{DocumentMut, Item, Table};

use super::{parse, refused};

const FIELDS: [&str; 7] = ["name", "old", "new", "old_imports", "new_imports", "refused", "wire"];

#[test]
fn the_rules_are_those_that_are_published() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/protobuf/cases");
    let (mut count, mut wrong) = (0, Vec::new());
    for file in fs::read_dir(folder).expect("cases") {
        let path = file.expect("a file").path();
        let text = fs::read_to_string(&path).expect("a text");
        let document: DocumentMut = text.parse().unwrap_or_else(|error| panic!("{path:?}: {error}"));
        for case in document["case"].as_array_of_tables().expect("cases") {
            count += 1;
            wrong.extend(differences(case));
        }
    }
    println!("{count} cases");
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count >= 190, "cases are missing");
}

fn differences(case: &Table) -> Vec<String> {
    let name = text(case, "name");
    for (key, _) in case {
        assert!(FIELDS.contains(&key), "{name}: a case has no `{key}`");
    }
    let version = |key: &str, imports: &str| parse(&file(&text(case, key)), &texts(case.get(imports)));
    let (old, new) = (version("old", "old_imports"), version("new", "new_imports"));
    let of_registry = kinds(case.get("refused")).unwrap_or_else(|| panic!("{name}: nothing is expected"));
    let of_wire = kinds(case.get("wire")).unwrap_or_else(|| of_registry.clone());
    let mut differences = Vec::new();
    for (rules, expected) in [(RuleSet::Registry, of_registry), (RuleSet::Wire, of_wire)] {
        let found: BTreeSet<String> = refused(&old, &new, rules).into_iter().map(str::to_owned).collect();
        if found != expected {
            differences.push(format!("{name}, {rules}: found {found:?}, expected {expected:?}"));
        }
    }
    differences
}

fn text(case: &Table, key: &str) -> String {
    let value = case.get(key).and_then(Item::as_str);
    value.unwrap_or_else(|| panic!("a case has no {key}: {case}")).to_owned()
}

/// A file, with the syntax and the package that cases are in where they name none.
fn file(text: &str) -> String {
    let is_whole = text.starts_with("syntax") || text.starts_with("edition");
    if is_whole { text.to_owned() } else { format!("syntax = \"proto3\"; package a; {text}") }
}

fn texts(imports: Option<&Item>) -> BTreeMap<String, String> {
    let imports = imports.and_then(Item::as_inline_table);
    let pairs = imports.into_iter().flat_map(|imports| imports.iter());
    pairs.map(|(name, text)| (name.to_owned(), text.as_str().expect("a text").to_owned())).collect()
}

fn kinds(kinds: Option<&Item>) -> Option<BTreeSet<String>> {
    let kinds = kinds?.as_array().expect("a list of kinds");
    Some(kinds.iter().map(|kind| kind.as_str().expect("a kind").to_owned()).collect())
}
