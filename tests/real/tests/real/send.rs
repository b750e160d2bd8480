//! `eventgen send` writes what a generated producer writes: the same key, partition, headers and bytes.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use eventgen::{Client, TopicOverrides};
use eventgen_testkit::records;
use orders::events::com::example::orders::{OrdersEventsV1, orders_events_v1};
use orders::sample::order;
use serde_json::Value;

use crate::variable;

const TOPIC: &str = orders_events_v1::TOPIC.name;

/// Runs the command in a folder with a contract.
fn run(folder: &Path, arguments: &[&str], input: &str) -> (i32, String) {
    let mut command = Command::new(env!("CARGO"));
    command
        .args(["run", "--quiet", "--locked", "-p", "eventgen-cli", "--", "-C"])
        .arg(folder)
        .args(arguments)
        .env("KAFKA_BOOTSTRAP_SERVERS", variable("EVENTGEN_KAFKA"))
        .env("SCHEMA_REGISTRY_URL", variable("EVENTGEN_REGISTRY"))
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut child = command.spawn().expect("cargo");
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("it is read");
    let output = child.wait_with_output().expect("it ends");
    (output.status.code().expect("a code"), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Kafka"]
async fn events_sent_from_json_are_those_of_a_generated_producer() -> Result<(), Box<dyn std::error::Error>> {
    const EVENTS: usize = 40;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
    let prefix = format!("send.{now}.");
    let builder = Client::builder(variable("EVENTGEN_KAFKA"), variable("EVENTGEN_REGISTRY"));
    let client = builder.topic_prefix(&prefix).build()?;
    client.create_topics(&[&orders_events_v1::TOPIC], TopicOverrides::default()).await?;
    client.register::<OrdersEventsV1>().await?;
    let producer = OrdersEventsV1::producer(&client).await?;
    for number in 1..=EVENTS {
        producer.enqueue(&order(number, &format!("customer-{number}"))).await?;
    }
    producer.flush().await?;

    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(&prefix);
    std::fs::create_dir_all(&folder)?;
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/orders").canonicalize()?;
    let manifest = format!(
        "schemas = [{schemas:?}]\n[environments.test]\ntopic-prefix = {prefix:?}\nbootstrap-servers = \"${{KAFKA_BOOTSTRAP_SERVERS}}\"\n\
         schema-registry = \"${{SCHEMA_REGISTRY_URL}}\"\n"
    );
    std::fs::write(folder.join("eventgen.toml"), manifest)?;
    let topic = format!("{prefix}{TOPIC}");
    let tail = ["tail", &topic, "--env", "test", "--from", "beginning", "--output", "json"];
    let (code, shown) = run(&folder, &tail, "");
    assert_eq!(code, 0);
    let values: Result<Vec<String>, serde_json::Error> =
        shown.lines().map(|line| Ok(serde_json::from_str::<Value>(line)?["value"].to_string())).collect();
    let values = values?;
    assert_eq!(values.len(), EVENTS);
    let (code, _) = run(&folder, &["send", &topic, "--env", "test"], &values.join("\n"));
    assert_eq!(code, 0);
    std::fs::remove_dir_all(&folder)?;

    let all = records(&client, TOPIC).await?;
    assert_eq!(all.len(), 2 * EVENTS);
    let mut by_key: std::collections::BTreeMap<_, Vec<_>> = std::collections::BTreeMap::new();
    for record in all {
        by_key.entry(record.key.clone()).or_default().push(record);
    }
    assert_eq!(by_key.len(), EVENTS);
    for (key, records) in by_key {
        let [first, sent] = records.as_slice() else { panic!("{key:?} has {} records", records.len()) };
        assert_eq!(first.partition, sent.partition, "{key:?}");
        assert_eq!(first.value, sent.value, "{key:?}");
        assert_eq!(first.headers, sent.headers, "{key:?}");
    }
    Ok(())
}
