//! Other implementations that read records of eventgen: Kafka's console consumer, Kafka's murmur2 and Confluent's Python
//! client.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::variable;

pub(crate) fn oracle(file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("oracles").join(file)
}

fn java() -> Command {
    let mut command = Command::new("java");
    command.args(["-XX:TieredStopAtLevel=1", "-Xmx512m", "-cp", &variable("EVENTGEN_KAFKA_CLASS_PATH")]);
    command
}

pub(crate) fn text(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

/// The partition of each key by `org.apache.kafka.common.utils.Utils.murmur2`.
pub(crate) fn jvm_partitions(keys: &[String], partitions: u32) -> BTreeMap<String, i32> {
    let mut child = java()
        .arg(oracle("Partitions.java"))
        .arg(partitions.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("java");
    child.stdin.take().expect("piped").write_all(keys.join("\n").as_bytes()).expect("java reads");
    let output = text(&child.wait_with_output().expect("java ends"));
    let parse = |line: &str| {
        let (partition, key) = line.split_once('\t').expect("partition and key");
        (key.to_owned(), partition.parse().expect("a number"))
    };
    output.lines().map(parse).collect()
}

/// The partition, offset, key and value of each record, as Kafka's console consumer reads them.
pub(crate) fn console_consumer(topic: &str, count: usize) -> Vec<(i32, i64, String, Vec<u8>)> {
    let mut command = java();
    command.arg("org.apache.kafka.tools.consumer.ConsoleConsumer").arg("--from-beginning");
    command.args(["--bootstrap-server", &variable("EVENTGEN_KAFKA"), "--topic", topic]);
    command.args(["--max-messages", &count.to_string(), "--timeout-ms", "30000"]);
    for property in [
        "print.partition=true",
        "print.offset=true",
        "print.key=true",
        "key.separator=\t",
        // Prints bytes outside ASCII as \xHH, so that each record is one line.
        "value.deserializer=org.apache.kafka.common.serialization.BytesDeserializer",
    ] {
        command.args(["--formatter-property", property]);
    }
    let output = text(&command.output().expect("java"));
    let parse = |line: &str| {
        let mut parts = line.splitn(4, '\t');
        let mut next = || parts.next().unwrap_or_else(|| panic!("too few columns: {line}"));
        let (partition, offset) = (next(), next());
        let number = |text: &str| text.rsplit(':').next().expect("a part").parse::<i64>().expect("a number");
        let partition = i32::try_from(number(partition)).expect("a partition");
        (partition, number(offset), next().to_owned(), unescaped(next()))
    };
    let mut records: Vec<_> = output.lines().map(parse).collect();
    records.sort();
    records
}

/// Reverses `org.apache.kafka.common.utils.Bytes.toString`.
fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.bytes().next() {
        let escaped = rest.strip_prefix("\\x").and_then(|hex| u8::from_str_radix(hex.get(..2)?, 16).ok());
        bytes.push(escaped.unwrap_or(first));
        rest = &rest[if escaped.is_some() { 4 } else { 1 }..];
    }
    bytes
}

/// The records as Confluent's Python client reads them through the registry, as one object each.
pub(crate) fn python_values(topic: &str, count: usize) -> Vec<Value> {
    let output = Command::new(variable("EVENTGEN_PYTHON"))
        .arg(oracle("read_values.py"))
        .args([
            variable("EVENTGEN_KAFKA"),
            variable("EVENTGEN_REGISTRY"),
            topic.to_owned(),
            count.to_string(),
        ])
        .output()
        .expect("python");
    text(&output).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// The Protobuf messages that `schemas` define, as Confluent's Python client reads them, as one object each.
pub(crate) fn python_protobuf_values(schemas: &Path, topic: &str, count: usize) -> Vec<Value> {
    let loaded = eventgen_schema::Loader::new().path(schemas).load().expect("valid schemas");
    let arguments =
        [variable("EVENTGEN_KAFKA"), variable("EVENTGEN_REGISTRY"), topic.to_owned(), count.to_string()];
    let output = python("read_protobuf.py", &arguments, loaded.contract.protobuf().descriptor_set);
    output.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// What a script prints that gets this input.
pub(crate) fn python(script: &str, arguments: &[String], input: &[u8]) -> String {
    let mut child = Command::new(variable("EVENTGEN_PYTHON"))
        .arg(oracle(script))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("python");
    child.stdin.take().expect("piped").write_all(input).expect("python reads");
    text(&child.wait_with_output().expect("python ends"))
}
