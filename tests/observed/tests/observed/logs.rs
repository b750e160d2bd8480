//! The fields of the log lines about records.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::path::Path;
use std::sync::{Mutex, Once, PoisonError};
use std::time::Duration;

use eventgen::Breaker;
use eventgen_testkit::{caught_up, send_bytes};
use orders::events::com::example::orders::OrdersEventsV1;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::support::{Obedient, PATIENCE, TOPIC, cluster, noted, send};

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

/// Searches of logs select by these fields. A change here breaks those of users.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_about_records_have_their_position_key_attempt_group_and_cause() {
    static KEPT: Once = Once::new();
    KEPT.call_once(|| tracing::subscriber::set_global_default(Keeper).expect("no other subscriber"));
    let group = "logged";
    let (_cluster, client) = cluster().await;
    send(&client, [noted(1, "retry"), noted(2, "reject"), noted(3, "skip")]).await;
    send_bytes(&client, TOPIC, b"ada", b"no event").await.expect("sent");
    let consumer = OrdersEventsV1::consumer(&client, group, Obedient);
    let shutdown = async { caught_up(&client, group, TOPIC, PATIENCE).await.map(drop).expect("lag") };
    consumer.run_until(shutdown).await.expect("no error");
    // A second run, in which records are held.
    for _ in 0..5 {
        send_bytes(&client, TOPIC, b"ada", b"no event").await.expect("sent");
    }
    let consumer = OrdersEventsV1::consumer(&client, group, Obedient);
    let consumer = consumer.breaker(Breaker::DEFAULT.with_window(4)).drain_deadline(Duration::from_secs(1));
    let handle = consumer.handle();
    let held = async {
        while handle.partitions().iter().all(|partition| partition.held.is_none()) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    consumer.run_until(held).await.expect("no error");

    let mut lines = LINES.lock().unwrap_or_else(PoisonError::into_inner).clone();
    lines.retain(|line| line.get("group").is_some_and(|of| of == group) && line.contains_key("offset"));
    for line in &lines {
        for field in ["topic", "partition", "offset", "key", "attempt", "cause"] {
            assert!(line.get(field).is_some_and(|value| !value.is_empty()), "{field}: {line:?}");
        }
        assert_eq!(line["topic"], TOPIC);
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
