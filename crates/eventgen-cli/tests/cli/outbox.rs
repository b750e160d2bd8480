//! `eventgen outbox` on a real PostgreSQL and the embedded cluster. `cargo xtask test --only outbox` runs these tests.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use eventgen_testkit::TestCluster;
use outbox_tests::Postgres;
use serde_json::Value;
use tokio_postgres::{Client, NoTls};

use crate::support::Project;

const TOPIC: &str = "orders.placed.v1";
/// How many letters the name of a topic has that no cluster has: the embedded one has all that are allowed.
const TOO_LONG: usize = 600;
/// How long a test waits for what it expects. No test takes this long.
const PATIENCE: Duration = Duration::from_secs(60);

/// A database with the table, and a cluster with the topic.
struct World {
    project: Project,
    database: Client,
    _postgres: Postgres,
    _cluster: TestCluster,
}

impl World {
    async fn new() -> Self {
        let postgres = Postgres::start().expect("PostgreSQL");
        let cluster = TestCluster::builder().brokers(1).start().expect("a cluster");
        let mut project = Project::with_an_event();
        for (name, value) in [
            ("DATABASE_URL", postgres.url()),
            ("KAFKA_BOOTSTRAP_SERVERS", cluster.bootstrap_servers()),
            ("SCHEMA_REGISTRY_URL", cluster.schema_registry().url()),
        ] {
            project.set(name, &value);
        }
        let ran = project.run(&["generate", "sql", "--out", "."]);
        assert_eq!(ran.code, 0, "{ran:?}");
        let (database, connection) = tokio_postgres::connect(&postgres.url(), NoTls).await.expect("a client");
        tokio::spawn(connection);
        database.batch_execute(&project.read("outbox.up.sql")).await.expect("a table");
        Self { project, database, _postgres: postgres, _cluster: cluster }
    }

    async fn store(&self, topic: &str, key: &str, headers: &str) {
        let insert = "INSERT INTO outbox (topic, key, headers, payload) VALUES ($1, convert_to($2, 'UTF8'), $3::text::jsonb, 'x')";
        self.database.execute(insert, &[&topic, &key, &headers]).await.expect("stored");
    }

    async fn wait_for(&self, query: &str, expected: i64) {
        let end = Instant::now() + PATIENCE;
        loop {
            let found: i64 = self.database.query_one(query, &[]).await.expect("a row").get(0);
            if found == expected {
                return;
            }
            assert!(Instant::now() < end, "`{query}` is {found} and not {expected}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn list(&self) -> Value {
        let ran = self.project.run(&["outbox", "list", "--output", "json", "-q"]);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran:?}");
        serde_json::from_str(&ran.stdout).expect("JSON")
    }
}

/// A relay, which is killed with the test.
struct Relay(Child);

impl Relay {
    fn start(world: &World, arguments: &[&str]) -> Self {
        let mut command = world.project.command(&[&["outbox", "relay"], arguments].concat());
        Self(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the command runs"))
    }

    /// Ends it as a process manager does. Returns what it has printed since the last reading: results and messages.
    fn terminate(mut self) -> (String, String) {
        let id = self.0.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().expect("kill").success());
        let (mut out, mut err) = (String::new(), String::new());
        self.0.stdout.take().expect("a pipe").read_to_string(&mut out).expect("UTF-8");
        self.0.stderr.take().expect("a pipe").read_to_string(&mut err).expect("UTF-8");
        assert_eq!(self.0.wait().expect("an end").code(), Some(0), "{err}");
        (out, err)
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL"]
async fn rows_are_published_and_parked_rows_are_listed_retried_and_discarded() {
    let world = World::new().await;
    let relay = Relay::start(&world, &["--output", "json"]);
    world.store(TOPIC, "ada", "[]").await;
    world.store(TOPIC, "ada", "5").await;
    let absent = "t".repeat(TOO_LONG);
    world.store(&absent, "eve", "[]").await;
    world.wait_for("SELECT count(*) FROM outbox WHERE parked_at IS NULL", 0).await;

    let listed = world.list();
    assert_eq!((&listed["waiting"], &listed["parked"]), (&0.into(), &2.into()), "{listed}");
    assert!(listed["relay"]["pid"].is_number(), "{listed}");
    let row = &listed["rows"][1];
    assert_eq!(
        (&row["topic"], &row["key"], &row["bytes"]),
        (&absent.as_str().into(), &"eve".into(), &1.into())
    );
    let table = world.project.run(&["outbox", "list", "--topic", TOPIC]);
    assert!(table.stdout.contains("neither a list nor an object"), "{table:?}");
    assert!(table.stderr.contains("2 parked, no row waits; a relay works"), "{table:?}");

    // Nothing is changed that nobody has asked for.
    world.project.run(&["outbox", "retry"]).fails(2, &["--all"]);
    world.project.run(&["outbox", "retry", "--all"]).fails(2, &["pass --yes"]);
    let dry = world.project.run(&["outbox", "discard", "--all", "--dry-run"]);
    assert!(dry.stderr.contains("2 rows; nothing was changed"), "{dry:?}");
    world.project.run(&["outbox", "retry", "99", "--yes"]).fails(1, &["row 99 is not parked"]);

    // One is corrected and published after all, the other one is given up.
    world.database.execute("UPDATE outbox SET headers = '[]' WHERE id = 2", &[]).await.expect("corrected");
    let retried = world.project.run(&["outbox", "retry", "2", "--yes"]);
    assert!(retried.code == 0 && retried.stderr.contains("1 row will be tried again"), "{retried:?}");
    world.wait_for("SELECT count(*) FROM outbox WHERE id <> 3", 0).await;
    let discarded =
        world.project.run(&["outbox", "discard", "--topic", &absent, "--yes", "--output", "json"]);
    let document: Value = serde_json::from_str(&discarded.stdout).expect("JSON");
    assert_eq!((&document["changed"], &document["parked"]), (&1.into(), &0.into()), "{discarded:?}");

    let (out, err) = relay.terminate();
    let report: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((&report["published"], &report["parked"]), (&2.into(), &2.into()), "{err}");
    // What cannot be published is logged, and the end is in order.
    assert!(err.contains(&absent) && err.ends_with("2 rows published, 2 parked\n"), "{err}");
    assert_eq!(world.list()["relay"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL"]
async fn the_state_is_served_as_metrics() {
    let world = World::new().await;
    world.store(TOPIC, "eve", "5").await;
    let mut relay = Relay::start(&world, &["--listen", "127.0.0.1:0"]);
    let mut lines = BufReader::new(relay.0.stderr.take().expect("a pipe"));
    let address = loop {
        let mut line = String::new();
        assert!(lines.read_line(&mut line).expect("UTF-8") > 0, "the relay has ended");
        if let Some((_, rest)) = line.split_once("serving http://") {
            break rest.split_once('/').expect("a path").0.to_owned();
        }
    };
    std::thread::spawn(move || lines.lines().count());
    let end = Instant::now() + PATIENCE;
    let page = loop {
        let mut stream = TcpStream::connect(&address).expect("it listens");
        stream.write_all(b"GET /metrics HTTP/1.0\r\n\r\n").expect("a request");
        let mut page = String::new();
        stream.read_to_string(&mut page).expect("UTF-8");
        if page.contains("eventgen_outbox_up") {
            break page;
        }
        assert!(Instant::now() < end, "{page}");
        sleep(Duration::from_millis(50));
    };
    assert!(page.contains("eventgen_outbox_up{table=\"outbox\"} 1\n"), "{page}");
    for name in ["waiting", "oldest_seconds", "parked", "relay"] {
        assert!(page.contains(&format!("\neventgen_outbox_{name}{{table=\"outbox\"}} ")), "{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL"]
async fn a_table_that_is_missing_is_said_at_once() {
    let world = World::new().await;
    for command in ["list", "relay"] {
        let ran = world.project.run(&["outbox", command, "--table", "orders.outbox"]);
        ran.fails(1, &["orders.outbox", "SQLSTATE"]);
    }
    world.project.run(&["outbox", "list", "--table", "a b"]).fails(1, &["`a b` cannot be the table"]);
}

#[test]
fn a_database_is_named_or_missing_and_never_printed() {
    let mut project = Project::new();
    project.run(&["outbox", "list"]).fails(2, &["pass --database, or set DATABASE_URL"]);
    let wrong = project.run(&["outbox", "list", "--database", "host=db s3cret=1"]);
    assert_eq!(wrong.code, 2);
    assert!(!wrong.stderr.contains("cret"), "{wrong:?}");
    project.set("DATABASE_URL", "postgres://ada:s3cret@127.0.0.1:1/orders");
    let away = project.run(&["outbox", "list"]);
    assert_eq!(away.code, 1, "{away:?}");
    assert!(!away.stderr.contains("s3cret") && away.stderr.contains("refused"), "{away:?}");
    assert!(project.run(&["outbox", "--help"]).stdout.contains("relay"));
}
