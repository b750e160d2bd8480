//! `eventgen tail` on real brokers: transactions, times, foreign bytes, and no trace of a group.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rdkafka::ClientConfig;
use rdkafka::admin::{AdminClient, AdminOptions, NewPartitions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use serde_json::{Value, json};

use crate::variable;

const PATIENCE: Duration = Duration::from_secs(60);
/// Times of records, in milliseconds since the Unix epoch: 2026-01-01T00:00:00Z and a day later.
const FIRST: i64 = 1_767_225_600_000;
const DAY: i64 = 86_400_000;

/// A topic of two partitions, and a contract for it.
struct Fixture {
    topic: String,
    folder: PathBuf,
}

fn config() -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", variable("EVENTGEN_KAFKA"));
    config
}

impl Fixture {
    async fn new(name: &str) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_millis();
        let topic = format!("tail.{name}.{now}");
        let admin: AdminClient<DefaultClientContext> = config().create().expect("an admin client");
        let new = NewTopic::new(&topic, 2, TopicReplication::Fixed(3));
        // Broker defaults would delete records of that time.
        let new = new.set("retention.ms", "-1");
        let options = AdminOptions::new().operation_timeout(Some(PATIENCE));
        admin.create_topics([&new], &options).await.expect("an answer")[0].as_ref().expect("a topic");
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(&topic);
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join("eventgen.toml"), "schemas = [\".\"]\n").expect("a file");
        let schema = format!(
            r#"syntax = "proto3"; package tailed; import "eventgen/kafka.proto"; import "google/protobuf/timestamp.proto";
               message Scanned {{ option (eventgen.kafka) = {{ topic: "{topic}" key: "id" }};
                 string id = 1; repeated uint64 weights = 2; google.protobuf.Timestamp at = 3; }}"#
        );
        std::fs::write(folder.join("scanned.proto"), schema).expect("a file");
        let fixture = Self { topic, folder };
        let (code, _, err) = fixture.run(&["register"]);
        assert_eq!(code, 0, "{err}");
        fixture
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO"));
        command
            .args(["run", "--quiet", "--locked", "-p", "eventgen-cli", "--", "-C"])
            .arg(&self.folder)
            .args(arguments)
            .env("KAFKA_BOOTSTRAP_SERVERS", variable("EVENTGEN_KAFKA"))
            .env("SCHEMA_REGISTRY_URL", variable("EVENTGEN_REGISTRY"))
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."));
        command
    }

    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let output = self.command(arguments).output().expect("cargo");
        let [out, err] =
            [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        println!("{}: {out}{err}", arguments.join(" "));
        (output.status.code().expect("a code"), out, err)
    }

    /// The records that are shown, as JSON.
    fn tail(&self, options: &[&str]) -> Vec<Value> {
        let (code, out, err) = self.run(&[&["tail", &self.topic, "--output", "json"], options].concat());
        assert_eq!(code, 0, "{err}");
        out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }

    fn send(&self, producer: &BaseProducer, partition: i32, value: &[u8], timestamp: i64) {
        let record =
            BaseRecord::to(&self.topic).partition(partition).key("k").payload(value).timestamp(timestamp);
        producer.send(record).map_err(|(error, _)| error).expect("buffered");
        producer.flush(PATIENCE).expect("acknowledged");
    }

    /// The id of the schema.
    async fn schema_id(&self) -> u32 {
        let registry = eventgen::registry::RegistryClient::builder(&variable("EVENTGEN_REGISTRY")).build();
        let registry = registry.expect("a client");
        let subject = format!("{}-value", self.topic);
        let latest = registry.version(&subject, eventgen::registry::VersionNumber::Latest).await;
        latest.expect("an answer").expect("a version").id.0
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Kafka"]
async fn committed_records_are_shown_in_the_order_of_their_partition_and_no_group_is_left() {
    let fixture = Fixture::new("committed").await;
    let id = fixture.schema_id().await;
    // `id: "a"`, two packed weights and a time.
    let mut value = [&[0][..], &id.to_be_bytes(), &[0, 10, 1, b'a', 18, 2, 7, 8, 26, 2, 8, 60]].concat();
    let producer: BaseProducer = config().create().expect("a producer");
    fixture.send(&producer, 0, &value, FIRST);
    fixture.send(&producer, 1, b"not an event", FIRST + DAY);
    let transactional = format!("{}.writer", fixture.topic);
    let writer: BaseProducer = config().set("transactional.id", &transactional).create().expect("a producer");
    writer.init_transactions(PATIENCE).expect("fenced");
    for (letter, commits) in [(b'x', false), (b'b', true)] {
        value[8] = letter;
        writer.begin_transaction().expect("begun");
        fixture.send(&writer, 0, &value, FIRST + 2 * DAY);
        if commits { writer.commit_transaction(PATIENCE) } else { writer.abort_transaction(PATIENCE) }
            .expect("ended");
    }
    let all = fixture.tail(&["--from", "beginning"]);
    let ids: Vec<&Value> =
        all.iter().filter(|record| record["partition"] == 0).map(|record| &record["value"]["id"]).collect();
    assert_eq!(ids, ["a", "b"], "the aborted record is not shown");
    let first =
        all.iter().find(|record| record["offset"] == 0 && record["partition"] == 0).expect("a record");
    let expected = json!({"id": "a", "weights": [7, 8], "at": "1970-01-01T00:01:00Z"});
    assert_eq!((&first["event"], &first["value"]), (&json!("tailed.Scanned"), &expected));
    let poison = all.iter().find(|record| record["partition"] == 1).expect("a record");
    assert_eq!(poison["bytes"], "0x6e6f7420616e206576656e74");

    let offsets = |options: &[&str]| -> Vec<(i64, i64)> {
        let shown = fixture.tail(options);
        let number = |record: &Value, name: &str| record[name].as_i64().expect("a number");
        shown.iter().map(|record| (number(record, "partition"), number(record, "offset"))).collect()
    };
    assert_eq!(offsets(&["--from", "2026-01-02", "--to", "2026-01-03"]), [(1, 0)]);
    assert_eq!(offsets(&["--from", "2026-01-02T00:00:00.001Z"]).len(), 1);
    assert_eq!(offsets(&["--from", "2027-01-01"]).len(), 0);
    // The marker of the transaction is an offset, too.
    assert!(offsets(&["--last", "2"]).contains(&(0, 3)), "the newest of all partitions");
    assert_eq!(offsets(&["--partition", "1", "--from", "beginning"]), [(1, 0)]);
    assert_eq!(offsets(&["--where", "weights=8", "--where", "id=b"]).len(), 1);

    let probe: BaseConsumer = config().create().expect("a client");
    let groups = probe.client().fetch_group_list(Some("eventgen-records"), PATIENCE).expect("an answer");
    let is_there =
        groups.groups().iter().any(|group| !group.members().is_empty() || group.state() == "Stable");
    assert!(!is_there, "the command joins no group");
}

/// A command that follows the topic, killed with the test.
struct Following(std::process::Child);

impl Drop for Following {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Kafka"]
async fn following_reads_partitions_that_are_added_and_ends_with_the_topic() {
    let fixture = Fixture::new("followed").await;
    let producer: BaseProducer = config().create().expect("a producer");
    let admin: AdminClient<DefaultClientContext> = config().create().expect("an admin client");
    let options = AdminOptions::new().operation_timeout(Some(PATIENCE));
    fixture.send(&producer, 0, b"first", FIRST);
    let mut command = fixture.command(&["tail", &fixture.topic, "--follow", "--from", "beginning"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut following = Following(command.spawn().expect("cargo"));
    let mut lines = BufReader::new(following.0.stdout.take().expect("a pipe")).lines();
    let mut line = || lines.next().expect("a line").expect("UTF-8");
    assert!(line().starts_with("0:0 "));
    let grown = NewPartitions::new(&fixture.topic, 3);
    admin.create_partitions([&grown], &options).await.expect("an answer")[0].as_ref().expect("partitions");
    let until = std::time::Instant::now() + PATIENCE;
    // A broker learns of it a moment later, and a producer asks again after minutes: another one asks at once.
    loop {
        let producer: BaseProducer = config().create().expect("a producer");
        let record = BaseRecord::<str, [u8]>::to(&fixture.topic)
            .partition(2)
            .key("k")
            .payload(b"added")
            .timestamp(FIRST);
        if producer.send(record).is_ok() && producer.flush(Duration::from_secs(10)).is_ok() {
            break;
        }
        assert!(std::time::Instant::now() < until, "the partition is not there");
    }
    assert!(line().starts_with("2:0 "), "the first record of a partition that was added");
    admin.delete_topics(&[&fixture.topic], &options).await.expect("an answer")[0].as_ref().expect("deleted");
    let mut said = String::new();
    following.0.stderr.take().expect("a pipe").read_to_string(&mut said).expect("UTF-8");
    assert_eq!(following.0.wait().expect("it ends").code(), Some(1), "{said}");
    assert!(said.contains(&format!("topic `{}` does not exist", fixture.topic)), "{said}");
}
