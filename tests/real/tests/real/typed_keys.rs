//! Typed keys beside those of Confluent's clients for Python and Java at the embedded registry: the same bytes, and with Python the
//! same partitions.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use eventgen::registry::NewSchema;
use eventgen::registry::blocking::RegistryClient;
use eventgen::{Client, KafkaEvent, SchemaType};
use eventgen_admin::{EventEncoder, registered_key_id};
use eventgen_schema::contract::KeySchema;
use eventgen_schema::{Contract, Loader, SchemaVersion};
use eventgen_testkit::{TestCluster, records};
use serde_json::{Value, json};

use crate::oracles::{oracle, python, text};
use crate::variable;

const ACCOUNTS: &str = accounts_opened_v1::TOPIC.name;
const SEATS: &str = seats_taken_v1::TOPIC.name;

/// An event with a key of one field.
#[derive(Debug, Clone, KafkaEvent)]
#[kafka(schema = "schemas/typed_keys/account_opened.avsc")]
pub(crate) struct AccountOpened {
    id: String,
    balance: i64,
}

/// An event with a key of several fields, whose order is another one.
#[derive(Debug, Clone, KafkaEvent)]
#[kafka(schema = "schemas/typed_keys/seat_taken.avsc")]
pub(crate) struct SeatTaken {
    is_reserved: bool,
    number: i64,
    row: String,
}

fn contract() -> Contract {
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/typed_keys");
    Loader::new().path(schemas).load().unwrap_or_else(|errors| panic!("{errors}")).contract
}

fn key_of<'a>(contract: &'a Contract, topic: &str) -> &'a KeySchema {
    let event = contract.events.iter().find(|event| event.topic == topic).expect("an event");
    event.typed_key.as_ref().expect("a typed key")
}

/// An event and its key, both as JSON.
type Pair = (Value, Value);

/// A topic as the script has it.
fn topic(contract: &Contract, name: &str, strategy: &str, values: &[Pair]) -> Value {
    let key = key_of(contract, name);
    let keys: Vec<&Value> = values.iter().map(|(_, key)| key).collect();
    let is_written = [ACCOUNTS, SEATS].contains(&name);
    let mut topic = json!({ "topic": name, "strategy": strategy, "keys": keys, "is_written": is_written });
    if key.schema_type == "AVRO" {
        topic["schema"] = key.text.as_str().into();
    } else {
        let parsed = SchemaVersion::parse(key.schema_type, &key.text, &BTreeMap::new()).expect("a schema");
        topic["descriptor"] = BASE64_STANDARD.encode(parsed.serialized().expect("a descriptor")).into();
        topic["name"] = key.name.as_deref().into();
    }
    topic
}

async fn write(client: &Client, accounts: &[Pair], seats: &[Pair]) {
    let producer = AccountsOpenedV1::producer(client).await.expect("a producer");
    for (value, _) in accounts {
        let id = value["id"].as_str().expect("an id").to_owned();
        producer.enqueue(&AccountOpened { id, balance: 1 }).await.expect("enqueued");
    }
    producer.flush().await.expect("acknowledged");
    let producer = SeatsTakenV1::producer(client).await.expect("a producer");
    for (value, _) in seats {
        let event = SeatTaken {
            is_reserved: value["isReserved"].as_bool().expect("a boolean"),
            number: value["number"].as_i64().expect("a number"),
            row: value["row"].as_str().expect("a row").to_owned(),
        };
        producer.enqueue(&event).await.expect("enqueued");
    }
    producer.flush().await.expect("acknowledged");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Confluent's Python client: cargo xtask test"]
async fn keys_are_those_of_the_python_client() {
    let cluster = TestCluster::start().expect("a cluster");
    cluster.prepare::<AccountsOpenedV1>().await.expect("a topic and schemas");
    cluster.prepare::<SeatsTakenV1>().await.expect("a topic and schemas");
    let client = cluster.client().expect("a client");
    let contract = contract();
    for name in ["shifts.ended.v1", "parcels.sorted.v1"] {
        let key = key_of(&contract, name);
        let schema = NewSchema::new(SchemaType::new(key.schema_type), &key.text);
        client.registry().register(&key.subject, &schema).await.expect("registered");
    }

    let ids = [
        "",
        "ada",
        "bob|carl",
        "Zoë",
        "一二三",
        "a much longer id that has more than sixty-three bytes in it",
    ];
    let accounts: Vec<Pair> = ids.iter().map(|id| (json!({ "id": id, "balance": 1 }), json!(id))).collect();
    let seat = |number: i64| {
        let row = ["a", "bb", ""][usize::try_from(number.rem_euclid(3)).expect("an index")];
        let seat = json!({ "row": row, "number": number, "isReserved": number % 2 == 0 });
        (seat.clone(), seat)
    };
    let seats: Vec<Pair> = (-10..20).chain([i64::MIN, i64::MAX]).map(seat).collect();
    let shifts = [("EARLY", 19_782, 0), ("LATE", -1, 1_700_000_000_123_456_i64)].map(|(kind, day, at)| {
        let badge = "0f0e0d0c-0b0a-0908-0706-050403020100";
        (
            json!({ "kind": kind, "day": day, "at": at, "worker": {}, "badge": badge }),
            json!({ "kind": kind, "day": day, "at": at, "worker_id": 7, "badge": badge }),
        )
    });
    let parcels = [("SMALL", 0, false, ""), ("LARGE", -3, true, "b7")].map(|(size, number, is_fragile, code)| {
        (
            json!({ "depot": { "code": code }, "size": size, "number": number, "is_fragile": is_fragile }),
            json!({ "depot_code": code, "size": size, "number": number, "is_fragile": is_fragile }),
        )
    });
    let topics: [(&str, &str, &[Pair]); 4] = [
        (ACCOUNTS, "TopicName", &accounts),
        (SEATS, "TopicRecordName", &seats),
        ("shifts.ended.v1", "RecordName", &shifts),
        ("parcels.sorted.v1", "TopicName", &parcels),
    ];
    let given: Vec<Value> =
        topics.iter().map(|(name, strategy, values)| topic(&contract, name, strategy, values)).collect();
    let url = cluster.schema_registry().url();
    let input = json!({ "registry": url, "brokers": cluster.bootstrap_servers(), "topics": given });
    write(&client, &accounts, &seats).await;
    let answer =
        tokio::task::spawn_blocking(move || python("typed_keys.py", &[], input.to_string().as_bytes()));
    let answer: Vec<Vec<String>> = serde_json::from_str(&answer.await.expect("no panic")).expect("JSON");

    let written: Vec<BTreeSet<Vec<u8>>> = answer
        .iter()
        .map(|keys| keys.iter().map(|key| BASE64_STANDARD.decode(key).expect("base64")).collect())
        .collect();
    // The keys of the command.
    for ((name, _, values), written) in topics.iter().zip(&written) {
        let encoder = EventEncoder::new(&contract, name, None).expect("an encoder");
        let key = key_of(&contract, name).clone();
        let (url, contract) = (url.clone(), contract.clone());
        let id = tokio::task::spawn_blocking(move || {
            let registry = RegistryClient::new(eventgen::registry::RegistryClient::builder(&url));
            registered_key_id(&registry.expect("a client"), &contract, &key).expect("an answer")
        });
        let id = id.await.expect("no panic");
        let keys = values.iter().map(|(value, _)| {
            let event = encoder.encode(&value.to_string()).expect("an event");
            event.key(id).expect("a key")
        });
        assert_eq!(&keys.collect::<BTreeSet<_>>(), written, "{name}");
    }
    // The keys of generated producers: each is there twice, on one partition.
    for ((name, _, values), written) in topics.iter().zip(&written).take(2) {
        let mut partitions: BTreeMap<Vec<u8>, Vec<i32>> = BTreeMap::new();
        for record in records(&client, name).await.expect("records") {
            partitions.entry(record.key.expect("a key")).or_default().push(record.partition);
        }
        assert_eq!(&partitions.keys().cloned().collect::<BTreeSet<_>>(), written, "{name}");
        assert_eq!(partitions.len(), values.len());
        let is_one = |partitions: &Vec<i32>| partitions.len() == 2 && partitions[0] == partitions[1];
        assert!(partitions.values().all(is_one), "{partitions:?}");
        assert!(partitions.values().flatten().collect::<BTreeSet<_>>().len() > 1, "{partitions:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Confluent's Java client: cargo xtask test"]
async fn keys_in_avro_go_to_the_java_client_and_back() {
    let cluster = TestCluster::start().expect("a cluster");
    cluster.prepare::<AccountsOpenedV1>().await.expect("a topic and schemas");
    cluster.prepare::<SeatsTakenV1>().await.expect("a topic and schemas");
    let client = cluster.client().expect("a client");
    let accounts = AccountsOpenedV1::producer(&client).await.expect("a producer");
    let seats = SeatsTakenV1::producer(&client).await.expect("a producer");
    let account = AccountOpened { id: "Zoë".to_owned(), balance: 1 };
    let seat = |number| SeatTaken { is_reserved: true, number, row: "bb".to_owned() };
    let mut keys = vec![(AccountOpened::KEY_SUBJECT, accounts.encode(&account).expect("encoded").key)];
    for number in [0, i64::MIN, i64::MAX] {
        keys.push((SeatTaken::KEY_SUBJECT, seats.encode(&seat(number)).expect("encoded").key));
    }
    let mut java = Command::new("java");
    java.args(["-XX:TieredStopAtLevel=1", "-Xmx512m", "-cp", &variable("EVENTGEN_REGISTRY_CLASS_PATH")]);
    java.arg(oracle("KeyClient.java")).arg(cluster.schema_registry().url());
    let mut expected = Vec::new();
    for (subject, key) in &keys {
        let key = BASE64_STANDARD.encode(key.as_ref().expect("a key"));
        java.args([subject.expect("a typed key"), &key]);
        expected.push(key);
    }
    let output = text(&java.output().expect("java"));
    let (read, written): (Vec<_>, Vec<_>) =
        output.lines().enumerate().partition(|(number, _)| number % 2 == 0);
    let lines =
        |lines: Vec<(usize, &str)>| lines.into_iter().map(|(_, line)| line.to_owned()).collect::<Vec<_>>();
    assert_eq!(lines(written), expected);
    let read = lines(read);
    assert_eq!(read[0], "Zoë");
    assert!(read[3].contains(&i64::MAX.to_string()) && read[3].contains("\"bb\""), "{read:?}");
    // What Java has written is what a handler reads.
    let back = BASE64_STANDARD.decode(&expected[2]).expect("base64");
    assert_eq!(SeatTaken::read_key(&back), Ok(("bb".to_owned(), i64::MIN, true)));
}
