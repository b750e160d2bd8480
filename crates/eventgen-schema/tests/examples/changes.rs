//! What counts as a change between two contracts, and what does not.

use std::fs;
use std::path::Path;

use eventgen_schema::lint::changes;
use eventgen_schema::{Contract, Loader};

/// A contract of one event; `annotation` and `fields` are what stands between the brackets of both.
fn contract(name: &str, annotation: &str, fields: &str) -> Contract {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("changes");
    fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join(format!("{name}.avsc"));
    let text = format!(
        r#"{{ "type": "record", "name": "Placed", "kafka": {{ "topic": "placed.v1", {annotation} }},
              "fields": [{{ "name": "id", "type": "string" }}, {{ "name": "customer", "type": "string" }}{fields}] }}"#
    );
    fs::write(&path, text).expect("a schema");
    Loader::new().path(path).load().expect("a contract").contract
}

/// The messages about a change from one annotation, or one list of more fields, to the other.
fn told(name: &str, old: (&str, &str), new: (&str, &str)) -> Vec<String> {
    let old = contract(&format!("{name}-old"), old.0, old.1);
    let new = contract(&format!("{name}-new"), new.0, new.1);
    changes(&old, &new).into_iter().map(|diagnostic| diagnostic.message).collect()
}

fn of_annotations(name: &str, old: &str, new: &str) -> Vec<String> {
    told(name, (old, ""), (new, ""))
}

fn of_fields(name: &str, old: &str, new: &str) -> Vec<String> {
    told(name, (r#""key": "id""#, old), (r#""key": "id""#, new))
}

#[test]
fn the_same_contract_has_no_changes() {
    let field =
        r#", { "name": "amount", "type": { "type": "bytes", "logicalType": "decimal", "precision": 9 } }"#;
    assert!(of_fields("same", field, field).is_empty());
    let empty = Contract::default();
    let one = contract("one", r#""key": "id""#, field);
    assert!(changes(&empty, &one).is_empty(), "a new event");
    let gone: Vec<String> = changes(&one, &empty).into_iter().map(|change| change.message).collect();
    assert_eq!(gone, ["event `Placed` of topic `placed.v1` is gone"]);
}

#[test]
fn keys_are_lists_of_paths() {
    let changed = "the key of event `Placed` goes from id to id, customer";
    assert_eq!(of_annotations("key-more", r#""key": "id""#, r#""key": ["id", "customer"]"#), [changed]);
    assert!(of_annotations("key-list", r#""key": "id""#, r#""key": ["id"]"#).is_empty());
    let order = of_annotations("key-order", r#""key": ["id", "customer"]"#, r#""key": ["customer", "id"]"#);
    assert_eq!(order, ["the key of event `Placed` goes from id, customer to customer, id"]);
    let none = of_annotations("key-none", r#""key": "id""#, r#""ordering": "none""#);
    let lost = "records of one key on topic `placed.v1` lose their order";
    assert_eq!(none, [lost, "the key of event `Placed` goes from id to none"]);
}

#[test]
fn a_field_of_a_key_may_be_renamed() {
    let field = |name: &str| format!(r#", {{ "name": "{name}", "aliases": ["number"], "type": "long" }}"#);
    let key = |name: &str| format!(r#""key": "{name}""#);
    let renamed =
        |to: &str| told(&format!("key-{to}"), (&key("number"), &field("number")), (&key(to), &field(to)));
    assert!(renamed("invoice").is_empty());
    let other = told("key-other", (&key("number"), &field("number")), (&key("customer"), &field("invoice")));
    assert_eq!(other, ["the key of event `Placed` goes from number to customer"]);
}

#[test]
fn a_key_whose_text_changes_is_another_key() {
    let field = |ty: &str| format!(r#", {{ "name": "at", "type": {ty} }}"#);
    let logical = |base: &str, name: &str| format!(r#"{{ "type": "{base}", "logicalType": "{name}" }}"#);
    let key = r#""key": "at""#;
    let change = |name: &str, from: &str, to: &str| told(name, (key, &field(from)), (key, &field(to)));
    let (millis, micros) = (logical("long", "timestamp-millis"), logical("long", "timestamp-micros"));
    let said = |from: &str, to: &str| format!("`at` in the key of event `Placed` was {from} and is {to}");
    let date = change("key-date", "\"int\"", &logical("int", "date"));
    assert_eq!(date, [said("a plain value", "a date")]);
    let time = change("key-time", &millis, &micros);
    assert_eq!(time, [said("a timestamp-millis", "a timestamp-micros")]);
    assert!(change("key-long", "\"int\"", "\"long\"").is_empty());
    assert!(change("key-text", "\"int\"", "\"string\"").is_empty(), "digits are digits");
}

#[test]
fn a_field_of_a_key_is_known_by_its_number() {
    let contract = |name: &str, key: &str, fields: &str| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("changes-of-numbers");
        fs::create_dir_all(&folder).expect("a folder");
        let path = folder.join(format!("{name}.proto"));
        let text = format!(
            r#"syntax = "proto3"; package a; import "eventgen/kafka.proto";
               message Inner {{ {fields} }}
               message Placed {{ option (eventgen.kafka) = {{ topic: "placed.v1" key: "{key}" ordering: "none" }}; Inner inner = 1; }}"#
        );
        fs::write(&path, text).expect("a schema");
        Loader::new().path(path).load().expect("a contract").contract
    };
    let old = contract("old", "inner.id", "string id = 1; string other = 2;");
    let renamed = contract("renamed", "inner.name", "string name = 1; string other = 2;");
    let other = contract("other", "inner.other", "string id = 1; string other = 2;");
    assert!(changes(&old, &renamed).is_empty(), "{:?}", changes(&old, &renamed));
    assert_eq!(changes(&old, &other).len(), 1);
}

#[test]
fn more_partitions_matter_where_keys_have_an_order() {
    let partitions = |number: u32, ordering: &str| {
        format!(r#""key": "id", "partitions": {number}, "ordering": "{ordering}""#)
    };
    let more = of_annotations("more", &partitions(6, "key"), &partitions(12, "key"));
    assert_eq!(more, ["topic `placed.v1` goes from 6 to 12 partitions"]);
    assert!(of_annotations("none", &partitions(6, "none"), &partitions(12, "none")).is_empty());
    let given_up = of_annotations("given-up", &partitions(6, "key"), &partitions(12, "none"));
    let lost = "records of one key on topic `placed.v1` lose their order";
    assert_eq!(given_up, ["topic `placed.v1` goes from 6 to 12 partitions", lost]);
    assert!(of_annotations("unknown", r#""key": "id""#, &partitions(12, "key")).is_empty());
}

#[test]
fn an_order_that_the_new_contract_does_not_promise_is_lost() {
    let changed = |from: &str, to: &str| {
        let annotation = |ordering: &str| format!(r#""key": "id", "ordering": "{ordering}""#);
        of_annotations(&format!("order-{from}-{to}"), &annotation(from), &annotation(to))
    };
    assert_eq!(changed("key", "none"), ["records of one key on topic `placed.v1` lose their order"]);
    assert_eq!(changed("total", "none"), ["records on topic `placed.v1` lose their order"]);
    assert_eq!(changed("total", "key"), ["records of different keys on topic `placed.v1` lose their order"]);
    for (from, to) in [("none", "key"), ("none", "total"), ("key", "total"), ("none", "none")] {
        assert!(changed(from, to).is_empty(), "{from} to {to}");
    }
    let default = of_annotations("order-default", r#""key": "id""#, r#""key": "id", "ordering": "none""#);
    assert_eq!(default.len(), 1, "{default:?}");
}

#[test]
fn retention_is_cut_by_time_by_size_and_for_dead_letters() {
    let config = |config: &str| {
        format!(
            r#""key": "id", "config": {{ {config} }}, "deadLetter": {{ "config": {{ "retention.ms": "30d" }} }}"#
        )
    };
    let cut = |name: &str, old: &str, new: &str| of_annotations(name, &config(old), &config(new));
    let day = r#""retention.ms": "1d""#;
    assert_eq!(
        cut("default", "", day),
        ["retention.ms of topic `placed.v1` goes from 7d (Kafka's default) to 1d"]
    );
    assert_eq!(
        cut("for-ever", r#""retention.ms": -1"#, ""),
        ["retention.ms of topic `placed.v1` goes from no limit to 7d (Kafka's default)"]
    );
    assert!(cut("longer", day, r#""retention.ms": "2d""#).is_empty());
    let size = cut("size", "", r#""retention.bytes": "1GiB""#);
    assert_eq!(size, ["retention.bytes of topic `placed.v1` goes from no limit to 1GiB"]);
    let (compact, both) = (r#""cleanup.policy": "compact""#, r#""cleanup.policy": "compact, delete""#);
    assert!(cut("compacted", compact, &format!("{day}, {compact}")).is_empty());
    assert_eq!(cut("compacted-and-deleted", both, &format!("{day}, {both}")).len(), 1);
    let policy =
        |from: &str, to: &str| format!("cleanup.policy of topic `placed.v1` goes from {from} to {to}");
    let default = "delete (Kafka's default)";
    assert_eq!(cut("no-longer-compacted", compact, ""), [policy("compact", default)]);
    assert_eq!(cut("deleted-too", compact, both), [policy("compact", "compact, delete")]);
    assert_eq!(cut("compacted-now", "", compact), [policy(default, "compact")]);
    assert!(cut("kept-longer", both, compact).is_empty());
    let dead =
        |days: u32| format!(r#""key": "id", "deadLetter": {{ "config": {{ "retention.ms": "{days}d" }} }}"#);
    let letters = of_annotations("dead", &dead(30), &dead(20));
    assert_eq!(letters, ["retention.ms of topic `placed.v1.dlq` goes from 30d to 20d"]);
}

#[test]
fn another_subject_of_the_same_topic_is_a_change() {
    let strategy = |name: &str| format!(r#""key": "id", "subjectStrategy": "{name}""#);
    let other = of_annotations("subject", &strategy("TopicName"), &strategy("RecordName"));
    assert_eq!(other, ["event `Placed` is registered under `Placed`, and was under `placed.v1-value`"]);
    assert!(of_annotations("subject-default", r#""key": "id""#, &strategy("TopicName")).is_empty());
}

#[test]
fn shorter_pauses_in_place_are_less_retrying() {
    let retry =
        |initial: &str| format!(r#""key": "id", "retry": {{ "attempts": 3, "initial": "{initial}" }}"#);
    let shorter = of_annotations("pauses", &retry("2s"), &retry("1s"));
    assert_eq!(shorter, ["records of topic `placed.v1` are retried less: from 14s of pauses in place to 7s"]);
    assert!(of_annotations("longer-pauses", &retry("1s"), &retry("2s")).is_empty());
}

#[test]
fn retry_topics_are_gone_with_their_delay_their_group_or_all_together() {
    let retry = |delays: &str, group: &str| {
        format!(
            r#""key": "id", "retry": {{ "mode": "topics", "delays": [{delays}] }}, "consumers": [{{ "group": "{group}" }}]"#
        )
    };
    let two = retry(r#""10s", "1m""#, "billing");
    let gone = |number: u32| {
        format!("`placed.v1.billing.retry.{number}` is no longer a retry topic of group `billing`")
    };
    let in_place = r#""key": "id", "retry": { "attempts": 5 }, "consumers": [{ "group": "billing" }]"#;
    let less = |how: &str| format!("records of topic `placed.v1` are retried less: {how}");
    assert_eq!(
        of_annotations("retry-tier", &two, &retry(r#""10s""#, "billing")),
        [gone(2), less("from 2 retries to 1, from 70s of delay to 10s")]
    );
    assert_eq!(
        of_annotations("retry-group", &two, &retry(r#""10s", "1m""#, "audit")),
        [gone(0), gone(1), gone(2)]
    );
    assert_eq!(
        of_annotations("retry-in-place", &two, in_place),
        [gone(0), gone(1), gone(2), less("from 70s of delay to none")]
    );
    assert!(of_annotations("retry-longer", &two, &retry(r#""20s", "2m", "20m""#, "billing")).is_empty());
    assert_eq!(of_annotations("retry-first", in_place, &two), [less("from 5 retries to 2")]);
}

#[test]
fn scales_are_found_wherever_they_are() {
    let decimal = |scale: u32| {
        format!(r#"{{ "type": "bytes", "logicalType": "decimal", "precision": 9, "scale": {scale} }}"#)
    };
    let field = |ty: &str| format!(r#", {{ "name": "amount", "type": {ty} }}"#);
    let changed = |name: &str, ty: &dyn Fn(&str) -> String| {
        of_fields(name, &field(&ty(&decimal(2))), &field(&ty(&decimal(3))))
    };
    let was = "event `Placed` was a decimal of scale 2 and is a decimal of scale 3";
    assert_eq!(changed("plain", &str::to_owned), [format!("`amount` of {was}")]);
    assert_eq!(changed("nullable", &|ty| format!(r#"["null", {ty}]"#)), [format!("`amount` of {was}")]);
    let list = changed("list", &|ty| format!(r#"{{ "type": "array", "items": {ty} }}"#));
    assert_eq!(list, [format!("`amount[]` of {was}")]);
    // A type that contains itself is walked once.
    let node = changed("node", &|ty| {
        format!(
            r#"{{ "type": "record", "name": "Node", "fields": [{{ "name": "value", "type": {ty} }}, {{ "name": "next", "type": ["null", "Node"] }}] }}"#
        )
    });
    assert_eq!(node, [format!("`amount.value` of {was}")]);
    let gone = of_fields("gone", &field(&decimal(2)), &field("\"bytes\""));
    assert_eq!(gone, ["`amount` of event `Placed` was a decimal of scale 2 and is no such decimal"]);
    let wider = of_fields("wider", &field(&decimal(2)), &field(&format!(r#"["null", {}]"#, decimal(4))));
    assert_eq!(wider, ["`amount` of event `Placed` was a decimal of scale 2 and is a decimal of scale 4"]);
    let renamed = field(&decimal(3)).replace("\"amount\"", "\"total\", \"aliases\": [\"amount\"]");
    let renamed = of_fields("renamed", &field(&decimal(2)), &renamed);
    assert_eq!(renamed, [format!("`total` of {was}")]);
}

#[test]
fn dead_letters_lag_limits_and_topics_are_watched() {
    let letters = |what: &str| format!(r#""key": "id", "deadLetter": {what}"#);
    let named = letters(r#"{ "topic": "failed.v1" }"#);
    assert_eq!(
        of_annotations("letters-named", r#""key": "id""#, &named),
        ["dead letters of topic `placed.v1` go to `failed.v1`, and went to `placed.v1.dlq`"]
    );
    assert_eq!(
        of_annotations("letters-off", &named, &letters("false")),
        ["topic `placed.v1` has no dead letters any more, and had `failed.v1`"]
    );
    assert!(of_annotations("letters-on", &letters("false"), &named).is_empty());
    let limit = |groups: &str| format!(r#""key": "id", "consumers": [{groups}]"#);
    let minutes = |limit: &str| format!(r#"{{ "group": "billing", "maxLag": {limit} }}"#);
    let five = limit(&minutes(r#""5m""#));
    let raised = |what: &str| vec![format!("the lag limit of group `billing` on topic `placed.v1` {what}")];
    let lag = |name: &str, new: &str| of_annotations(name, &five, new);
    assert_eq!(lag("lag-raised", &limit(&minutes(r#""10m""#))), raised("goes from 5m to 10m"));
    assert_eq!(lag("lag-unit", &limit(&minutes("1000"))), raised("goes from 5m to 1000 records"));
    assert_eq!(lag("lag-none", &limit(r#"{ "group": "billing" }"#)), raised("has no limit any more"));
    assert_eq!(lag("lag-gone", &limit("")), raised("is gone"));
    assert!(lag("lag-lower", &limit(&minutes(r#""1m""#))).is_empty());
}
