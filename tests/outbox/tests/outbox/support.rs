//! A database with the table, a cluster with the topic of orders, and relays in this process.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use eventgen::{Client, Headers};
use eventgen_outbox::{Database, Outbox, Relay, RelayError, RelayReport, TokioPostgres};
use eventgen_testkit::{Record, TestCluster, records};
use orders::events::com::example::orders::{OrdersEventsV1, orders_events_v1};
use outbox_tests::Postgres;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_postgres::NoTls;

pub(crate) const TOPIC: &str = orders_events_v1::TOPIC.name;
/// How long a test waits for what it expects. No test takes this long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The server that tests share. The last one that has it stops it.
static SHARED: Mutex<Weak<Postgres>> = Mutex::new(Weak::new());

/// A database, a cluster and an outbox.
pub(crate) struct World {
    pub(crate) cluster: TestCluster,
    pub(crate) client: Client,
    pub(crate) outbox: Outbox,
    /// The address of a database for this test alone.
    pub(crate) url: String,
    _postgres: Option<Arc<Postgres>>,
}

impl World {
    /// A database of the server that tests share.
    pub(crate) async fn new() -> Self {
        let shared = {
            let mut kept = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
            let shared = kept.upgrade().unwrap_or_else(|| Arc::new(Postgres::start().expect("PostgreSQL")));
            *kept = Arc::downgrade(&shared);
            shared
        };
        Self { _postgres: Some(Arc::clone(&shared)), ..Self::on(&shared).await }
    }

    /// A database of a server.
    pub(crate) async fn on(postgres: &Postgres) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let admin = connect(&postgres.url()).await;
        admin.batch_execute(&format!("CREATE DATABASE {name}")).await.expect("a database");
        let url = postgres.url().replace("/postgres?", &format!("/{name}?"));
        let settings = eventgen_artifacts::outbox::Settings::new();
        let files = eventgen_artifacts::outbox::files(&settings).expect("migrations");
        let inbox = eventgen_artifacts::outbox::inbox("inbox").expect("migrations");
        for migration in [&files[0], &inbox[0]] {
            connect(&url).await.batch_execute(&migration.text).await.expect("a table");
        }
        let cluster = TestCluster::start().expect("a cluster");
        cluster.prepare::<OrdersEventsV1>().await.expect("topic and schema");
        let client = cluster.client().expect("a client");
        let outbox = Outbox::builder(&client).topic::<OrdersEventsV1>().connect().await.expect("an outbox");
        Self { cluster, client, outbox, url, _postgres: None }
    }

    pub(crate) async fn database(&self) -> tokio_postgres::Client {
        connect(&self.url).await
    }

    /// A relay, until it is stopped.
    pub(crate) fn relay(&self) -> Running {
        run(Relay::new(&self.client, self.postgres()))
    }

    pub(crate) fn postgres(&self) -> TokioPostgres {
        TokioPostgres::new(self.url.parse().expect("an address"))
    }

    /// The records of the topic, once nothing is left to publish.
    pub(crate) async fn published(&self) -> Vec<Record> {
        self.wait_for("SELECT count(*) FROM outbox WHERE published_at IS NULL AND parked_at IS NULL", 0)
            .await;
        records(&self.client, TOPIC).await.expect("records")
    }

    /// Waits until a query returns a number.
    pub(crate) async fn wait_for(&self, query: &str, expected: i64) {
        let end = Instant::now() + PATIENCE;
        loop {
            // The server may have been stopped.
            let found = match tokio_postgres::connect(&self.url, NoTls).await {
                Ok((client, connection)) => {
                    tokio::spawn(connection);
                    client.query_one(query, &[]).await.map(|row| row.get::<_, i64>(0)).ok()
                }
                Err(_) => None,
            };
            if found == Some(expected) {
                return;
            }
            assert!(Instant::now() < end, "`{query}` is {found:?} and not {expected}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// Runs a relay until it is stopped.
pub(crate) fn run<D: Database + 'static>(relay: Relay<D>) -> Running {
    let (stop, stopped) = oneshot::channel::<()>();
    let relay = relay.run_until(async {
        let _ = stopped.await;
    });
    Running { stop, relay: tokio::spawn(relay) }
}

/// A relay in this process.
pub(crate) struct Running {
    stop: oneshot::Sender<()>,
    relay: JoinHandle<Result<RelayReport, RelayError>>,
}

impl Running {
    pub(crate) async fn stop(self) -> RelayReport {
        drop(self.stop);
        let ended = tokio::time::timeout(PATIENCE, self.relay).await.expect("an end");
        ended.expect("no panic").expect("no error")
    }
}

pub(crate) async fn connect(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("a connection");
    tokio::spawn(connection);
    client
}

/// A header as text.
pub(crate) fn text<'a>(headers: &'a Headers, name: &str) -> &'a str {
    headers.text(name).unwrap_or_else(|| panic!("no header `{name}`"))
}

/// By key, the orders of records in their order on the topic, without repetitions.
pub(crate) fn by_key(records: &[Record]) -> HashMap<String, Vec<String>> {
    let mut ids = std::collections::HashSet::new();
    let mut found: HashMap<String, Vec<String>> = HashMap::new();
    for record in records {
        if ids.insert(text(&record.headers, "id").to_owned()) {
            let key = String::from_utf8_lossy(record.key.as_deref().unwrap_or_default()).into_owned();
            found.entry(key).or_default().push(text(&record.headers, "correlation-id").to_owned());
        }
    }
    found
}
