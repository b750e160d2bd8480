//! `eventgen tail` on the embedded cluster. Transactions, times and the absence of a group are in `tests/real`.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::time::Duration;

use eventgen_testkit::TestCluster;
use rdkafka::ClientConfig;
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};

use crate::support::{Project, Ran};

const TOPIC: &str = "orders.placed.v1";

/// A project with an event that is registered, on a cluster of its own.
struct Fixture {
    cluster: TestCluster,
    project: Project,
}

impl Fixture {
    fn new() -> Self {
        let cluster = TestCluster::builder().brokers(1).start().expect("a cluster");
        let mut project = Project::with_an_event();
        project.set("KAFKA_BOOTSTRAP_SERVERS", &cluster.bootstrap_servers());
        project.set("SCHEMA_REGISTRY_URL", &cluster.schema_registry().url());
        let registered = project.run(&["register"]);
        assert_eq!(registered.code, 0, "{registered:?}");
        Self { cluster, project }
    }

    /// Writes a record to the first partition. The topic is created by the first one.
    fn send(&self, key: Option<&[u8]>, value: Option<&[u8]>) {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", self.cluster.bootstrap_servers());
        let producer: BaseProducer = config.create().expect("a producer");
        let header = Header { key: "source", value: Some("a\u{1b}test") };
        let mut record: BaseRecord<'_, [u8], [u8]> =
            BaseRecord::to(TOPIC).partition(0).timestamp(1_577_836_800_000);
        (record.key, record.payload) = (key, value);
        producer
            .send(record.headers(OwnedHeaders::new().insert(header)))
            .map_err(|(error, _)| error)
            .expect("buffered");
        producer.flush(Duration::from_secs(30)).expect("acknowledged");
    }

    /// Writes an event, with the id that the registry gives to its first schema.
    fn send_order(&self, id: &str, customer: &str) {
        let mut value = vec![0, 0, 0, 0, 1];
        for text in [id, customer] {
            value.push(u8::try_from(text.len() * 2).expect("a short text"));
            value.extend(text.as_bytes());
        }
        self.send(Some(customer.as_bytes()), Some(&value));
    }

    fn tail(&self, options: &[&str]) -> Ran {
        self.project.run(&[&["tail", TOPIC], options].concat())
    }
}

#[test]
fn records_are_shown_with_their_values_and_those_that_do_not_decode_with_their_bytes() {
    let fixture = Fixture::new();
    fixture.send_order("a1", "ada");
    fixture.send(Some(b"\xff"), Some(b"{}\x1b"));
    fixture.send(Some(b"ada"), None);
    fixture.send(None, Some(&[0, 0, 0, 0, 9, 1]));
    fixture.tail(&[]).ends(
        0,
        "0:0  2020-01-01T00:00:00Z  ada  OrderPlaced {\"orderId\":\"a1\",\"customerId\":\"ada\"}\n\
         0:1  2020-01-01T00:00:00Z  0xff  NOT DECODED: the value begins with byte 0x7b, not with 0x00: it was not written with a \
         Schema Registry; 3 bytes: 0x7b7d1b\n\
         0:2  2020-01-01T00:00:00Z  ada  deleted\n\
         0:3  2020-01-01T00:00:00Z  without a key  NOT DECODED: the registry has no schema 9: the record was written with another \
         registry, or the schema was deleted; 6 bytes: 0x000000000901\n",
        "4 records of orders.placed.v1, 2 of them not decoded\n",
    );
    let lines = fixture.tail(&["--output", "json"]);
    let expected = [
        r#"{"topic":"orders.placed.v1","partition":0,"offset":0,"timestamp":"2020-01-01T00:00:00Z","key":"ada","headers":[{"name":"source","value":"a\u001btest"}],"schemaId":1,"event":"com.example.orders.OrderPlaced","value":{"orderId":"a1","customerId":"ada"}}"#,
        r#"{"topic":"orders.placed.v1","partition":0,"offset":1,"timestamp":"2020-01-01T00:00:00Z","key":{"bytes":"0xff"},"headers":[{"name":"source","value":"a\u001btest"}],"error":"the value begins with byte 0x7b, not with 0x00: it was not written with a Schema Registry","bytes":"0x7b7d1b"}"#,
        r#"{"topic":"orders.placed.v1","partition":0,"offset":2,"timestamp":"2020-01-01T00:00:00Z","key":"ada","headers":[{"name":"source","value":"a\u001btest"}],"value":null}"#,
    ];
    assert_eq!(lines.stdout.lines().take(3).collect::<Vec<_>>(), expected);
    let headers = fixture.tail(&["--headers", "--limit", "1"]);
    assert!(headers.stdout.ends_with("\n    source: a\\u{1b}test\n"), "{headers:?}");
}

#[test]
fn a_part_of_a_topic_is_selected_by_place_key_and_fields() {
    let fixture = Fixture::new();
    for number in 0..30 {
        fixture.send_order(&format!("a{number}"), if number % 3 == 0 { "ada" } else { "grace" });
    }
    let offsets = |options: &[&str]| {
        let ran = fixture.tail(options);
        assert_eq!(ran.code, 0, "{ran:?}");
        let offset = |line: &str| line["0:".len()..].split(' ').next().expect("an offset").parse::<u32>();
        ran.stdout.lines().map(|line| offset(line).expect("a number")).collect::<Vec<_>>()
    };
    assert_eq!(offsets(&[]), (20..30).collect::<Vec<_>>(), "the last ten");
    assert_eq!(offsets(&["--last", "2"]), [28, 29]);
    assert_eq!(offsets(&["--from", "beginning", "--limit", "2"]), [0, 1]);
    assert_eq!(offsets(&["--partition", "0", "--offset", "28"]), [28, 29]);
    assert_eq!(offsets(&["--key", "ada", "--last", "2"]), [24, 27]);
    assert_eq!(offsets(&["--where", "orderId=a7"]), [7]);
    assert_eq!(offsets(&["--where", "orderId=a7", "--where", "customerId=ada"]), [0; 0]);
    assert_eq!(offsets(&["--from", "end"]), [0; 0]);
    fixture.tail(&["--partition", "99"]).fails(1, &["has no partition 99"]);
    fixture.tail(&["--from", "yesterday"]).fails(2, &["`yesterday` is not understood as a time"]);
    fixture.tail(&["--offset", "1"]).fails(2, &["--partition"]);
    fixture.project.run(&["tail", "absent"]).fails(1, &["topic `absent` does not exist"]);
}

#[test]
fn a_value_that_cannot_be_looked_into_is_told() {
    let fixture = Fixture::new();
    fixture.send(Some(b"ada"), Some(b"{}"));
    fixture.send(Some(b"ada"), Some(&[0, 0, 0, 0, 9, 1]));
    let told = "warning: 2 records were not compared with --where, because the value is not decoded: the value begins with \
                byte 0x7b, not with 0x00: it was not written with a Schema Registry\n";
    let where_id = ["--where", "orderId=a1"];
    fixture.tail(&where_id).ends(1, "", &format!("{told}0 records of orders.placed.v1\n"));
    fixture.send_order("a1", "ada");
    let found = fixture.tail(&where_id);
    assert!(found.stdout.starts_with("0:2 "), "{found:?}");
    found.fails(0, &[told, "1 record of orders.placed.v1\n"]);
    let unreachable = [&where_id[..], &["--schema-registry", "http://127.0.0.1:1"]].concat();
    let cause = "error: it cannot be decided which records are shown: the value at 0:1 is not decoded: schema 9 cannot be \
                 looked up: ";
    fixture.tail(&unreachable).fails(1, &[cause, "127.0.0.1:1"]);
}

#[test]
fn following_shows_what_is_written_until_the_limit() {
    let fixture = Fixture::new();
    fixture.send_order("a1", "ada");
    let mut command = fixture.project.command(&["tail", TOPIC, "--follow", "--limit", "2"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the command starts");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let mut line = || lines.next().expect("a line").expect("UTF-8");
    assert!(line().contains("\"a1\""));
    fixture.send_order("a2", "ada");
    assert!(line().contains("\"a2\""));
    assert!(child.wait().expect("it ends").success());
}

#[test]
fn without_a_registry_values_are_read_by_the_contract() {
    let mut fixture = Fixture::new();
    fixture.send_order("a1", "ada");
    fixture.project.set("SCHEMA_REGISTRY_URL", "");
    let ran = fixture.tail(&[]);
    assert!(ran.stdout.contains("OrderPlaced {\"orderId\":\"a1\""), "{ran:?}");
    assert!(
        ran.stderr.contains("warning: no Schema Registry is configured: values are read with"),
        "{ran:?}"
    );
    fixture.project.replace("schemas/order_placed.avsc", "orders.placed.v1", "orders.placed.v2");
    let ran = fixture.tail(&[]);
    assert!(
        ran.stdout.contains("NOT DECODED: there is no schema; 12 bytes: 0x000000000104613106616461"),
        "{ran:?}"
    );
}

#[test]
fn brokers_that_do_not_answer_are_an_error_of_their_own() {
    let mut project = Project::with_an_event();
    project.set("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1");
    project.run(&["tail", TOPIC]).fails(6, &["no broker of `127.0.0.1:1` answered"]);
}
