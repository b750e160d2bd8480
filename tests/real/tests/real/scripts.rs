//! The generated script of topics, run by bash with the tools of Apache Kafka.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use eventgen_artifacts::shell;
use eventgen_schema::Loader;

use crate::variable;

/// How long brokers may take to learn of a change.
const PATIENCE: Duration = Duration::from_secs(30);

const SCHEMA: &str = r#"{
  "type": "record", "name": "Scripted", "namespace": "com.example",
  "kafka": {
    "topic": "scripts.created", "key": "id", "partitions": 3, "replicationFactor": 3,
    "config": { "retention.ms": "1h", "cleanup.policy": "compact,delete", "min.insync.replicas": 2 },
    "deadLetter": { "topic": "scripts.created.dlq" }
  },
  "fields": [{ "name": "id", "type": "string" }]
}"#;

#[test]
#[ignore = "needs a real cluster"]
fn a_script_creates_topics_and_a_second_run_only_sets_what_differs() {
    let folder = folder();
    fs::write(folder.join("scripted.avsc"), SCHEMA).expect("a file");
    let contract = Loader::new().path(folder.join("scripted.avsc")).load().expect("a contract").contract;
    let files = shell::scripts(&contract).expect("scripts");
    let script = folder.join(shell::TOPICS);
    fs::write(&script, &files[0].text).expect("a file");
    run(&folder, &script);
    let created = described(&folder, &["retention.ms=3600000", "min.insync.replicas=2"]);
    for text in ["PartitionCount: 3", "ReplicationFactor: 3", "cleanup.policy=compact,delete"] {
        assert!(created.contains(text), "{text} in {created}");
    }
    assert!(created.contains("Topic: scripts.created.dlq"), "{created}");
    // What somebody changes by hand is set again; what the contract does not name stays.
    let by_hand =
        "--alter --entity-type topics --entity-name scripts.created --add-config retention.ms=1,flush.ms=7";
    tool(&folder, "KAFKA_CONFIGS", by_hand);
    described(&folder, &["retention.ms=1", "flush.ms=7"]);
    run(&folder, &script);
    let again = described(&folder, &["retention.ms=3600000", "flush.ms=7"]);
    run(&folder, &script);
    assert_eq!(
        described(&folder, &["retention.ms=3600000"]),
        again,
        "a run without a difference changes nothing"
    );
}

/// A new folder with the tools.
fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("scripts");
    fs::create_dir_all(&folder).expect("a folder");
    for (name, class) in [
        ("KAFKA_TOPICS", "org.apache.kafka.tools.TopicCommand"),
        ("KAFKA_CONFIGS", "kafka.admin.ConfigCommand"),
    ] {
        let class_path = variable("EVENTGEN_KAFKA_CLASS_PATH");
        let text = format!("#!/usr/bin/env bash\nexec java -cp '{class_path}' {class} \"$@\"\n");
        fs::write(folder.join(name), text).expect("a file");
        let status = Command::new("chmod").arg("+x").arg(folder.join(name)).status().expect("chmod runs");
        assert!(status.success());
    }
    folder
}

fn run(folder: &Path, script: &Path) {
    let tools = ["KAFKA_TOPICS", "KAFKA_CONFIGS"].map(|name| (name, folder.join(name)));
    let output = Command::new("bash")
        .arg(script)
        .envs(tools)
        .env("KAFKA_BOOTSTRAP_SERVERS", variable("EVENTGEN_KAFKA"))
        .env_remove("KAFKA_COMMAND_CONFIG")
        .output()
        .expect("bash runs");
    let printed = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&printed));
}

/// What the topics have once the source has these settings: each broker learns of a change by itself.
fn described(folder: &Path, settings: &[&str]) -> String {
    let until = Instant::now() + PATIENCE;
    loop {
        let text = describe(folder);
        let source = text.lines().find(|line| line.contains("Topic: scripts.created\t")).unwrap_or_default();
        let has = |setting: &&str| source.split([',', ' ', '\t']).any(|part| part == *setting);
        if settings.iter().all(has) {
            return text;
        }
        assert!(Instant::now() < until, "no {settings:?} in {text}");
        sleep(Duration::from_millis(500));
    }
}

/// What the topics have; leaders and replicas may move.
fn describe(folder: &Path) -> String {
    let text = tool(folder, "KAFKA_TOPICS", "--describe --topic scripts\\.created.*");
    text.lines().filter(|line| line.contains("Configs:")).collect::<Vec<_>>().join("\n")
}

fn tool(folder: &Path, name: &str, arguments: &str) -> String {
    let output = Command::new(folder.join(name))
        .args(["--bootstrap-server", &variable("EVENTGEN_KAFKA")])
        .args(arguments.split(' '))
        .output()
        .expect("the tool runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}
