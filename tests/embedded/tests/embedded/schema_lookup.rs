//! Registries that do not know an id, temporarily or permanently, and registries that fail. No valid event becomes a dead
//! letter because of that, and the registry is not asked more often than necessary.

use std::time::Duration;

use eventgen::registry::{RegistryError, SchemaId};
use eventgen::{Client, Error, Report, RunError, dead_letter, wire};
use eventgen_testkit::{EmbeddedRegistry, TestCluster, caught_up, records, send_bytes};
use orders::events::com::example::orders::{OrderEvent, OrdersEventsV1};
use orders::sample::order;
use serde_json::{Value, json};

use crate::faulty_registry::{Fault, FaultyRegistry};
use crate::logs;
use crate::support::{DEAD_LETTERS, GROUP, PATIENCE, Scripted, TOPIC, cluster, send};

/// The number of customers. Each is a key with its own queue.
const KEYS: usize = 200;

fn through(cluster: &TestCluster, registry: &FaultyRegistry) -> Client {
    cluster.client_builder().schema_registry(registry.url()).build().expect("addresses")
}

/// Consumes with this grace period until the group has caught up.
async fn consume(client: &Client, group: &str, grace: Duration) -> Result<Report, RunError> {
    let lag = async { assert_eq!(caught_up(client, group, TOPIC, PATIENCE).await.expect("lag"), 0) };
    let consumer = OrdersEventsV1::consumer(client, group, Scripted::new(|_, _| Ok(())));
    consumer.unknown_schema_grace(grace).run_until(lag).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_temporary_fault_of_a_registry_makes_no_dead_letter() {
    logs::keep();
    let (cluster, client) = cluster().await;
    send(&client, (1..=KEYS).map(|number| order(number, &format!("customer-{number}")))).await;
    tokio::join!(
        survive(&cluster, Fault::UnknownSchema),
        survive(&cluster, Fault::ProxyNotFound),
        survive(&cluster, Fault::Html),
        survive(&cluster, Fault::Unauthorized),
        survive(&cluster, Fault::Closed),
    );
}

async fn survive(cluster: &TestCluster, fault: Fault) {
    let group = format!("passing-{fault:?}");
    // The fault begins after the start, where wrong credentials would be an error.
    let registry = FaultyRegistry::before(cluster.schema_registry(), Fault::None);
    let client = through(cluster, &registry);
    let fault_for_a_while = async {
        until_requested(&registry, "/schemas/types").await;
        registry.set(fault);
        until_requested(&registry, "/schemas/ids/").await;
        tokio::time::sleep(Duration::from_secs(3)).await;
        let asked = registry.requests("/schemas/ids/");
        registry.set(Fault::None);
        asked
    };
    let (report, asked) = tokio::join!(consume(&client, &group, Duration::from_secs(60)), fault_for_a_while);
    let report = report.unwrap_or_else(|error| panic!("{fault:?}: {error}"));
    assert_eq!((report.handled, report.dead_lettered()), (KEYS as u64, 0), "{fault:?}");
    assert!((2..=10).contains(&asked), "{fault:?}: {asked} requests for one id in 3 s");
    let held = logs::lines(&group, "holding the record");
    assert!((1..=10).contains(&held.len()), "{fault:?}: {held:?}");
    assert!(held[0].contains_key("partition") && held[0].contains_key("offset"), "{held:?}");
}

async fn until_requested(registry: &FaultyRegistry, path: &str) {
    let asked = async {
        while registry.requests(path) == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, asked).await.expect("the registry is asked");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_that_stays_unknown_is_looked_up_during_the_grace_period_and_then_poison() {
    let (cluster, client) = cluster().await;
    let registry = FaultyRegistry::before(cluster.schema_registry(), Fault::None);
    for number in 0..KEYS {
        let key = format!("customer-{number}");
        send_bytes(&client, TOPIC, key.as_bytes(), b"\0\0\0\x03\xe8x").await.expect("sent");
    }
    send(&client, [order(1, "ada")]).await;
    let report = consume(&through(&cluster, &registry), GROUP, Duration::from_secs(1)).await;
    let report = report.expect("no error");
    assert_eq!((report.handled, report.poison), (1, KEYS as u64));
    let asked = registry.requests("/schemas/ids/1000");
    assert!((2..=6).contains(&asked), "{asked} requests for {KEYS} records");
    let letters = records(&client, DEAD_LETTERS).await.expect("dead letters");
    let message = letters[0].headers.text(dead_letter::MESSAGE).expect("a reason");
    assert!(message.contains("schema id 1000 is not in the registry"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_that_is_down_gets_one_request_at_a_time_however_many_records_wait() {
    logs::keep();
    let group = "away";
    let (cluster, client) = cluster().await;
    send(&client, (1..=KEYS).map(|number| order(number, &format!("customer-{number}")))).await;
    let registry = FaultyRegistry::before(cluster.schema_registry(), Fault::Closed);
    let client = through(&cluster, &registry);
    let consumer = OrdersEventsV1::consumer(&client, group, Scripted::new(|_, _| Ok(())));
    let consumer = consumer.drain_deadline(Duration::from_millis(100));
    let report = consumer.run_until(tokio::time::sleep(Duration::from_secs(8))).await.expect("no error");
    assert_eq!((report.handled, report.dead_lettered()), (0, 0));
    let asked = registry.requests("/schemas/ids/");
    assert!((1..=10).contains(&asked), "{asked} requests for {KEYS} records");
    assert_eq!(
        logs::lines(group, "waiting for the Schema Registry").len(),
        1,
        "one line for each change of state"
    );
    let ended = logs::lines(group, "the consumer stopped");
    assert_eq!(ended.len(), 1);
    assert_eq!(ended[0]["handled"], "0");
}

#[tokio::test]
async fn credentials_that_are_wrong_from_the_start_are_an_error() {
    let (cluster, _) = cluster().await;
    let registry = FaultyRegistry::before(cluster.schema_registry(), Fault::Unauthorized);
    let client = through(&cluster, &registry);
    let consumer = OrdersEventsV1::consumer(&client, GROUP, Scripted::new(|_, _| Ok(())));
    let ended = tokio::time::timeout(PATIENCE, consumer.run_until(std::future::pending())).await;
    let error = ended.expect("it ends").expect_err("refused");
    assert!(
        matches!(error.error, Error::Registry(RegistryError::Unauthorized { status: 401, .. })),
        "{error}"
    );
}

/// The orders schema as three schemas, as JVM producers register them: the lines, the `payload` that refers to them, and
/// the event that refers to the payload.
fn split_in_three(whole: &str) -> [String; 3] {
    let mut main: Value = serde_json::from_str(whole).expect("JSON");
    let namespace = main["namespace"].as_str().expect("a namespace").to_owned();
    let take = |from: &mut Value| {
        let mut inner = std::mem::take(from);
        *from = format!("{namespace}.{}", inner["name"].as_str().expect("a name")).into();
        inner["namespace"] = namespace.as_str().into();
        inner
    };
    let mut payload = take(&mut field(&mut main, "payload")["type"]);
    let line = take(&mut field(&mut payload, "lines")["type"]["items"]);
    [line, payload, main].map(|schema| schema.to_string())
}

fn field<'a>(record: &'a mut Value, name: &str) -> &'a mut Value {
    let fields = record["fields"].as_array_mut().expect("fields");
    fields.iter_mut().find(|field| field["name"] == name).expect("a field with this name")
}

#[tokio::test]
async fn a_schema_is_assembled_from_its_references() {
    let (cluster, client) = cluster().await;
    send(&client, [order(1, "ada")]).await;
    let framed = records(&client, TOPIC).await.expect("records").remove(0).value.expect("a value");
    let (_, payload) = wire::parse(&framed).expect("a frame");
    let mut value = Vec::new();
    wire::frame(SchemaId(77), &mut value);
    value.extend_from_slice(payload);
    send_bytes(&client, TOPIC, b"ada", &value).await.expect("sent");

    let [line, inner, main] = split_in_three(<OrderEvent as eventgen::KafkaEvent>::schema().text());
    let reference = |name: &str, subject: &str| json!([{"name": name, "subject": subject, "version": 1}]);
    let version = |subject: &str, text: String, references: Value| {
        json!({"subject": subject, "version": 1, "id": 1, "schema": text, "references": references})
            .to_string()
    };
    let to_inner = reference("com.example.orders.OrderPayload", "payload");
    let registry = FaultyRegistry::answering(
        cluster.schema_registry(),
        &[
            ("/schemas/ids/77", &json!({"schema": main, "references": to_inner}).to_string()),
            (
                "/subjects/payload/versions/1?deleted=true",
                &version("payload", inner, reference("com.example.orders.OrderLine", "line")),
            ),
            ("/subjects/line/versions/1?deleted=true", &version("line", line, json!([]))),
        ],
    );
    let report = consume(&through(&cluster, &registry), GROUP, Duration::ZERO).await.expect("no error");
    let letters = records(&client, DEAD_LETTERS).await.expect("dead letters");
    assert_eq!((report.handled, report.poison), (2, 0), "{letters:?}");
    assert_eq!(registry.requests("/subjects/"), 2, "one request for each");
}

#[tokio::test]
async fn a_union_of_events_in_one_subject_is_read_by_its_branches() {
    let (cluster, client) = cluster().await;
    send(&client, [order(1, "ada")]).await;
    let framed = records(&client, TOPIC).await.expect("records").remove(0).value.expect("a value");
    let (_, payload) = wire::parse(&framed).expect("a frame");
    // Branch 1 is the event, branch 0 is not an event of this topic, branch 2 does not exist. Indexes are in zigzag encoding.
    for branch in [2, 0, 4] {
        let mut value = Vec::new();
        wire::frame(SchemaId(77), &mut value);
        value.push(branch);
        value.extend_from_slice(payload);
        send_bytes(&client, TOPIC, b"ada", &value).await.expect("sent");
    }
    let text = <OrderEvent as eventgen::KafkaEvent>::schema().text();
    let union = json!(["a.Foreign", "com.example.orders.OrderEvent"]).to_string();
    let foreign = json!({"type": "record", "name": "a.Foreign", "fields": []}).to_string();
    let reference = |name: &str, subject: &str| json!({"name": name, "subject": subject, "version": 1});
    let references =
        json!([reference("a.Foreign", "f"), reference("com.example.orders.OrderEvent", "orders")]);
    let version = |text: &str| json!({"subject": "s", "version": 1, "id": 1, "schema": text}).to_string();
    let registry = FaultyRegistry::answering(
        cluster.schema_registry(),
        &[
            ("/schemas/ids/77", &json!({"schema": union, "references": references}).to_string()),
            ("/subjects/f/versions/1?deleted=true", &version(&foreign)),
            ("/subjects/orders/versions/1?deleted=true", &version(text)),
        ],
    );
    let report = consume(&through(&cluster, &registry), GROUP, Duration::ZERO).await.expect("no error");
    assert_eq!((report.handled, report.unknown, report.poison), (2, 1, 1));
    let letters = records(&client, DEAD_LETTERS).await.expect("dead letters");
    let messages: Vec<_> =
        letters.iter().map(|letter| letter.headers.text(dead_letter::MESSAGE).expect("a reason")).collect();
    assert!(
        messages[0].contains("`a.Foreign`") && messages[1].contains("without a branch 2"),
        "{messages:?}"
    );
}

#[tokio::test]
async fn an_id_that_no_registry_assigns_is_not_looked_up() {
    let (cluster, client) = cluster().await;
    send_bytes(&client, TOPIC, b"ada", b"\0\x80\0\0\x01x").await.expect("sent");
    let registry = FaultyRegistry::before(cluster.schema_registry(), Fault::None);
    let grace = Duration::from_secs(60);
    let report = consume(&through(&cluster, &registry), GROUP, grace).await.expect("no error");
    assert_eq!((report.poison, registry.requests("/schemas/ids/")), (1, 0));
}

#[tokio::test]
async fn a_record_waits_for_a_missing_reference_and_is_then_poison() {
    let (cluster, client) = cluster().await;
    send_bytes(&client, TOPIC, b"ada", b"\0\0\0\0\x07x").await.expect("sent");
    let [_, _, main] = split_in_three(<OrderEvent as eventgen::KafkaEvent>::schema().text());
    let references = json!([{"name": "x", "subject": "nowhere", "version": 1}]);
    let registry = FaultyRegistry::answering(
        cluster.schema_registry(),
        &[("/schemas/ids/7", &json!({"schema": main, "references": references}).to_string())],
    );
    let grace = Duration::from_secs(1);
    let report = consume(&through(&cluster, &registry), GROUP, grace).await.expect("no error");
    assert_eq!(report.poison, 1);
    assert!(registry.requests("/subjects/nowhere/") >= 2, "requested again");
}

#[tokio::test]
async fn a_value_in_another_schema_language_is_poison_with_the_name_of_the_language() {
    let (cluster, client) = cluster().await;
    // The embedded registry does not support JSON Schema. This is the answer of one that does.
    let registry = EmbeddedRegistry::start().expect("a registry");
    let faulty = FaultyRegistry::answering(
        &registry,
        &[("/schemas/ids/7", r#"{"references":null,"schemaType":"JSON","schema":"{\"type\":\"object\"}"}"#)],
    );
    send_bytes(&client, TOPIC, b"ada", b"\0\0\0\0\x07{}").await.expect("sent");
    let report = consume(&through(&cluster, &faulty), GROUP, Duration::ZERO).await.expect("no error");
    assert_eq!(report.poison, 1);
    let letters = records(&client, DEAD_LETTERS).await.expect("dead letters");
    let message = letters[0].headers.text(dead_letter::MESSAGE).expect("a reason");
    assert!(message.contains("schema id 7 is in `JSON`"), "{message}");
}
