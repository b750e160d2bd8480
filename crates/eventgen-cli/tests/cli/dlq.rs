//! Which topics `eventgen dlq` takes as those of dead letters. What it sends back is in `tests/real`.

use std::time::Duration;

use eventgen_registry::blocking::RegistryClient;
use eventgen_registry::{NewSchema, SchemaId, SchemaType, wire};
use eventgen_testkit::TestCluster;
use rdkafka::ClientConfig;
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use serde_json::json;

use crate::support::Project;

const TOPIC: &str = "orders.placed.v1";
const MANIFEST: &str = "schemas = [\"schemas\"]\n[environments.dev]\nbootstrap-servers = \"127.0.0.1:1\"\n\
    topic-prefix = \"dev.\"\n";

/// Writes a letter with these headers. The first one creates the topic.
fn letter(cluster: &TestCluster, topic: &str, headers: &[(&str, &str)]) {
    record(cluster, topic, b"ada", Some("v"), headers);
}

fn record(cluster: &TestCluster, topic: &str, key: &[u8], value: Option<&str>, headers: &[(&str, &str)]) {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", cluster.bootstrap_servers());
    let producer: BaseProducer = config.create().expect("a producer");
    let native = headers
        .iter()
        .fold(OwnedHeaders::new(), |native, &(key, value)| native.insert(Header { key, value: Some(value) }));
    let record = BaseRecord::to(topic).partition(0).key(key).headers(native);
    let record = value.into_iter().fold(record, BaseRecord::payload);
    producer.send(record).map_err(|(error, _)| error).expect("buffered");
    producer.flush(Duration::from_secs(30)).expect("acknowledged");
}

#[test]
fn topics_of_an_environment_are_named_with_its_prefix_or_without() {
    let cluster = TestCluster::builder().brokers(1).start().expect("a cluster");
    let project = Project::with_an_event();
    project.write("eventgen.toml", &MANIFEST.replace("127.0.0.1:1", &cluster.bootstrap_servers()));
    letter(&cluster, "dev.orders.placed.v1.dlq", &[("__dlq.errors.topic", "dev.orders.placed.v1")]);
    letter(&cluster, TOPIC, &[]);
    for name in [TOPIC, "dev.orders.placed.v1", "orders.placed.v1.dlq", "dev.orders.placed.v1.dlq"] {
        let ran = project.run(&["dlq", "list", "--env", "dev", "--topic", name, "--output", "json"]);
        assert!(ran.stdout.contains(r#""deadLetterTopic": "dev.orders.placed.v1.dlq""#), "{name}: {ran:?}");
    }
}

#[test]
fn nothing_of_a_letter_controls_the_terminal() {
    let cluster = TestCluster::builder().brokers(1).start().expect("a cluster");
    let mut project = Project::with_an_event();
    project.set("KAFKA_BOOTSTRAP_SERVERS", &cluster.bootstrap_servers());
    let hostile = "x\u{1b}[2J\u{7}\u{9b}31m\u{202e}y\nforged  0  0";
    let names = ["topic", "group", "exception", "disposition", "message"];
    let names = names.map(|name| format!("__dlq.errors.{name}"));
    let mut headers: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), hostile)).collect();
    headers.push(("own", hostile));
    letter(&cluster, TOPIC, &[]);
    letter(&cluster, "orders.placed.v1.dlq", &headers);
    let foreign = |char: char| char != '\n' && (char.is_control() || char == '\u{202e}');
    for command in
        [&["list"][..], &["show"], &["redrive", "--dry-run"], &["redrive", "--dry-run", "--to", TOPIC]]
    {
        let ran = project.run(&[&["dlq"], command].concat());
        let printed = format!("{}{}", ran.stdout, ran.stderr);
        assert!(!printed.contains(foreign), "{command:?}: {ran:?}");
        let forged = printed.lines().filter(|line| line.starts_with("forged")).count();
        assert_eq!((ran.code, forged), (0, 0), "{command:?}: {ran:?}");
    }
    let shown = project.run(&["dlq", "show", "--output", "json"]);
    let shown: serde_json::Value = serde_json::from_str(&shown.stdout).expect("JSON");
    assert_eq!(shown["letters"][0]["group"], hostile, "programs get it as it is");
}

#[test]
fn keys_with_a_schema_are_decoded() {
    let cluster = TestCluster::builder().brokers(1).start().expect("a cluster");
    let registry = cluster.schema_registry().url();
    let mut project = Project::with_an_event();
    project.set("KAFKA_BOOTSTRAP_SERVERS", &cluster.bootstrap_servers());
    let client = RegistryClient::new(RegistryClient::builder(&registry)).expect("a client");
    let text = r#"{"type":"record","name":"OrderKey","fields":[{"name":"id","type":"string"}]}"#;
    let schemas = [("orders-key", text), ("text-key", "\"string\"")].map(|(subject, text)| {
        let schema = NewSchema { schema_type: SchemaType::AVRO, text, references: &[] };
        client.register(subject, &schema).expect("registered")
    });
    let origin = [("__dlq.errors.topic", TOPIC)];
    for id in schemas.iter().copied().chain([SchemaId(4_711)]) {
        let mut key = Vec::new();
        wire::frame(id, &mut key);
        key.extend(b"\x06ada");
        record(&cluster, "orders.placed.v1.dlq", &key, Some("v"), &origin);
    }
    letter(&cluster, "orders.placed.v1.dlq", &origin);
    let show = ["dlq", "show", "--schema-registry", &registry];
    let shown = project.run(&[&show[..], &["--output", "json"]].concat());
    let shown: serde_json::Value = serde_json::from_str(&shown.stdout).expect("JSON");
    let keys = shown["letters"].as_array().expect("letters").iter();
    let keys: Vec<_> = keys.map(|letter| (&letter["keySchemaId"], &letter["keyValue"])).collect();
    let [record, text] = schemas.map(|id| json!(id.0));
    let (of_record, of_text, none) = (json!({ "id": "ada" }), json!("ada"), json!(null));
    let expected = [(&record, &of_record), (&text, &of_text), (&json!(4_711), &none), (&none, &none)];
    assert_eq!(keys, expected);
    let problem = "the registry has no schema 4711: the record was written with another registry, or the schema was deleted";
    let problems = [0, 2, 3].map(|letter| &shown["letters"][letter]["keyProblem"]);
    assert_eq!(problems, [&none, &json!(problem), &none]);
    assert_eq!(shown["letters"][2]["key"], "\0\0\0\u{12}g\u{6}ada");
    assert_eq!(shown["letters"][3]["key"], "ada");
    let shown = project.run(&show).stdout;
    for line in [
        format!("key       {{\"id\":\"ada\"}}, schema {record}\n"),
        format!("(9 bytes of schema 4711: {problem})\n"),
        "key       ada\n".to_owned(),
    ] {
        assert!(shown.contains(&line), "{line}{shown}");
    }
    // Without a registry, a key with a schema is told as a value is.
    let shown = project.run(&["dlq", "show"]).stdout;
    assert!(shown.contains(&format!("of schema {record}: no registry)\n")), "{shown}");

    // The contract has keys of text: it does not say which letters have this one.
    for command in
        [&["list"][..], &["show"], &["redrive", "--dry-run"], &["discard", "--dry-run", "--reason", "r"]]
    {
        let ran = project.run(&[&["dlq"], command, &["--key", r#"{"id":"ada"}"#]].concat());
        ran.fails(1, &["warning: the keys of 3 letters were not compared with --key"]);
        let ran = project.run(&[&["dlq"], command, &["--key", "ada"]].concat());
        ran.fails(0, &["warning: the keys of 3 letters were not compared with --key"]);
    }
}

#[test]
fn a_topic_with_events_has_no_dead_letters() {
    let project = Project::with_an_event();
    project.write("eventgen.toml", MANIFEST);
    project.replace("schemas/order_placed.avsc", "\"partitions\": 12", "\"deadLetter\": false");
    let brokers = ["--bootstrap-servers", "127.0.0.1:1"];
    for environment in [&[][..], &["--env", "dev"]] {
        for name in [TOPIC, "dev.orders.placed.v1"] {
            let list = ["dlq", "list", "--topic", name];
            let ran = project.run(&[&list, environment, &brokers].concat());
            ran.fails(2, &["has events of the contract, which are no dead letters"]);
        }
    }
}

#[test]
fn letters_are_sent_to_a_topic_that_can_exist_and_has_none() {
    let project = Project::with_an_event();
    let redrive = ["dlq", "redrive", "--topic", TOPIC, "--bootstrap-servers", "127.0.0.1:1", "--to"];
    for to in ["", "a b", ".", "\u{1b}"] {
        project.run(&[&redrive[..], &[to]].concat()).fails(2, &["249 ASCII letters"]);
    }
    let to_letters = project.run(&[&redrive[..], &["orders.placed.v1.dlq"]].concat());
    to_letters.fails(2, &["`orders.placed.v1.dlq` has dead letters itself"]);
}

#[test]
fn a_number_that_is_zero_is_refused_in_words() {
    let project = Project::with_an_event();
    for call in [
        &["dlq", "redrive", "--limit", "0"][..],
        &["dlq", "redrive", "--rate", "0"],
        &["tail", "orders.placed.v1", "--last", "0"],
        &["lag", "--watch", "0"],
    ] {
        project.run(call).fails(2, &["at least 1 is needed"]);
    }
}

#[test]
fn a_letter_without_a_value_stays_if_its_record_is_gone() {
    let cluster = TestCluster::builder().brokers(1).start().expect("a cluster");
    let mut project = Project::with_an_event();
    project.set("KAFKA_BOOTSTRAP_SERVERS", &cluster.bootstrap_servers());
    letter(&cluster, TOPIC, &[]);
    for (partition, offset) in [("0", "0"), ("0", "6"), ("77", "0")] {
        let places = [("__dlq.errors.partition", partition), ("__dlq.errors.offset", offset)];
        let of = [("__dlq.errors.topic", TOPIC), ("__dlq.errors.group", "billing")];
        record(&cluster, "orders.placed.v1.dlq", b"ada", None, &[&of[..], &places].concat());
    }
    let redrive = ["dlq", "redrive", "--dry-run"];
    project.run(&redrive).fails(0, &["1 letter would be sent back, 2 left"]);
    let shown = project.run(&[&redrive[..], &["--output", "json"]].concat());
    let shown: serde_json::Value = serde_json::from_str(&shown.stdout).expect("JSON");
    let reasons = shown["letters"].as_array().expect("letters").iter().map(|letter| &letter["reason"]);
    assert_eq!(reasons.collect::<Vec<_>>(), [&json!(null), &json!("record-gone"), &json!("record-gone")]);
}
