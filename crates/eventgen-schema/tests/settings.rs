//! Settings that are accepted, and what they amount to.

use std::fs;
use std::path::Path;
use std::time::Duration;

use eventgen_schema::{DerivedSchema, Event, Loader, Manifest, Topic};

/// The topic `t` of an event with these properties, in an environment `prod` if the manifest has one.
fn topic(name: &str, properties: &str, manifest: &str) -> Topic {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("settings").join(name);
    fs::create_dir_all(&folder).expect("a folder");
    let schema = format!(
        r#"{{ "type": "record", "name": "E", "kafka": {{ "topic": "t", "key": "id"{properties} }},
              "fields": [{{ "name": "id", "type": "string" }}] }}"#
    );
    fs::write(folder.join("e.avsc"), schema).expect("a schema");
    fs::write(folder.join("eventgen.toml"), manifest).expect("a manifest");
    let environment = manifest.contains("[environments.prod]").then_some("prod");
    let manifest = Manifest::read(&folder.join("eventgen.toml")).expect("TOML");
    let loader = Loader::new().path(folder.join("e.avsc")).manifest(Some(manifest));
    let contract = loader.environment(environment).load().unwrap_or_else(|wrong| panic!("{wrong}")).contract;
    contract.topics["t"].clone()
}

#[test]
fn a_number_of_partitions_for_all_topics_does_not_contradict_a_total_order() {
    let total = r#", "ordering": "total""#;
    let prod = "[environments.prod]\npartitions = 12\n";
    assert_eq!(topic("environment", total, prod).partitions, Some(1));
    assert_eq!(topic("environment-other", "", prod).partitions, Some(12));
    assert_eq!(topic("defaults", total, "[defaults]\npartitions = 12\n").partitions, Some(1));
    let both = "[defaults]\npartitions = 12\n[environments.prod]\nordering = \"total\"\n";
    assert_eq!(topic("both", "", both).partitions, Some(1));
}

#[test]
fn no_default_shortens_a_pause_that_is_set() {
    let retry = topic("retry", r#", "retry": { "backoff": "fixed", "initial": "1m" }"#, "").retry;
    assert_eq!((retry.initial, retry.max), (Duration::from_secs(60), Duration::from_secs(60)));
    let retry = topic("retry-default", r#", "retry": { "initial": "1s" }"#, "").retry;
    assert_eq!((retry.initial, retry.max), (Duration::from_secs(1), Duration::from_secs(30)));
}

const IN_TOPICS: &str = r#", "retry": { "mode": "topics", "delays": ["10s", "1m"] }"#;
const GROUPS: &str = r#", "consumers": [{ "group": "billing" }, { "group": "audit" }]"#;

#[test]
fn records_that_wait_in_topics_are_not_retried_in_place_unless_the_contract_says_so() {
    let seconds = |topic: &Topic| topic.retry.delays.iter().map(Duration::as_secs).collect::<Vec<_>>();
    let plain = topic("in-topics", &format!("{IN_TOPICS}{GROUPS}"), "");
    assert_eq!((plain.retry.attempts, seconds(&plain)), (0, vec![10, 60]));
    let both = r#", "retry": { "mode": "topics", "attempts": 2, "initial": "50ms", "delays": ["1m", "1m"] }"#;
    let both = topic("in-both", &format!("{both}{GROUPS}"), "");
    assert_eq!((both.retry.attempts, seconds(&both)), (2, vec![60, 60]));
    assert_eq!(both.retry.initial, Duration::from_millis(50));
    let in_place = topic("in-place", r#", "retry": { "mode": "inPlace" }"#, "");
    assert_eq!((in_place.retry.attempts, seconds(&in_place)), (3, vec![]));
    let prod = "[environments.prod]\nretry = { mode = \"inPlace\" }\n";
    let overridden = topic("in-place-in-an-environment", &format!("{IN_TOPICS}{GROUPS}"), prod);
    assert_eq!((overridden.retry.attempts, seconds(&overridden)), (3, vec![]));
}

#[test]
fn every_group_has_a_retry_topic_for_each_delay_and_one_for_followers() {
    let names = |topic: &Topic| {
        let topics = topic.retry_topics().into_iter();
        topics.map(|topic| (topic.name, topic.delay.map_or(0, |delay| delay.as_secs()))).collect::<Vec<_>>()
    };
    let waits = |name: &str, delay: u64| (name.to_owned(), delay);
    let ordered = topic("retry-topics", &format!("{IN_TOPICS}{GROUPS}"), "");
    let billing =
        [waits("t.billing.retry.0", 0), waits("t.billing.retry.1", 10), waits("t.billing.retry.2", 60)];
    let audit = [waits("t.audit.retry.0", 0), waits("t.audit.retry.1", 10), waits("t.audit.retry.2", 60)];
    assert_eq!(names(&ordered), [billing.clone(), audit].concat());
    let unordered = topic("no-followers", &format!(r#"{IN_TOPICS}{GROUPS}, "ordering": "none""#), "");
    assert_eq!(names(&unordered)[..2], billing[1..], "no record follows another one");
    assert!(topic("no-retry-topics", GROUPS, "").retry_topics().is_empty());
}

/// The topic `t` of the schema in a file.
fn topic_of(file: &str, schema: &str) -> Topic {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("forms").join(file);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(&path, schema).expect("a schema");
    let contract = Loader::new().path(path).load().unwrap_or_else(|wrong| panic!("{wrong}")).contract;
    contract.topics["t"].clone()
}

#[test]
fn retry_topics_are_the_same_in_every_form() {
    let properties = r#"{ "topic": "t", "key": "id", "retry": { "mode": "topics", "delays": ["10s", "1m"], "attempts": 1 },
        "consumers": [{ "group": "billing" }] }"#;
    let avro = topic_of(
        "e.avsc",
        &format!(
            r#"{{ "type": "record", "name": "E", "kafka": {properties}, "fields": [{{ "name": "id", "type": "string" }}] }}"#
        ),
    );
    let idl = format!("protocol P {{ @kafka({properties}) record E {{ string id; }} }}");
    assert_eq!(topic_of("e.avdl", &idl), avro);
    let protobuf = r#"syntax = "proto3";
        import "eventgen/kafka.proto";
        message E {
          option (eventgen.kafka) = {
            topic: "t"
            key: "id"
            retry: { mode: "topics" delays: "10s" delays: "1m" attempts: 1 }
            consumers: { group: "billing" }
          };
          string id = 1;
        }"#;
    assert_eq!(topic_of("e.proto", protobuf), avro);
    let manifest = r#"
        [topics.t]
        retry = { mode = "topics", delays = ["10s", "1m"], attempts = 1 }
        consumers = [{ group = "billing" }]
    "#;
    assert_eq!(topic("in-the-manifest", "", manifest), avro);
}

/// The codes of the errors of a file, for the environment `prod`.
fn errors(name: &str, manifest: &str) -> Vec<&'static str> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("misread").join(name);
    fs::create_dir_all(folder.join("schemas")).expect("a folder");
    let schema = r#"{ "type": "record", "name": "E", "fields": [] }"#;
    fs::write(folder.join("schemas/e.avsc"), schema).expect("a schema");
    fs::write(folder.join("eventgen.toml"), manifest).expect("a manifest");
    let manifest = Manifest::read(&folder.join("eventgen.toml")).expect("TOML");
    let loaded = Loader::new().manifest(Some(manifest)).environment(Some("prod")).load();
    let diagnostics = loaded.err().map(|diagnostics| diagnostics.iter().map(|d| d.code.id).collect());
    diagnostics.unwrap_or_default()
}

/// The codes of what is found in an event on a topic with these properties.
fn found(name: &str, properties: &str) -> Vec<&'static str> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("found").join(name);
    fs::create_dir_all(&folder).expect("a folder");
    let schema = format!(
        r#"{{ "type": "record", "name": "E", "kafka": {{ "topic": "t", "key": "id"{properties} }},
              "fields": [{{ "name": "id", "type": "string" }}] }}"#
    );
    fs::write(folder.join("e.avsc"), schema).expect("a schema");
    let loaded = Loader::new().path(folder.join("e.avsc")).load();
    let diagnostics = loaded.map_or_else(|wrong| wrong, |loaded| loaded.warnings);
    diagnostics.iter().map(|found| found.code.id).collect()
}

#[test]
fn settings_that_contradict_each_other_are_reported() {
    let config = |least: &str, most: &str| {
        format!(r#""config": {{ "min.compaction.lag.ms": "{least}", "max.compaction.lag.ms": "{most}" }}"#)
    };
    assert!(found("compaction", &format!(", {}", config("1h", "1h"))).is_empty());
    assert_eq!(found("compaction-late", &format!(", {}", config("2h", "1h"))), ["EG0108"]);
    let letters = format!(r#", "deadLetter": {{ "topic": "t.dlq", {} }}"#, config("2h", "1h"));
    assert_eq!(found("compaction-letters", &letters), ["EG0108"]);
}

#[test]
fn a_setting_that_cannot_be_read_is_not_reported_as_absent() {
    let prod = "[environments.prod]\n";
    for (name, schemas) in
        [("text", "\"schemas\""), ("number", "5"), ("numbers", "[5]"), ("mixed", "[\"schemas\", 5]")]
    {
        assert_eq!(errors(name, &format!("schemas = {schemas}\n{prod}")), ["EG0108"], "{name}");
    }
    assert_eq!(errors("misspelt", &format!("schema = [\"schemas\"]\n{prod}")), ["EG0107"]);
    let schemas = "schemas = [\"schemas\"]\n";
    assert_eq!(errors("environment", &format!("{schemas}[environments]\nprod = 3\n")), ["EG0108"]);
    assert_eq!(errors("environments", &format!("{schemas}environments = 3\n")), ["EG0108"]);
    assert_eq!(errors("misspelt-table", &format!("{schemas}[environment.prod]\n")), ["EG0107"]);
}

#[test]
fn a_setting_that_is_absent_is_reported_beside_other_errors() {
    assert_eq!(errors("none", "[environments.prod]\n"), ["EG0002"]);
    assert_eq!(errors("empty", "schemas = []\n[environments.prod]\n"), ["EG0002"]);
    assert_eq!(errors("unrelated", "colour = 1\n[environments.prod]\n"), ["EG0002", "EG0107"]);
    let schemas = "schemas = [\"schemas\"]\n";
    assert_eq!(errors("no-environment", schemas), ["EG0202"]);
    assert_eq!(errors("another", &format!("{schemas}[environments]\ntest = 3\n")), ["EG0202", "EG0108"]);
}

#[test]
fn a_handler_timeout_is_set_for_one_topic_or_for_all() {
    let limit =
        |name: &str, properties: &str, manifest: &str| topic(name, properties, manifest).handler_timeout;
    assert_eq!(limit("limit-off", "", ""), None);
    let minute = r#", "handlerTimeout": "1m""#;
    assert_eq!(limit("limit", minute, ""), Some(Duration::from_secs(60)));
    let defaults = "[defaults]\nhandler-timeout = \"500ms\"\n";
    assert_eq!(limit("limit-default", "", defaults), Some(Duration::from_millis(500)));
    assert_eq!(limit("limit-over-default", minute, defaults), Some(Duration::from_secs(60)));
    let prod = "[topics.t]\nhandler-timeout = \"2m\"\n[environments.prod]\nhandler-timeout = \"1h\"\n";
    assert_eq!(limit("limit-environment", minute, prod), Some(Duration::from_secs(3_600)));
}

#[test]
fn an_environment_puts_a_prefix_before_its_topics_and_not_before_its_subjects() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("settings").join("prefix");
    fs::create_dir_all(&folder).expect("a folder");
    let schema = |name: &str, topic: &str, more: &str| {
        let text = format!(
            r#"{{ "type": "record", "name": "{name}", "kafka": {{ "topic": "{topic}", "key": "id"{more} }},
                  "fields": [{{ "name": "id", "type": "string" }}] }}"#
        );
        fs::write(folder.join(format!("{name}.avsc")), text).expect("a schema");
    };
    schema("A", "a", "");
    schema("B", "b", r#", "deadLetter": { "topic": "letters" }"#);
    let load = |environment: Option<&str>, prefix: &str| {
        let file = format!(
            "schemas = [\".\"]\n[topics.a]\npartitions = 7\n[naming]\ntopic = '^[a-z]$'\n[environments.dev]\ntopic-prefix = \"{prefix}\"\n"
        );
        fs::write(folder.join("eventgen.toml"), file).expect("a manifest");
        let manifest = Manifest::read(&folder.join("eventgen.toml")).expect("TOML");
        Loader::new().manifest(Some(manifest)).environment(environment).load()
    };
    let names = |environment| {
        let loaded = load(environment, "dev.").unwrap_or_else(|wrong| panic!("{wrong}"));
        assert!(loaded.warnings.is_empty(), "{}", loaded.warnings);
        let contract = loaded.contract;
        let letters = |topic: &Topic| topic.dead_letter.as_ref().expect("dead letters").topic.clone();
        let topics: Vec<(String, Option<u32>, String)> = contract
            .topics
            .values()
            .map(|topic| (topic.name.clone(), topic.partitions, letters(topic)))
            .collect();
        for event in &contract.events {
            assert!(contract.topics.contains_key(&event.topic), "{}", event.topic);
        }
        let subjects: Vec<String> = contract.events.iter().map(|event| event.subject.clone()).collect();
        assert_eq!(subjects, ["a-value", "b-value"]);
        topics
    };
    let expected = |name: &str, partitions, letters: &str| (name.to_owned(), partitions, letters.to_owned());
    assert_eq!(names(None), [expected("a", Some(7), "a.dlq"), expected("b", None, "letters")]);
    assert_eq!(
        names(Some("dev")),
        [expected("dev.a", Some(7), "dev.a.dlq"), expected("dev.b", None, "dev.letters")]
    );
    let codes = |prefix: &str| {
        let wrong = load(Some("dev"), prefix).expect_err("a wrong prefix");
        wrong.iter().map(|diagnostic| diagnostic.code.id).collect::<Vec<_>>()
    };
    assert_eq!(codes("dev/"), ["EG0116"]);
    assert!(codes(&"d".repeat(249)).contains(&"EG0125"));
}

/// The event of a file with a manifest.
fn event(name: &str, file: &str, text: &str, manifest: &str) -> (Event, Vec<String>) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("settings").join(name);
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join(file), text).expect("a schema");
    fs::write(folder.join("eventgen.toml"), manifest).expect("a manifest");
    let manifest = Manifest::read(&folder.join("eventgen.toml")).expect("TOML");
    let loader = Loader::new().path(folder.join(file)).manifest(Some(manifest));
    let contract = loader.load().unwrap_or_else(|wrong| panic!("{wrong}")).contract;
    let event = contract.events[0].clone();
    let references = contract.references(&event.registered()).iter().map(|file| file.text.clone()).collect();
    (event, references)
}

const KEEP: &str = "[registry]\nannotations = \"keep\"\n";

#[test]
fn annotations_are_registered_if_they_are_kept() {
    let text = r#"{"type":"record","name":"E","kafka":{"topic":"t","key":"id","config":{"retention.ms":"7d"}},"fields":[{"name":"id","type":"string"}]}"#;
    assert_eq!(event("kept-avro", "e.avsc", text, KEEP).0.schema, text);
    for manifest in ["", "[registry]\n", "[registry]\nannotations = \"remove\"\n"] {
        assert!(!event("removed-avro", "e.avsc", text, manifest).0.schema.contains("kafka"));
    }
}

#[cfg(feature = "protobuf")]
#[test]
fn the_option_is_registered_with_the_file_that_declares_it_if_it_is_kept() {
    use std::collections::BTreeMap;

    use eventgen_schema::vocabulary::KAFKA_PROTO;

    let text = "syntax = \"proto3\";\nimport \"eventgen/kafka.proto\";\nmessage E {\n  option (eventgen.kafka) = { topic: \"t\" key: \"id\" };\n  string id = 1;\n}\n";
    let (kept, references) = event("kept-protobuf", "e.proto", text, KEEP);
    assert_eq!((&*kept.schema, &references[..]), (text, &[KAFKA_PROTO.to_owned()][..]));
    assert_eq!(kept.references, ["eventgen/kafka.proto"]);
    // A registry can read it.
    let files = BTreeMap::from([("eventgen/kafka.proto".to_owned(), KAFKA_PROTO.to_owned())]);
    assert!(eventgen_schema::protobuf::parse_schema(&kept.schema, &files).is_ok());
    let (removed, references) = event("removed-protobuf", "e.proto", text, "");
    assert!(!removed.schema.contains("kafka"), "{}", removed.schema);
    assert!(references.is_empty() && removed.references.is_empty());
}

#[test]
fn an_annotation_may_name_the_subject() {
    let text = |more: &str| {
        format!(
            r#"{{"type":"record","name":"E","kafka":{{"topic":"t","key":"id"{more}}},"fields":[{{"name":"id","type":"string"}}]}}"#
        )
    };
    let named = text(r#","subject":"orders","subjectStrategy":"RecordName""#);
    let (event_with, _) = event("subject", "e.avsc", &named, "");
    assert_eq!((&*event_with.subject, event_with.names_subject), ("orders", true));
    let (event_without, _) = event("no-subject", "e.avsc", &text(""), "");
    assert_eq!((&*event_without.subject, event_without.names_subject), ("t-value", false));
}

#[test]
fn a_derived_schema_does_not_keep_its_annotation() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("eventgen.toml");
    fs::write(&path, KEEP).expect("a manifest");
    let load = |kafka: &str| {
        let text =
            format!(r#"{{"type":"record","name":"E",{kafka}"fields":[{{"name":"id","type":"string"}}]}}"#);
        let manifest = Manifest::read(&path).expect("TOML");
        Loader::new().manifest(Some(manifest)).derived(DerivedSchema::avro("E", text, Vec::new())).load()
    };
    let errors = load(r#""kafka":{"topic":"t","key":"id"},"#).expect_err("it would not be found");
    let codes: Vec<&str> = errors.iter().map(|error| error.code.id).collect();
    assert_eq!(codes, ["EG0115"]);
    // A part of an event has no annotation.
    assert!(load("").is_ok());
}
