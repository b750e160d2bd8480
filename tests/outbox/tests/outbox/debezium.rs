//! Debezium's outbox event router, instead of a relay, publishes the same records.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use eventgen::{Client, TopicEvents as _, TopicOverrides};
use eventgen_outbox::Relay;
use eventgen_testkit::{Record, records};
use orders::events::com::example::orders::{OrdersEventsV1, orders_events_v1};
use orders::sample::order;
use outbox_tests::Postgres;

use crate::connect::Connect;
use crate::support::{PATIENCE, TOPIC, World, run, text};

/// Rows that an [`Outbox`](eventgen_outbox::Outbox) does not store: bytes that are not text, no key, an empty one, no value, an
/// empty one, headers of all kinds, and another topic.
const ODD: &str = r#"INSERT INTO outbox (topic, key, headers, payload) VALUES
    ('{topic}', '\xff00c328', '[["raw", {"base64": "AP8="}], ["none", null], ["raw", "é"]]', '\x000000000102feff00c3280a'),
    ('{topic}', 'ada', '{"a": "b"}', NULL), ('{topic}', 'ada', DEFAULT, ''), ('{topic}', '', DEFAULT, 'x'),
    ('{topic}', NULL, DEFAULT, 'y'), ('{letters}', 'ada', DEFAULT, 'z')"#;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL, Kafka and Debezium"]
async fn debezium_publishes_the_records_of_a_relay() {
    let brokers = std::env::var("EVENTGEN_KAFKA").expect("run `cargo xtask test --only outbox`");
    let letters = orders_events_v1::TOPIC.dead_letter.expect("dead letters").name;
    let postgres = Postgres::start().expect("PostgreSQL");
    let world = World::on(&postgres).await;
    let kafka = Client::builder(&brokers, world.cluster.schema_registry().url()).build().expect("a client");
    let one = TopicOverrides::default().with_replication_factor(Some(1));
    kafka.create_topics(&[OrdersEventsV1::TOPIC], one).await.expect("topics");
    let generated =
        eventgen_artifacts::outbox::files(&eventgen_artifacts::outbox::Settings::new()).expect("files");
    let generated = &generated.iter().find(|file| file.path.ends_with(".properties")).expect("settings").text;
    let mut connect = Connect::start(&brokers, &world.url, generated).await;

    let mut database = world.database().await;
    for number in 0..40 {
        let mut transaction = database.transaction().await.expect("a transaction");
        let customer = format!("customer-{}", number % 5);
        world.outbox.enqueue(&mut transaction, &order(number, &customer)).await.expect("stored");
        let commits = number % 8 != 7;
        let ended = if commits { transaction.commit().await } else { transaction.rollback().await };
        ended.expect("an end");
    }
    let odd = ODD.replace("{topic}", TOPIC).replace("{letters}", letters);
    database.execute(&odd, &[]).await.expect("stored");
    let rows = rows(&database).await;
    assert_eq!(rows.len(), 35 + 6);

    let end = Instant::now() + 3 * PATIENCE;
    let by_debezium = loop {
        let found = published(&kafka, letters).await;
        if found.len() >= rows.len() {
            break found;
        }
        connect.expect_running(end);
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    drop(connect);
    let relay = run(Relay::new(&kafka, world.postgres()));
    world.wait_for("SELECT count(*) FROM outbox", 0).await;
    assert_eq!(relay.stop().await.published, rows.len() as u64);
    let mut by_relay = published(&kafka, letters).await;
    by_relay.retain(|record| !by_debezium.contains(record));

    assert_eq!((by_debezium.len(), by_relay.len()), (rows.len(), rows.len()));
    assert_eq!(order_of_keys(&by_debezium), order_of_keys(&by_relay));
    let of_relay: HashMap<&str, &(&str, Record)> =
        by_relay.iter().map(|entry| (text(&entry.1.headers, "id"), entry)).collect();
    for (topic, record) in &by_debezium {
        let id = text(&record.headers, "id");
        let (relayed_to, relayed) = of_relay[id];
        assert_eq!((topic, &record.key, &record.value), (relayed_to, &relayed.key, &relayed.value));
        // Records without a key go to any partition.
        assert!(record.key.is_none() || record.partition == relayed.partition, "{record:?} {relayed:?}");
        let row = &rows[id];
        assert_eq!(text(&record.headers, "headers"), row.headers);
        assert_eq!(record.headers.len(), 2, "{:?}", record.headers);
        assert_eq!(record.timestamp.map(|time| time.timestamp_millis()), Some(row.created_at));
    }
}

/// What Debezium makes of a row beside key and value.
struct Row {
    headers: String,
    /// Milliseconds since the Unix epoch.
    created_at: i64,
}

/// By their `event_id`.
async fn rows(database: &tokio_postgres::Client) -> HashMap<String, Row> {
    let query = "SELECT event_id::text, headers::text, floor(extract(epoch FROM created_at) * 1000)::bigint FROM outbox";
    let rows = database.query(query, &[]).await.expect("rows");
    let row = |row: &tokio_postgres::Row| (row.get(0), Row { headers: row.get(1), created_at: row.get(2) });
    rows.iter().map(row).collect()
}

/// The records of both topics, with the names of these.
async fn published<'a>(kafka: &Client, letters: &'a str) -> Vec<(&'a str, Record)> {
    let mut found = Vec::new();
    for topic in [TOPIC, letters] {
        found.extend(records(kafka, topic).await.expect("records").into_iter().map(|record| (topic, record)));
    }
    found
}

/// By topic and key, the ids of the records in their order. Records without a key have none.
fn order_of_keys<'a>(records: &'a [(&'a str, Record)]) -> HashMap<(&'a str, &'a [u8]), Vec<&'a str>> {
    let mut found: HashMap<_, Vec<&str>> = HashMap::new();
    for (topic, record) in records {
        if let Some(key) = &record.key {
            found.entry((*topic, key.as_slice())).or_default().push(text(&record.headers, "id"));
        }
    }
    found
}
