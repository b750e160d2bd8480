//! The fields of the log lines about failures.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::path::Path;
use std::sync::{Mutex, Once, PoisonError};
use std::time::Duration;

use eventgen::{Breaker, Client, Producer};
use eventgen_testkit::{WriteError, caught_up, send_bytes};
use orders::events::com::example::orders::OrdersEventsV1;
use orders::sample::order;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::support::{Obedient, PATIENCE, TOPIC, cluster, noted, send, until};

type Line = BTreeMap<String, String>;

static LINES: Mutex<Vec<Line>> = Mutex::new(Vec::new());

struct Keeper;

impl Subscriber for Keeper {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("eventgen")
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields(Line::new());
        event.record(&mut fields);
        fields.0.insert("level".to_owned(), event.metadata().level().to_string());
        LINES.lock().unwrap_or_else(PoisonError::into_inner).push(fields.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Fields(Line);

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }
}

/// The groups of these tests begin with it.
const GROUP: &str = "logged";
/// The group of which failures of one cause are summarised.
const OFTEN: &str = "logged-often";

/// Searches of logs select by these fields. A change here breaks those of users.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_about_failures_have_their_position_key_attempt_group_and_cause() {
    static KEPT: Once = Once::new();
    KEPT.call_once(|| tracing::subscriber::set_global_default(Keeper).expect("no other subscriber"));
    retries_skips_dead_letters_and_an_open_breaker().await;
    a_breaker_that_closes().await;
    more_failures_of_one_cause_than_are_logged().await;
    a_dead_letter_and_a_commit_that_are_refused().await;
    a_handler_that_stops_its_consumer().await;
    records_that_retention_removes().await;

    let mut lines = LINES.lock().unwrap_or_else(PoisonError::into_inner).clone();
    lines.retain(|line| line.get("group").is_some_and(|of| of.starts_with(GROUP)) && is_about_failures(line));
    for line in &lines {
        // Lines that are not about a record have neither a key nor an attempt.
        let fields: &[&str] = match line["message"].as_str() {
            text if text.starts_with("more ") => &["topics", "count", "within", "cause"],
            text if text.starts_with("the breaker closed") => &["topic", "partition"],
            text if text.starts_with("retention") => &["topic", "partition", "offset"],
            text if text.starts_with("a commit") => &["topic", "partition", "offset", "cause"],
            _ => &["topic", "partition", "offset", "cause", "key", "attempt"],
        };
        for field in fields {
            assert!(line.get(*field).is_some_and(|value| !value.is_empty()), "{field}: {line:?}");
        }
        assert_eq!(line.get("topic").unwrap_or_else(|| &line["topics"]), TOPIC);
    }
    let written: BTreeSet<String> = lines
        .iter()
        .map(|line| {
            let fields: Vec<&str> = line
                .keys()
                .map(String::as_str)
                .filter(|field| !matches!(*field, "message" | "level"))
                .collect();
            format!("{} {}\n    {}\n", line["level"], line["message"], fields.join(" "))
        })
        .collect();
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("goldens/logs.txt");
    expectorate::assert_contents(golden, &written.into_iter().collect::<String>());
}

/// Whether a line is about a failure: at a position, about several of one cause, or about the end of one.
fn is_about_failures(line: &Line) -> bool {
    let message = line["message"].as_str();
    (line["level"] != "INFO" && line.contains_key("offset"))
        // In other groups it depends on the time how often something repeats.
        || (message.starts_with("more ") && line["group"] == OFTEN)
        || message.starts_with("the breaker closed")
}

/// Consumes until the group has committed all records.
async fn consume(client: &Client, group: &str) {
    let consumer = OrdersEventsV1::consumer(client, group, Obedient);
    let shutdown = async { caught_up(client, group, TOPIC, PATIENCE).await.map(drop).expect("lag") };
    consumer.run_until(shutdown).await.expect("no error");
}

async fn retries_skips_dead_letters_and_an_open_breaker() {
    let (_cluster, client) = cluster().await;
    send(&client, [noted(1, "retry"), noted(2, "reject"), noted(3, "skip")]).await;
    send_bytes(&client, TOPIC, b"ada", b"no event").await.expect("sent");
    consume(&client, GROUP).await;
    // A second run, in which records are held.
    for _ in 0..5 {
        send_bytes(&client, TOPIC, b"ada", b"no event").await.expect("sent");
    }
    let consumer = OrdersEventsV1::consumer(&client, GROUP, Obedient);
    let consumer = consumer.breaker(Breaker::DEFAULT.with_window(4)).drain_deadline(Duration::from_secs(1));
    let handle = consumer.handle();
    let held = until("the breaker opens", || handle.partitions().iter().any(|at| at.held.is_some()));
    consumer.run_until(held).await.expect("no error");
}

async fn a_breaker_that_closes() {
    let (_cluster, client) = cluster().await;
    for _ in 0..5 {
        send_bytes(&client, TOPIC, b"ada", b"no event").await.expect("sent");
    }
    let group = "logged-closed";
    let consumer = OrdersEventsV1::consumer(&client, group, Obedient);
    let consumer = consumer.breaker(Breaker::DEFAULT.with_window(4));
    let handle = consumer.handle();
    let recovers = async {
        until("the breaker opens", || handle.partitions().iter().any(|at| at.held.is_some())).await;
        // On the partition of what waits.
        send(&client, (1..=8).map(|number| order(number, "donald"))).await;
        caught_up(&client, group, TOPIC, PATIENCE).await.map(drop).expect("lag");
    };
    consumer.run_until(recovers).await.expect("no error");
}

async fn more_failures_of_one_cause_than_are_logged() {
    let (_cluster, client) = cluster().await;
    send(&client, (1..=8).map(|number| noted(number, "skip"))).await;
    consume(&client, OFTEN).await;
}

async fn a_dead_letter_and_a_commit_that_are_refused() {
    let (cluster, client) = cluster().await;
    send(&client, [noted(1, "reject")]).await;
    cluster.refuse_writes(&[WriteError::NotAuthorized]);
    cluster.refuse_commits(1);
    consume(&client, "logged-refused").await;
}

async fn a_handler_that_stops_its_consumer() {
    let (_cluster, client) = cluster().await;
    send(&client, [noted(1, "fatal")]).await;
    let consumer = OrdersEventsV1::consumer(&client, "logged-stopped", Obedient);
    consumer.run_until(std::future::pending()).await.expect_err("the handler stops it");
}

async fn records_that_retention_removes() {
    let (_cluster, client) = cluster().await;
    send(&client, [order(1, "ada")]).await;
    consume(&client, "logged-late").await;
    // The embedded brokers remove the records of a partition beyond 5 MB, and count the compressed size.
    let producer = Producer::<OrdersEventsV1>::builder(&client).set("compression.type", "none").connect();
    let producer = producer.await.expect("a producer");
    let mut large = order(1, "ada");
    large.order_id = "x".repeat(100_000);
    for _ in 0..200 {
        producer.enqueue(&large).await.expect("enqueued");
    }
    producer.close().await.expect("acknowledged");
    consume(&client, "logged-late").await;
}
