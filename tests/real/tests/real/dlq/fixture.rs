//! A topic with its dead letters, and runs of the command.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{BorrowedMessage, Header, Headers as _, Message as _, OwnedHeaders};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};
use serde_json::Value;

use super::families::{Family, Headers};
use crate::variable;

/// How long the cluster may take. No test takes this long.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);
pub(super) const PARTITIONS: i32 = 3;
/// The group that the letters are of.
pub(super) const GROUP: &str = "connect-billing";

/// A topic of a test with its dead-letter topic.
pub(super) struct Fixture {
    pub(super) topic: String,
    pub(super) letters: String,
    pub(super) folder: PathBuf,
    producer: BaseProducer,
}

/// What a run of the command printed.
pub(super) struct Run {
    pub(super) code: i32,
    pub(super) out: String,
    pub(super) err: String,
}

/// A record that was found.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) partition: i32,
    pub(super) key: Option<String>,
    pub(super) value: Option<Vec<u8>>,
    pub(super) headers: Vec<(String, String)>,
}

impl Found {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().rev().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

impl Fixture {
    /// The topic has a contract, whose further properties are `settings`.
    pub(super) async fn new(name: &str, settings: &str) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_millis();
        let topic = format!("dlq.{name}.{now}");
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(&topic);
        std::fs::create_dir_all(&folder).expect("a folder");
        let schema = format!(
            r#"{{ "type": "record", "name": "Ordered", "namespace": "com.example.dlq", "fields": [{{ "name": "id", "type": "string" }}],
                "kafka": {{ "topic": "{topic}", "key": "id"{settings} }} }}"#
        );
        std::fs::write(folder.join("eventgen.toml"), "schemas = [\".\"]\n").expect("a file");
        std::fs::write(folder.join("ordered.avsc"), schema).expect("a file");
        let fixture = Self {
            letters: format!("{topic}.dlq"),
            topic,
            folder,
            producer: config(&[]).create().expect("a producer"),
        };
        fixture.create(&fixture.topic).await;
        fixture.create(&fixture.letters).await;
        fixture
    }

    pub(super) async fn create(&self, topic: &str) {
        self.create_with(topic, None).await;
    }

    /// Creates a topic with a property.
    pub(super) async fn create_with(&self, topic: &str, property: Option<(&str, &str)>) {
        let admin: AdminClient<DefaultClientContext> = config(&[]).create().expect("an admin client");
        let new = NewTopic::new(topic, PARTITIONS, TopicReplication::Fixed(3));
        let new = property.into_iter().fold(new, |new, (name, value)| new.set(name, value));
        let options = AdminOptions::new().operation_timeout(Some(PATIENCE));
        let created = admin.create_topics([&new], &options).await.expect("an answer").remove(0);
        // librdkafka repeats a request whose answer was lost.
        assert!(matches!(created, Ok(_) | Err((_, RDKafkaErrorCode::TopicAlreadyExists))), "{created:?}");
    }

    /// Writes a record. Its acknowledgement is waited for by [`flush`](Self::flush).
    pub(super) fn write<'a>(
        &self,
        topic: &'a str,
        partition: i32,
        key: impl Into<Option<&'a str>>,
        value: Option<&'a [u8]>,
        headers: &Headers,
    ) {
        let native = headers.iter().fold(OwnedHeaders::new(), |native, (name, value)| {
            native.insert(Header { key: name, value: Some(value) })
        });
        let mut record = BaseRecord::<str, [u8]>::to(topic).partition(partition).headers(native);
        (record.key, record.payload) = (key.into(), value);
        self.producer.send(record).map_err(|(error, _)| error).expect("buffered");
    }

    pub(super) fn flush(&self) {
        self.producer.flush(PATIENCE).expect("acknowledged");
    }

    /// Writes the record `number` and its letter, as a family does.
    pub(super) fn letter(&self, family: Family, number: usize, offset: i64) {
        let partition = i32::try_from(number).expect("few") % PARTITIONS;
        let key = format!("key-{number}");
        let mut headers = vec![("number".to_owned(), number.to_string().into_bytes())];
        let value = format!("value-{number}");
        self.write(&self.topic, partition, key.as_str(), Some(value.as_bytes()), &headers);
        headers.extend(family.headers(&self.topic, partition, offset, GROUP));
        self.write(&self.letters, partition, key.as_str(), Some(value.as_bytes()), &headers);
    }

    /// So many letters, of all five families in turn.
    pub(super) fn fill(&self, count: usize) {
        let mut next = [0_i64; PARTITIONS as usize];
        for number in 0..count {
            let offset = &mut next[number % PARTITIONS as usize];
            self.letter(Family::ALL[number % Family::ALL.len()], number, *offset);
            *offset += 1;
            if number % 1_000 == 999 {
                self.flush();
            }
        }
        self.flush();
    }

    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(command_path());
        command
            .arg("-C")
            .arg(&self.folder)
            .arg("dlq")
            .args(arguments)
            .env("KAFKA_BOOTSTRAP_SERVERS", variable("EVENTGEN_KAFKA"))
            .env("USER", "ada")
            .env_remove("SCHEMA_REGISTRY_URL");
        command
    }

    pub(super) fn run(&self, arguments: &[&str]) -> Run {
        let output = self.command(arguments).output().expect("the command");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let run = Run {
            code: output.status.code().expect("a code"),
            out: text(&output.stdout),
            err: text(&output.stderr),
        };
        println!("dlq {}: {}\n{}{}", arguments.join(" "), run.code, run.out, run.err);
        run
    }

    /// What a run prints as JSON.
    pub(super) fn json(&self, arguments: &[&str]) -> Value {
        let run = self.run(&[arguments, &["--output", "json"]].concat());
        serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {}", run.err))
    }

    /// The number of letters in a state, by the list.
    pub(super) fn count(&self, state: &str) -> u64 {
        let list = self.json(&["list", "--all"]);
        list["letters"]
            .as_array()
            .expect("letters")
            .iter()
            .map(|row| row[state].as_u64().expect("a number"))
            .sum()
    }

    pub(super) fn start(&self, arguments: &[&str]) -> Child {
        self.command(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the command")
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// The command, built once.
fn command_path() -> PathBuf {
    static BUILT: std::sync::Once = std::sync::Once::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    BUILT.call_once(|| {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--quiet", "--locked", "-p", "eventgen-cli"]).current_dir(&root);
        assert!(cargo.status().expect("cargo").success(), "the command does not build");
    });
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    target.join("debug/eventgen")
}

pub(super) fn config(settings: &[(&str, &str)]) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", variable("EVENTGEN_KAFKA"));
    for (name, value) in settings {
        config.set(*name, *value);
    }
    config
}

/// The committed records of a topic.
pub(super) fn records(topic: &str) -> Vec<Found> {
    let consumer: BaseConsumer = config(&[
        ("group.id", "dlq-tests"),
        ("enable.partition.eof", "true"),
        ("enable.auto.commit", "false"),
        ("isolation.level", "read_committed"),
    ])
    .create()
    .expect("a consumer");
    let metadata = consumer.fetch_metadata(Some(topic), PATIENCE).expect("metadata");
    let partitions = metadata.topics()[0].partitions();
    let mut list = TopicPartitionList::new();
    for partition in partitions {
        list.add_partition_offset(topic, partition.id(), Offset::Beginning).expect("an offset");
    }
    consumer.assign(&list).expect("assigned");
    let (mut found, mut open) = (Vec::new(), partitions.len());
    while open > 0 {
        match consumer.poll(PATIENCE).expect("the brokers answer") {
            Ok(message) => found.push(of(&message)),
            Err(KafkaError::PartitionEOF(_)) => open -= 1,
            Err(error) => panic!("{error}"),
        }
    }
    found
}

fn of(message: &BorrowedMessage<'_>) -> Found {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let headers = message.headers().map_or_else(Vec::new, |headers| {
        headers.iter().map(|it| (it.key.to_owned(), text(it.value.unwrap_or_default()))).collect()
    });
    Found {
        partition: message.partition(),
        key: message.key().map(text),
        value: message.payload().map(<[u8]>::to_vec),
        headers,
    }
}

/// The records that were sent back to a topic.
pub(super) fn sent_back(topic: &str) -> Vec<Found> {
    records(topic).into_iter().filter(|found| found.header("__dlq.redrive.letter").is_some()).collect()
}
