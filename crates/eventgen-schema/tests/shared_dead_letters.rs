//! Dead-letter topics that several topics share.

use std::fs;
use std::path::Path;

use eventgen_schema::Loader;
use eventgen_schema::contract::DeadLetter;

/// The dead-letter topics of topics with these properties, in the order of the topics.
fn dead_letters(name: &str, topics: &[&str]) -> Vec<DeadLetter> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("shared_dead_letters").join(name);
    fs::create_dir_all(&folder).expect("a folder");
    for (number, properties) in topics.iter().enumerate() {
        let schema = format!(
            r#"{{ "type": "record", "name": "E{number}", "kafka": {{ "topic": "t{number}", "key": "id", {properties} }},
                  "fields": [{{ "name": "id", "type": "string" }}] }}"#
        );
        fs::write(folder.join(format!("e{number}.avsc")), schema).expect("a schema");
    }
    let contract = Loader::new().path(&folder).load().unwrap_or_else(|wrong| panic!("{wrong}")).contract;
    contract.topics.into_values().map(|topic| topic.dead_letter.expect("dead letters")).collect()
}

#[test]
fn what_follows_from_the_sources_is_the_largest_of_all() {
    let all = dead_letters(
        "derived",
        &[
            r#""config": { "max.message.bytes": "2MiB", "retention.ms": -1 }, "deadLetter": { "topic": "letters" }"#,
            r#""config": { "max.message.bytes": "4MiB", "min.insync.replicas": 2 }, "deadLetter": { "topic": "letters" }"#,
            r#""deadLetter": { "topic": "letters" }"#,
            r#""deadLetter": { "topic": "others" }"#,
        ],
    );
    assert!(all[0] == all[1] && all[1] == all[2], "{all:?}");
    let expected = [("max.message.bytes", "4210688"), ("min.insync.replicas", "2"), ("retention.ms", "-1")];
    let config: Vec<_> = all[0].config.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(config, expected);
    assert!(!all[3].config.contains_key("max.message.bytes"), "{:?}", all[3]);
}

#[test]
fn records_of_a_source_without_a_limit_of_its_own_fit_too() {
    let small = r#""config": { "max.message.bytes": "1KiB" }, "deadLetter": { "topic": "letters" }"#;
    let all = dead_letters("small", &[small, r#""deadLetter": { "topic": "letters" }"#]);
    assert_eq!(all[0].config["max.message.bytes"], "1064972");
}

#[test]
fn what_one_of_the_sources_states_holds_for_all() {
    let stated =
        r#""deadLetter": { "topic": "t0.dlq", "partitions": 7, "config": { "retention.ms": "1d" } }"#;
    let all = dead_letters(
        "stated",
        &[
            r#""config": { "retention.ms": "1d" }"#,
            &format!(r#""config": {{ "retention.ms": "1d" }}, {stated}"#),
        ],
    );
    assert_eq!(all[0], all[1]);
    assert_eq!((all[0].partitions, all[0].config["retention.ms"].as_str()), (Some(7), "86400000"));
}
