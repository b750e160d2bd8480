//! `eventgen topics` on real brokers: what is created, changed, refused and left alone.

mod changes;
mod denied;
mod replicas;
mod saved;

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rdkafka::ClientConfig;
use rdkafka::admin::{
    AdminClient, AdminOptions, AlterConfig, ConfigEntry, NewPartitions, NewTopic, ResourceSpecifier,
    TopicReplication,
};
use rdkafka::client::DefaultClientContext;
use serde_json::Value;

use crate::variable;

/// How long the cluster may take. No test takes this long.
const PATIENCE: Duration = Duration::from_secs(60);

/// The exit codes of the command.
const FINE: i32 = 0;
const FAILURE: i32 = 1;
const DIFFERS: i32 = 3;
const UNREACHABLE: i32 = 6;

/// The folder of a contract, whose topics have names that no other test uses.
struct Contract {
    folder: PathBuf,
    prefix: String,
}

/// What a run of the command printed.
struct Run {
    code: i32,
    out: String,
    err: String,
}

impl Contract {
    fn new(name: &str) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_millis();
        let prefix = format!("topics.{name}.{now}");
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(&prefix);
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join("eventgen.toml"), "schemas = [\".\"]\n").expect("a file");
        Self { folder, prefix }
    }

    /// The name of a topic.
    fn topic(&self, name: &str) -> String {
        format!("{}.{name}", self.prefix)
    }

    /// Writes the event of a topic. `settings` are further properties of the annotation.
    fn event(&self, name: &str, settings: &str) -> String {
        let topic = self.topic(name);
        let record = name.replace(['.', '-'], "_");
        let schema = format!(
            r#"{{ "type": "record", "name": "Event{record}", "namespace": "com.example", "fields": [{{ "name": "id", "type": "string" }}],
                "kafka": {{ "topic": "{topic}", "key": "id"{settings} }} }}"#
        );
        std::fs::write(self.folder.join(format!("{record}.avsc")), schema).expect("a file");
        topic
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO"));
        command
            .args(["run", "--quiet", "--locked", "-p", "eventgen-cli", "--", "-C"])
            .arg(&self.folder)
            .arg("topics")
            .args(arguments)
            .env("KAFKA_BOOTSTRAP_SERVERS", variable("EVENTGEN_KAFKA"))
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."));
        command
    }

    fn run(&self, arguments: &[&str]) -> Run {
        let output = self.command(arguments).output().expect("cargo");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let run = Run {
            code: output.status.code().expect("a code"),
            out: text(&output.stdout),
            err: text(&output.stderr),
        };
        println!("topics {}: {}\n{}{}", arguments.join(" "), run.code, run.out, run.err);
        run
    }

    /// Applies the contract, and asserts that all of it is made.
    fn apply(&self, arguments: &[&str]) -> Run {
        let run = self.run(&[&["apply", "--yes"], arguments].concat());
        assert_eq!(run.code, FINE, "{}", run.err);
        run
    }

    /// The plan as JSON.
    fn plan(&self) -> Value {
        serde_json::from_str(&self.run(&["plan", "--output", "json"]).out).expect("JSON")
    }

    /// Asserts that the cluster is as the contract asks.
    fn is_met(&self) {
        assert_eq!(self.run(&["plan", "--check"]).code, FINE);
    }

    /// Starts a run, and kills it after its first change.
    fn apply_and_kill(&self) {
        let mut command = self.command(&["apply", "--yes"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("cargo");
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let change = lines.find(|line| line.as_ref().expect("UTF-8").starts_with(&self.prefix));
        println!("killed after {change:?}");
        child.kill().expect("it runs");
        child.wait().expect("it has ended");
        assert!(change.is_some(), "nothing was changed");
    }
}

impl Drop for Contract {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A configuration as a broker reports it.
#[derive(Debug, Clone, PartialEq)]
struct Setting {
    name: String,
    value: Option<String>,
    source: String,
    is_sensitive: bool,
}

impl From<ConfigEntry> for Setting {
    fn from(entry: ConfigEntry) -> Self {
        let source = format!("{:?}", entry.source);
        Self { name: entry.name, value: entry.value, source, is_sensitive: entry.is_sensitive }
    }
}

/// Somebody who changes topics by hand.
struct Hand(AdminClient<DefaultClientContext>);

impl Hand {
    fn new() -> Self {
        let mut config = ClientConfig::new();
        Self(config.set("bootstrap.servers", variable("EVENTGEN_KAFKA")).create().expect("an admin client"))
    }

    async fn create(&self, topic: &str, partitions: i32, replicas: i32) {
        let new = NewTopic::new(topic, partitions, TopicReplication::Fixed(replicas));
        self.0.create_topics([&new], &options()).await.expect("an answer")[0].as_ref().expect("created");
        self.until(async || self.config(topic).await.len() > 1).await;
    }

    /// Sets these configurations, and resets all others.
    async fn set(&self, topic: &str, config: &[(&str, &str)]) {
        let change =
            config.iter().fold(AlterConfig::new(ResourceSpecifier::Topic(topic)), |change, (name, value)| {
                change.set(name, value)
            });
        self.0.alter_configs([&change], &options()).await.expect("an answer")[0].as_ref().expect("changed");
        let (name, value) = config[0];
        self.until(async || self.value(topic, name).await.as_deref() == Some(value)).await;
    }

    async fn add_partitions(&self, topic: &str, count: usize) {
        let more = NewPartitions::new(topic, count);
        self.0.create_partitions([&more], &options()).await.expect("an answer")[0].as_ref().expect("added");
        self.until(async || self.partitions(topic) == count).await;
    }

    /// All configurations of a topic.
    async fn config(&self, topic: &str) -> Vec<Setting> {
        let described = self.0.describe_configs(&[ResourceSpecifier::Topic(topic)], &options()).await;
        let resource = described.expect("an answer").remove(0);
        resource.map(|resource| settings(resource.entries)).unwrap_or_default()
    }

    /// All configurations of a broker; those that are sensitive have no value.
    async fn broker_config(&self, broker: i32) -> Vec<Setting> {
        let described = self.0.describe_configs(&[ResourceSpecifier::Broker(broker)], &options()).await;
        settings(described.expect("an answer").remove(0).expect("described").entries)
    }

    async fn value(&self, topic: &str, name: &str) -> Option<String> {
        self.config(topic).await.into_iter().find(|entry| entry.name == name)?.value
    }

    fn partitions(&self, topic: &str) -> usize {
        let metadata = self.0.inner().fetch_metadata(None, PATIENCE).expect("metadata");
        metadata
            .topics()
            .iter()
            .find(|found| found.name() == topic)
            .map_or(0, |found| found.partitions().len())
    }

    /// Waits for the brokers, which learn of a change one after another.
    async fn until(&self, is: impl AsyncFn() -> bool) {
        let begun = std::time::Instant::now();
        let mut seen = 0;
        while seen < 5 {
            assert!(begun.elapsed() < PATIENCE, "the brokers do not show the change");
            seen = if is().await { seen + 1 } else { 0 };
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// Sorted by name.
fn settings(entries: Vec<ConfigEntry>) -> Vec<Setting> {
    let mut settings: Vec<Setting> = entries.into_iter().map(Setting::from).collect();
    settings.sort_by(|one, other| one.name.cmp(&other.name));
    settings
}

fn options() -> AdminOptions {
    AdminOptions::new().operation_timeout(Some(PATIENCE)).request_timeout(Some(PATIENCE))
}

/// Runs one of Kafka's own tools.
fn tool(class: &str, arguments: &[&str]) -> String {
    let output = Command::new("java")
        .args(["-XX:TieredStopAtLevel=1", "-cp", &variable("EVENTGEN_KAFKA_CLASS_PATH"), class])
        .args(["--bootstrap-server", &variable("EVENTGEN_KAFKA")])
        .args(arguments)
        .output()
        .expect("java");
    let text = String::from_utf8_lossy(&[&output.stdout[..], &output.stderr].concat()).into_owned();
    assert!(output.status.success(), "{text}");
    text
}
