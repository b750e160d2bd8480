//! Changes that come with another name of their event: they are those of the event that it replaces.

use std::fs;
use std::path::Path;

use eventgen_schema::comparison::Comparison;
use eventgen_schema::compatibility::RuleSet;
use eventgen_schema::{Loaded, Loader, lint};
use tempfile::TempDir;

const FIELDS: &str = r#"{ "name": "id", "type": "string" }, { "name": "shop", "type": "int" }"#;

/// A record with these properties beside the name, and these fields.
fn event(name: &str, properties: &str, fields: &str) -> String {
    format!(
        r#"{{ "type": "record", "name": "{name}", "namespace": "com.example", {properties}, "fields": [ {fields} ] }}"#
    )
}

fn order(name: &str, topic: &str) -> String {
    event(name, &format!(r#""kafka": {{ "topic": "orders.v1", {topic} }}"#), FIELDS)
}

fn load(events: &[String]) -> (TempDir, Loaded) {
    let folder = tempfile::tempdir().expect("a folder");
    for (index, text) in events.iter().enumerate() {
        fs::write(folder.path().join(format!("{index}.avsc")), text).expect("a file");
    }
    let loaded = Loader::new().path(folder.path()).load().unwrap_or_else(|errors| panic!("{errors}"));
    (folder, loaded)
}

/// The codes of what changed, and those that say so in both versions.
fn changes(old: &[String], new: &[String]) -> (Vec<&'static str>, Vec<&'static str>) {
    let ((_before, old), (_after, new)) = (load(old), load(new));
    let found = lint::changes(&old.contract, &new.contract);
    let mut comparison = Comparison::new(&new, RuleSet::Registry);
    comparison.with_contract(&old, Path::to_owned);
    let compared = comparison.finish(&lint::Levels::default());
    let both = compared.iter().filter(|diagnostic| diagnostic.labels.len() == 2);
    let both = both.map(|diagnostic| diagnostic.code.id).filter(|code| code.starts_with("EG04"));
    let mut both: Vec<_> = both.collect();
    both.sort_unstable();
    (found.iter().map(|diagnostic| diagnostic.code.id).collect(), both)
}

#[test]
fn the_only_event_of_a_topic_keeps_its_key_under_another_name() {
    let of = |name: &str, key: &str, strategy: &str| {
        [order(name, &format!(r#""key": "{key}", "subjectStrategy": "{strategy}""#))]
    };
    // By the subject.
    let found = changes(&of("Placed", "id", "TopicName"), &of("Accepted", "shop", "TopicName"));
    assert_eq!(found, (vec!["EG0401", "EG0410"], vec!["EG0401"]));
    let found = changes(&of("Placed", "id", "TopicName"), &of("Accepted", "id", "TopicName"));
    assert_eq!(found.0, ["EG0410"]);
    // By the topic: the subject has the name in it.
    for strategy in ["TopicRecordName", "RecordName"] {
        let found = changes(&of("Placed", "id", strategy), &of("Accepted", "shop", strategy));
        assert_eq!(found, (vec!["EG0401", "EG0412", "EG0410"], vec!["EG0401", "EG0412"]), "{strategy}");
    }
}

#[test]
fn another_format_of_keys_is_found_under_other_names() {
    let of = |name: &str, format: &str| order(name, &format!(r#""key": "id", "keyFormat": "{format}""#));
    for (was, is) in [("string", "avro"), ("avro", "string")] {
        let found = changes(&[of("Placed", was)], &[of("Accepted", is)]);
        assert_eq!(found, (vec!["EG0401", "EG0410"], vec!["EG0401"]), "{was} -> {is}");
    }
    // All events of a topic with several: nobody knows which one replaces which, and the keys are those of the topic.
    let found = changes(&[of("A", "string"), of("B", "string")], &[of("C", "avro"), of("D", "avro")]);
    assert_eq!(found, (vec!["EG0401", "EG0410", "EG0410"], vec!["EG0401"]));
    let found = changes(&[of("A", "string"), of("B", "string")], &[of("C", "string"), of("D", "string")]);
    assert_eq!(found.0, ["EG0410", "EG0410"]);
    let wider = |name: &str| {
        of(name, "avro").replace(r#""name": "id", "type": "string""#, r#""name": "id", "type": "long""#)
    };
    let found = changes(&[of("A", "avro"), of("B", "avro")], &[wider("C"), wider("D")]);
    assert_eq!(found.0, ["EG0401", "EG0410", "EG0410"]);
}

#[test]
fn an_alias_names_the_event_that_is_replaced() {
    let old = |name: &str| event(name, r#""kafka": { "topic": "orders.v1", "key": "id" }"#, FIELDS);
    let new = |name: &str, alias: &str, key: &str| {
        let properties =
            format!(r#""aliases": ["{alias}"], "kafka": {{ "topic": "orders.v1", "key": "{key}" }}"#);
        event(name, &properties, FIELDS)
    };
    let found = changes(&[old("A"), old("B")], &[old("A"), new("C", "B", "shop")]);
    assert_eq!(found, (vec!["EG0401", "EG0412", "EG0410"], vec!["EG0401", "EG0412"]));
    // The event of the alias is still there.
    let found = changes(&[old("A"), old("B")], &[old("A"), old("B"), new("C", "B", "shop")]);
    assert_eq!(found.0, [""; 0]);
    // A second event is added and one is gone: without an alias they are not the same.
    let other = old("C").replace(r#""key": "id""#, r#""key": "shop""#);
    assert_eq!(changes(&[old("A"), old("B")], &[old("A"), other]).0, ["EG0410"]);
}

#[test]
fn changes_of_the_topic_and_the_fields_come_with_another_name() {
    let amount = |scale: u32| {
        let decimal =
            format!(r#"{{ "type": "bytes", "logicalType": "decimal", "precision": 9, "scale": {scale} }}"#);
        format!(r#"{FIELDS}, {{ "name": "amount", "type": {decimal} }}"#)
    };
    let of = |name: &str, topic: &str, fields: &str| {
        let rest = r#""key": "id", "subject": "orders""#;
        [event(name, &format!(r#""kafka": {{ {topic}, {rest} }}"#), fields)]
    };
    let placed = |topic: &str, scale| of("Placed", &format!(r#""topic": {topic}"#), &amount(scale));
    let accepted = |topic: &str, scale| of("Accepted", &format!(r#""topic": {topic}"#), &amount(scale));
    let found = changes(&placed(r#""orders.v1""#, 2), &accepted(r#""orders.v1""#, 4));
    assert_eq!(found, (vec!["EG0404", "EG0410"], vec!["EG0404"]));
    let found = changes(&placed(r#""orders.v1""#, 2), &accepted(r#""orders.v2""#, 2));
    assert_eq!(found, (vec!["EG0406", "EG0410"], vec!["EG0406"]));
    for (was, is, code) in [
        (r#""partitions": 6"#, r#""partitions": 12"#, "EG0402"),
        (r#""config": { "retention.ms": "7d" }"#, r#""config": { "retention.ms": "1d" }"#, "EG0403"),
        (r#""deadLetter": { "topic": "a" }"#, r#""deadLetter": { "topic": "b" }"#, "EG0407"),
        (r#""retry": { "attempts": 3 }"#, r#""retry": { "attempts": 1 }"#, "EG0408"),
        (
            r#""consumers": [{ "group": "a", "maxLag": "1m" }]"#,
            r#""consumers": [{ "group": "a", "maxLag": "1h" }]"#,
            "EG0409",
        ),
        (r#""ordering": "key""#, r#""ordering": "none""#, "EG0413"),
    ] {
        let topic = |rest: &str| format!(r#""orders.v1", {rest}"#);
        let found = changes(&placed(&topic(was), 2), &accepted(&topic(is), 2));
        assert_eq!(found, (vec![code, "EG0410"], vec![code]));
    }
}
