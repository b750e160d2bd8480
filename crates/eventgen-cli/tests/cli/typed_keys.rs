//! Keys with schemas of their own: what is registered, what the gate says of a change, and what is sent and shown. That the bytes
//! are those of Confluent's clients is in `tests/real`.

use std::time::Duration;

use eventgen_registry::blocking::RegistryClient;
use eventgen_registry::{NewSchema, SchemaType, VersionNumber};
use eventgen_testkit::{EmbeddedRegistry, TestCluster};
use rdkafka::ClientConfig;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};

use crate::support::Project;

pub(crate) const FILE: &str = "schemas/order_placed.avsc";
pub(crate) const ORDER: &str = r#"{
  "type": "record", "name": "OrderPlaced", "namespace": "com.example.orders",
  "kafka": {
    "topic": "orders.placed.v1", "key": ["shop", "customer.id"], "keyFormat": "avro",
    "config": { "cleanup.policy": "compact" }
  },
  "fields": [
    { "name": "shop", "type": "int" },
    { "name": "customer", "type": { "type": "record", "name": "Customer", "fields": [{ "name": "id", "type": "string" }] } }
  ]
}"#;
pub(crate) const KEY: &str = r#"{"type":"record","name":"OrderPlacedKey","namespace":"com.example.orders","fields":[{"name":"shop","type":"int"},{"name":"customer_id","type":"string"}]}"#;

pub(crate) fn project(registry: &str) -> Project {
    let mut project = Project::with_an_event();
    project.write(FILE, ORDER);
    let manifest = "schemas = [\"schemas\"]\n[environments.dev]\nschema-registry = \"${REGISTRY}\"\n";
    project.write("eventgen.toml", manifest);
    project.set("REGISTRY", registry);
    project
}

/// Writes a record without a value. The first one creates the topic.
pub(crate) fn write(cluster: &TestCluster, topic: &str, key: &[u8]) {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", cluster.bootstrap_servers());
    let producer: BaseProducer = config.create().expect("a producer");
    let record = BaseRecord::<[u8], [u8]>::to(topic).partition(0).key(key).timestamp(0);
    producer.send(record).map_err(|(error, _)| error).expect("buffered");
    producer.flush(Duration::from_secs(30)).expect("acknowledged");
}

pub(crate) fn client(registry: &EmbeddedRegistry) -> RegistryClient {
    RegistryClient::new(RegistryClient::builder(&registry.url())).expect("a client")
}

/// What a command says of the key.
pub(crate) fn key_line(project: &Project, command: &[&str]) -> String {
    let ran = project.run(command);
    let line = ran.stdout.lines().find_map(|line| line.strip_prefix("orders.placed.v1-key: "));
    line.unwrap_or_else(|| panic!("{ran:?}")).to_owned()
}

pub(crate) const REGISTER: [&str; 3] = ["register", "--env", "dev"];
pub(crate) const DRY_RUN: [&str; 4] = ["register", "--env", "dev", "--dry-run"];
pub(crate) const AGAINST_REGISTRY: [&str; 5] = ["diff", "--against", "registry", "--env", "dev"];
pub(crate) const AGAINST_LOCK: [&str; 5] = ["diff", "--against", "lock", "--env", "dev"];
const AGAINST_FOLDER: [&str; 3] = ["diff", "--against", "old"];

#[test]
fn the_key_is_registered_before_its_event_and_another_schema_is_another_key() {
    let registry = EmbeddedRegistry::start().expect("a registry");
    let project = project(&registry.url());
    let would = "orders.placed.v1-key: would register\norders.placed.v1-value: would register\n";
    assert_eq!(project.run(&DRY_RUN).stdout, would);
    let registered = "orders.placed.v1-key: registered id 1 version 1\norders.placed.v1-value: registered id 2 version 1\n";
    assert_eq!(project.run(&REGISTER).stdout, registered);
    let key = client(&registry).version("orders.placed.v1-key", VersionNumber::Latest).expect("an answer");
    assert_eq!(key.expect("a version").text, KEY);
    // The contract states no level for keys.
    let level = client(&registry).compatibility_level("orders.placed.v1-key").expect("an answer");
    assert_eq!(level, None);
    let lock = project.read("eventgen.lock");
    assert!(lock.contains("\"orders.placed.v1-key\" = { version = 1, id = 1, "), "{lock}");
    for against in [AGAINST_REGISTRY, AGAINST_LOCK] {
        project.run(&against).ends(0, "", "2 schemas compared: no incompatible change\n");
    }

    // The registry takes it: a long is read from an int. The keys are others.
    project.write("old/order_placed.avsc", ORDER);
    project.replace(FILE, "\"name\": \"shop\", \"type\": \"int\"", "\"name\": \"shop\", \"type\": \"long\"");
    project
        .run(&AGAINST_REGISTRY)
        .fails(4, &["error[EG0401]: the schema of keys is", "orders.placed.v1-key version 1:1:"]);
    project.run(&AGAINST_LOCK).fails(
        4,
        &["error[EG0401]: subject `orders.placed.v1-key` differs from version 1", "eventgen.lock:"],
    );
    let said = "error[EG0401]: the schema of the key of event `com.example.orders.OrderPlaced` was";
    project.run(&AGAINST_FOLDER).fails(4, &[said, "old/order_placed.avsc:4:"]);
    let would = "would register: keys had id 1, and with another one equal values have other keys (EG0401)";
    assert_eq!(key_line(&project, &DRY_RUN), would);
    let other = "keys had id 1, which is part of them: equal values have other keys from now on (EG0401)";
    assert_eq!(key_line(&project, &REGISTER), format!("registered id 3 version 2: {other}"));
}

#[test]
fn a_refused_key_keeps_its_event_back() {
    let registry = EmbeddedRegistry::start().expect("a registry");
    let project = project(&registry.url());
    let taken = NewSchema::new(SchemaType::AVRO, "\"string\"");
    client(&registry).register("orders.placed.v1-key", &taken).expect("registered");
    let ran = project.run(&REGISTER);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert!(lines[0].starts_with("orders.placed.v1-key (schemas/order_placed.avsc:3): refused: "), "{ran:?}");
    assert!(lines[1].starts_with("orders.placed.v1-value: not registered"), "{ran:?}");
    assert_eq!(ran.code, 4, "{ran:?}");
}

#[test]
fn typed_keys_are_shown() {
    let project = project("http://localhost:1");
    let said = "com.example.orders.OrderPlaced, key shop, customer.id (avro, subject orders.placed.v1-key), subject \
                orders.placed.v1-value BACKWARD\n";
    for command in ["show", "check"] {
        let ran = project.run(&[command]);
        assert!(ran.stdout.contains(said), "{command}: {ran:?}");
    }
    let ran = project.run(&["show", "--output", "json"]);
    let contract: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let key = &contract["events"][0]["keySchema"];
    assert_eq!((&key["subject"], &key["schema"]), (&"orders.placed.v1-key".into(), &KEY.into()));
}

#[test]
fn keys_are_sent_with_their_schema_and_asked_for_as_json() {
    let cluster = TestCluster::builder().brokers(1).start().expect("a cluster");
    let url = cluster.schema_registry().url();
    let mut project = project(&url);
    project.set("SCHEMA_REGISTRY_URL", &url);
    project.set("KAFKA_BOOTSTRAP_SERVERS", &cluster.bootstrap_servers());
    let line = |shop: i32, id: &str| format!(r#"{{"shop":{shop},"customer":{{"id":"{id}"}}}}"#) + "\n";
    project.write("lines", &(line(1, "ada") + &line(2, "bob")));
    let checked = project.run(&["send", "orders.placed.v1", "lines", "--dry-run"]);
    assert!(checked.stdout.starts_with("line 1  {\"shop\":1,\"customer_id\":\"ada\"}  "), "{checked:?}");
    project.run(&["send", "orders.placed.v1", "lines"]).fails(1, &["is not registered"]);
    assert_eq!(project.run(&REGISTER).code, 0);
    // The topic is created by its first record.
    let write = |topic: &str, key: &[u8]| write(&cluster, topic, key);
    write("orders.placed.v1", b"first");
    let sent = project.run(&["send", "orders.placed.v1", "lines", "--output", "json"]);
    assert!(sent.stdout.lines().all(|line| line.contains(r#""key":{"shop":"#)), "{sent:?}");
    project.write("gone", &line(1, "ada"));
    assert_eq!(project.run(&["send", "orders.placed.v1", "gone", "--delete"]).code, 0);

    let wanted = r#"{"customer_id": "ada", "shop": 1}"#;
    let tail = ["tail", "orders.placed.v1", "--output", "json", "--key", wanted];
    let shown = project.run(&tail);
    let lines: Vec<serde_json::Value> =
        shown.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let key = serde_json::json!({ "shop": 1, "customer_id": "ada" });
    assert_eq!(lines.iter().map(|line| &line["key"]).collect::<Vec<_>>(), [&key, &key], "{shown:?}");
    assert_eq!(lines[1]["value"], serde_json::Value::Null);
    // Without a registry, the contract reads keys.
    project.set("SCHEMA_REGISTRY_URL", "");
    assert_eq!(project.run(&tail).stdout.lines().count(), 2);

    // Shop 1 in zig-zag, then the length of `ada`.
    let framed = [&[0, 0, 0, 0, 1, 2, 6][..], b"ada"].concat();
    write("orders.placed.v1.dlq", &framed);
    write("orders.placed.v1.dlq", b"other");
    let letters = |key: &str| project.run(&["dlq", "list", "--key", key]).stderr;
    assert!(letters(wanted).starts_with("1 open"), "{}", letters(wanted));
    assert!(letters("other").starts_with("1 open"), "{}", letters("other"));
    let nobody = wanted.replace("ada", "eve");
    assert!(letters(&nobody).starts_with("0 open"), "{}", letters(&nobody));
    let misspelt = letters(&wanted.replace("shop", "shap"));
    assert!(
        misspelt.contains(
            "warning: --key {\"customer_id\": \"ada\", \"shap\": 1} is no key of `orders.placed.v1`: "
        ),
        "{misspelt}"
    );
}

#[test]
fn schemas_of_keys_are_imported_as_properties_of_the_annotation() {
    let registry = EmbeddedRegistry::start().expect("a registry");
    let project = project(&registry.url());
    assert_eq!(project.run(&REGISTER).code, 0);
    let odd = NewSchema::new(SchemaType::AVRO, r#"{"type":"string","avro.java.string":"String"}"#);
    client(&registry).register("odd-key", &odd).expect("registered");
    let ran = project.run(&["import", "--schema-registry", &registry.url(), "--out", "imported"]);
    let expected = [
        "odd-key: the schema of the keys of `odd` is left as a file: `keyFormat` does not make it, because its type has the \
         property `avro.java.string`",
        "orders.placed.v1-key: no file; for the events of `orders.placed.v1`, set \"keyFormat\": \"avro\", \"keyName\": \
         \"com.example.orders.OrderPlacedKey\", \"key\": [\"shop\", \"customer.id\"]",
        "imported/com.example.orders.OrderPlaced.avsc: written",
        "imported/odd-key.avsc: written",
    ];
    assert_eq!((ran.code, ran.stdout.lines().collect::<Vec<_>>()), (0, expected.to_vec()), "{}", ran.stderr);
    // The schema of the event is looked up, and becomes no file.
    let ran = project.run(&[
        "import",
        "orders.placed.v1-key",
        "--schema-registry",
        &registry.url(),
        "--out",
        "key",
    ]);
    assert_eq!(ran.stdout.lines().collect::<Vec<_>>(), expected[1..2], "{}", ran.stderr);
}
