//! `eventgen send` on the embedded cluster: what is checked, what is written, and what is refused. That keys and partitions are
//! those of generated producers is in `tests/real`.

use std::io::Write as _;
#[cfg(unix)]
use std::io::{BufRead as _, BufReader};
#[cfg(unix)]
use std::process::Command;
use std::process::Stdio;

use eventgen_testkit::TestCluster;
use rdkafka::ClientConfig;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};

use crate::support::{Project, Ran};

const TOPIC: &str = "orders.placed.v1";
/// An event with a field of each kind.
const ORDER: &str = r#"{
  "type": "record", "name": "OrderPlaced", "namespace": "com.example.orders",
  "kafka": {
    "topic": "orders.placed.v1", "key": ["customer.id", "day"], "headers": { "kind": "kind" },
    "config": { "cleanup.policy": "compact" }
  },
  "fields": [
    { "name": "customer", "type": { "type": "record", "name": "Customer", "fields": [{ "name": "id", "type": "string" }] } },
    { "name": "day", "type": { "type": "int", "logicalType": "date" } },
    { "name": "kind", "type": { "type": "enum", "name": "Kind", "symbols": ["NEW", "CHANGED"] } },
    { "name": "price", "type": { "type": "bytes", "logicalType": "decimal", "precision": 6, "scale": 2 } },
    { "name": "at", "type": { "type": "long", "logicalType": "timestamp-millis" } },
    { "name": "note", "type": ["null", "string"], "default": null },
    { "name": "lines", "type": { "type": "array", "items": "long" } }
  ]
}"#;
const LINE: &str = r#"{"customer":{"id":"a|b"},"day":"2026-01-31","kind":"NEW","price":"12.50","at":"2026-01-31T09:30:00.5Z","note":"x","lines":[1,-2]}"#;

struct Fixture {
    cluster: TestCluster,
    project: Project,
}

impl Fixture {
    fn new() -> Self {
        let cluster = TestCluster::builder().brokers(1).start().expect("a cluster");
        let mut project = Project::with_an_event();
        project.write("schemas/order_placed.avsc", ORDER);
        project.set("KAFKA_BOOTSTRAP_SERVERS", &cluster.bootstrap_servers());
        project.set("SCHEMA_REGISTRY_URL", &cluster.schema_registry().url());
        Self { cluster, project }
    }

    fn register(self) -> Self {
        let registered = self.project.run(&["register"]);
        assert_eq!(registered.code, 0, "{registered:?}");
        self.create(TOPIC);
        self
    }

    /// Creates a topic, by its first record.
    fn create(&self, topic: &str) {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", self.cluster.bootstrap_servers());
        let producer: BaseProducer = config.create().expect("a producer");
        let record: BaseRecord<'_, str, str> = BaseRecord::to(topic).partition(0).key("first").payload("");
        producer.send(record).map_err(|(error, _)| error).expect("buffered");
        producer.flush(std::time::Duration::from_secs(30)).expect("acknowledged");
    }

    /// Sends lines from standard input.
    fn send(&self, options: &[&str], lines: &str) -> Ran {
        self.send_to(TOPIC, options, lines)
    }

    fn send_to(&self, topic: &str, options: &[&str], lines: &str) -> Ran {
        let mut command = self.project.command(&[&["send", topic], options].concat());
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the command starts");
        // The command may have ended before it has read all lines.
        let _ = child.stdin.take().expect("a pipe").write_all(lines.as_bytes());
        let output = child.wait_with_output().expect("it ends");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        let code = output.status.code().expect("an exit code");
        Ran { code, stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

#[test]
fn what_is_sent_is_shown_again_and_deletions_are_sent_by_the_key_alone() {
    let fixture = Fixture::new().register();
    let sent = fixture.send(&[], &format!("{LINE}\n\n"));
    assert_eq!(sent.code, 0, "{sent:?}");
    assert!(sent.stdout.ends_with("  a\\|b|2026-01-31\n"), "{sent:?}");
    assert_eq!(sent.stderr, format!("1 of 1 event sent to {TOPIC}\n"));
    let deleted = fixture.send(&["--delete"], r#"{"customer":{"id":"a|b"},"day":"2026-01-31"}"#);
    assert_eq!(deleted.code, 0, "{deleted:?}");
    let shown = fixture.project.run(&["tail", TOPIC, "--output", "json", "--key", r"a\|b|2026-01-31"]);
    let lines: Vec<&str> = shown.stdout.lines().collect();
    assert!(
        lines[0].ends_with(&format!(r#""event":"com.example.orders.OrderPlaced","value":{LINE}}}"#)),
        "{shown:?}"
    );
    assert!(lines[0].contains(r#"{"name":"kind","value":"NEW"}"#), "{shown:?}");
    assert!(
        lines[0].contains(r#"{"name":"event-type","value":"com.example.orders.OrderPlaced"}"#),
        "{shown:?}"
    );
    assert!(lines[1].ends_with(r#""value":null}"#), "{shown:?}");
    assert_eq!(lines.len(), 2, "{shown:?}");
}

#[test]
fn wrong_lines_are_named_with_their_fields_and_nothing_is_sent() {
    let fixture = Fixture::new();
    let wrong = |from: &str, to: &str| LINE.replace(from, to);
    let lines = [
        LINE.to_owned(),
        wrong(r#""kind":"NEW""#, r#""kind":"NWE""#),
        wrong(r#""lines":[1,-2]"#, r#""lines":[1,"2"]"#),
        wrong("12.50", "12.505"),
        wrong("12.50", "12345.00"),
        wrong(r#""note":"x","#, r#""notes":"x","#),
        wrong(r#""day":"2026-01-31","#, ""),
        wrong("00.5Z", "00.0005Z"),
        "{".to_owned(),
    ];
    let ran = fixture.send(&["--dry-run"], &lines.join("\n"));
    let expected = [
        "error: line 2: kind: `com.example.orders.Kind` has no symbol `NWE`: did you mean `NEW`?",
        "error: line 3: lines[1]: a whole number of 64 bits is expected, and this is \"2\"",
        "error: line 4: price: \"12.505\" has more than 2 digits after the point",
        "error: line 5: price: it has 7 digits, and 6 are allowed",
        "error: line 6: `com.example.orders.OrderPlaced` has no field `notes`: did you mean `note`?",
        "error: line 7: day: it is missing, and has no default",
        "error: line 8: at: `2026-01-31T09:30:00.0005Z` is more precise than `timestamp-millis`",
        "error: line 9: not JSON: EOF while parsing an object at column 1",
        "error: 8 of 9 lines are wrong, nothing was sent",
    ];
    assert_eq!(ran.stderr.lines().collect::<Vec<_>>(), expected);
    assert_eq!((ran.code, ran.stdout.as_str()), (1, ""));
}

#[test]
fn a_dry_run_asks_nobody() {
    let mut fixture = Fixture::new();
    fixture.project.set("KAFKA_BOOTSTRAP_SERVERS", "");
    fixture.project.set("SCHEMA_REGISTRY_URL", "");
    let without_note = LINE.replace(r#""note":"x","#, "");
    let ran = fixture.send(&["--dry-run"], &without_note);
    assert!(ran.stdout.starts_with("line 1  a\\|b|2026-01-31  "), "{ran:?}");
    assert_eq!(ran.stderr, format!("1 event of com.example.orders.OrderPlaced would go to {TOPIC}\n"));
}

#[test]
fn what_consumers_could_not_read_is_not_sent() {
    let fixture = Fixture::new();
    fixture.send(&[], LINE).fails(1, &["is not registered under", "run `eventgen register`"]);
    fixture.project.run(&["send", "orders.placed.v2"]).fails(2, &["did you mean `orders.placed.v1`?"]);
    fixture.send(&["--event", "OrderPaid"], LINE).fails(2, &["has no event `OrderPaid`"]);
    fixture.project.replace("schemas/order_placed.avsc", "compact", "delete");
    fixture.send(&["--delete"], "{}").fails(2, &["is not compacted"]);
}

#[test]
fn production_is_asked_about() {
    let fixture = Fixture::new().register();
    let environment = "[environments.prod]\nproduction = true\nbootstrap-servers = \"${KAFKA_BOOTSTRAP_SERVERS}\"\n\
        schema-registry = \"${SCHEMA_REGISTRY_URL}\"\nreplication-factor = 3\n";
    fixture.project.write("eventgen.toml", &format!("schemas = [\"schemas\"]\n{environment}"));
    fixture.send(&["--env", "prod"], LINE).fails(2, &["nothing was sent: `prod` is production; pass --yes"]);
    let sent = fixture.send(&["--env", "prod", "--yes"], LINE);
    assert_eq!(sent.code, 0, "{sent:?}");
    fixture
        .project
        .write("eventgen.toml", &format!("schemas = [\"schemas\"]\n{environment}cluster-id = \"other\"\n"));
    fixture.send(&["--env", "prod", "--yes"], LINE).fails(1, &["is cluster other"]);
}

#[test]
fn a_topic_of_an_environment_is_named_with_its_prefix_or_without() {
    let fixture = Fixture::new();
    let servers = fixture.cluster.bootstrap_servers();
    let manifest = format!(
        "schemas = [\"schemas\"]\n[environments.dev]\nbootstrap-servers = {servers:?}\ntopic-prefix = \"dev.\"\n\
         schema-registry = {:?}\n",
        fixture.cluster.schema_registry().url()
    );
    fixture.project.write("eventgen.toml", &manifest);
    fixture.project.run(&["register", "--env", "dev"]).fails(0, &[]);
    fixture.create(TOPIC);
    fixture.create("dev.orders.placed.v1");
    for name in [TOPIC, "dev.orders.placed.v1"] {
        fixture.send_to(name, &["--env", "dev"], LINE).fails(0, &["sent to dev.orders.placed.v1"]);
        // No broker there: the topic was accepted.
        let nowhere = ["--bootstrap-servers", "127.0.0.1:1"];
        let plan = fixture
            .project
            .run(&[&["topics", "plan", "--env", "dev", "--topic", name], &nowhere[..]].concat());
        plan.fails(6, &["no broker of `127.0.0.1:1` answered"]);
    }
    for name in [TOPIC, "dev.orders.placed.v1"] {
        let shown = fixture.project.run(&["tail", name, "--env", "dev", "--where", "kind=NEW"]);
        assert_eq!(shown.stdout.lines().count(), 2, "{shown:?}");
        shown.fails(0, &["2 records of dev.orders.placed.v1"]);
    }
}

/// Many small events, of which few are under way at a time: the command is still sending when its first line is read.
#[cfg(unix)]
fn sending(fixture: &Fixture) -> std::process::Child {
    let lines = format!("{LINE}\n").repeat(EVENTS);
    fixture.project.write("lines", &lines);
    let few = ["-X", "queue.buffering.max.messages=100"];
    let mut command = fixture.project.command(&[&["send", TOPIC, "lines"], &few[..]].concat());
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the command starts")
}

#[cfg(unix)]
const EVENTS: usize = 20_000;

#[cfg(unix)]
#[test]
fn an_interrupted_run_says_what_was_sent() {
    let fixture = Fixture::new().register();
    for signal in ["-INT", "-TERM"] {
        let mut child = sending(&fixture);
        let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
        out.read_line(&mut String::new()).expect("a line");
        let killed = Command::new("kill").args([signal, &child.id().to_string()]).status();
        assert!(killed.expect("kill").success());
        let sent = 1 + out.lines().count();
        let output = child.wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(sent < EVENTS);
        let expected = format!("interrupted: {sent} of {EVENTS} events sent to {TOPIC}; line ");
        assert!(said.starts_with(&expected), "{expected}: {said}");
    }
}

#[cfg(unix)]
#[test]
fn a_reader_that_leaves_early_does_not_hide_what_was_sent() {
    let fixture = Fixture::new().register();
    let mut child = sending(&fixture);
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(said, format!("{EVENTS} of {EVENTS} events sent to {TOPIC}\n"));
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn protobuf_is_sent_and_shown_by_the_names_of_its_fields() {
    const SCANS: &str = "scans.v1";
    const SCAN: &str = r#"{"parcel":{"id":"p1"},"depot":"SOUTH","weights":[7,8],"labels":{"a":"0x01"},"at":"2026-01-31T09:30:00.5Z"}"#;
    let fixture = Fixture::new();
    let schema = r#"syntax = "proto3"; package com.example; import "eventgen/kafka.proto"; import "google/protobuf/timestamp.proto";
        message Parcel { string id = 1; }
        enum Depot { NORTH = 0; SOUTH = 1; }
        message Scanned {
          option (eventgen.kafka) = { topic: "scans.v1" key: ["parcel.id", "depot"] headers: { key: "at" value: "at" } };
          Parcel parcel = 1; Depot depot = 2; repeated uint64 weights = 3; map<string, bytes> labels = 4;
          google.protobuf.Timestamp at = 5; oneof paid { string card = 6; bool cash = 7; }
        }"#;
    fixture.project.write("schemas/scanned.proto", schema);
    let fixture = fixture.register();
    fixture.create(SCANS);
    let sent = fixture.send_to(SCANS, &[], SCAN);
    assert!(sent.stdout.ends_with("  p1|SOUTH\n"), "{sent:?}");
    let shown = fixture.project.run(&["tail", SCANS, "--where", "weights=8", "--output", "json"]);
    assert!(
        shown.stdout.ends_with(&format!("\"event\":\"com.example.Scanned\",\"value\":{SCAN}}}\n")),
        "{shown:?}"
    );
    assert!(shown.stdout.contains(r#"{"name":"at","value":"2026-01-31T09:30:00.500Z"}"#), "{shown:?}");
    let lines = [
        SCAN.replace("SOUTH", "SOTH"),
        SCAN.replace("[7,8]", "[7,-8]"),
        SCAN.replace(r#""parcel":{"id":"p1"}"#, r#""card":"1","cash":true"#),
        r#"{"at":"2026-01-31T09:30:00Z"}"#.to_owned(),
    ];
    let wrong = fixture.send_to(SCANS, &["--dry-run"], &lines.join("\n"));
    let expected = [
        "error: line 1: depot: `com.example.Depot` has no value `SOTH`: did you mean `SOUTH`?",
        "error: line 2: weights[1]: a whole number of 64 bits that is not negative is expected, and this is -8",
        "error: line 3: cash: `card` of the same oneof is set, too",
        "error: line 4: parcel.id: it is part of the key, and a record without a key has no order",
        "error: 4 of 4 lines are wrong, nothing was sent",
    ];
    assert_eq!(wrong.stderr.lines().collect::<Vec<_>>(), expected);
}
