//! The suites that need programs other than Rust: promtool, npm, Apache Avro in Java, a real Kafka, a real registry, a real
//! Prometheus.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use crate::error::Failure;
use crate::{artefacts, cargo, chaos, kafka, maven, python, readme, registry, server};

/// Folders of the servers that this run has started. They are stopped however the run ends.
static STARTED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Has promtool check the alert rules of the sample contracts and of random ones and run their tests, compares their
/// dashboards with the types of Grafana's SDK, and has the other artefacts read by what reads them. Has promtool and amtool
/// check the files of the example.
pub(super) fn monitoring() -> Result<(), Failure> {
    artefacts::judge(None)?;
    cargo::run(&["test", "--locked", "-p", "monitored", "--", "--ignored", "--nocapture"], &[])
}

/// Has Chromium open the catalogues of the sample contracts from disk, and W3C's validator read those of random ones, too.
pub(super) fn catalogue() -> Result<(), Failure> {
    artefacts::judge_catalogue(None)
}

/// Runs the tests of the outbox, of its example and of its command, which start PostgreSQL themselves. Debezium has a broker,
/// because the embedded cluster does not answer Kafka Connect.
pub(super) fn outbox() -> Result<(), Failure> {
    let _guard = StopServers;
    let folder = kafka::folder("outbox-tests-kafka");
    will_start(&folder)?;
    let state = kafka::up(&folder, 1, kafka::Access::Open)?;
    let environment = [
        ("EVENTGEN_KAFKA".to_owned(), state.address("KAFKA_BOOTSTRAP_SERVERS")),
        ("EVENTGEN_DEBEZIUM_CLASS_PATH".to_owned(), maven::debezium()?),
    ];
    let arguments = ["test", "--locked", "-p", "outbox-tests", "-p", "outbox"];
    cargo::run(&[&arguments[..], &["--", "--ignored", "--nocapture"]].concat(), &environment)?;
    let arguments = ["test", "--locked", "-p", "eventgen-cli", "--test", "cli", "--"];
    cargo::run(&[&arguments[..], &["--ignored", "--nocapture", "outbox::"]].concat(), &[])
}

/// Compares the Avro front end, the bytes that generated code writes, and schema resolution with Apache Avro in Java.
pub(super) fn apache() -> Result<(), Failure> {
    let folder = maven::avro()?;
    let environment = [
        ("EVENTGEN_AVRO_CLASS_PATH".to_owned(), folder.join("*").display().to_string()),
        ("EVENTGEN_AVRO_TEST_FILES".to_owned(), folder.join("tests").display().to_string()),
    ];
    let arguments = ["test", "--locked", "-p", "avro-tests", "-p", "conformance-tests"];
    let tests = ["--test", "apache", "--test", "java_bytes", "--test", "java_resolution"];
    let options = ["--", "--ignored", "--nocapture"];
    cargo::run(&[&arguments[..], &tests, &options].concat(), &environment)
}

/// Compares what all parts say about schemas and pairs of versions, with Apache Avro in Java and protoc as oracles.
pub(super) fn agreement() -> Result<(), Failure> {
    let environment = [
        ("EVENTGEN_AVRO_CLASS_PATH".to_owned(), maven::avro()?.join("*").display().to_string()),
        ("EVENTGEN_PYTHON".to_owned(), python::interpreter()?.display().to_string()),
    ];
    let arguments = ["test", "--locked", "-p", "agreement-tests", "--", "--ignored", "--nocapture"];
    cargo::run(&arguments, &environment)
}

/// Runs the tests on three real brokers and a real registry, and stops these.
pub(super) fn real() -> Result<(), Failure> {
    let guard = StopServers;
    let python = python::interpreter()?;
    let (kafka_folder, registry_folder) = (kafka::folder("test-kafka"), registry::folder("test-registry"));
    for folder in [&kafka_folder, &registry_folder] {
        will_start(folder)?;
    }
    let (kafka_state, registry_state) =
        (kafka::up(&kafka_folder, 3, kafka::Access::Open)?, registry::up(&registry_folder)?);
    println!("{kafka_state}\n{registry_state}");
    let environment = [
        ("EVENTGEN_KAFKA", kafka_state.address("KAFKA_BOOTSTRAP_SERVERS")),
        ("EVENTGEN_KAFKA_SASL", kafka_state.address("KAFKA_SASL_BOOTSTRAP_SERVERS")),
        ("EVENTGEN_REGISTRY", registry_state.address("SCHEMA_REGISTRY_URL")),
        ("EVENTGEN_KAFKA_CLASS_PATH", kafka::class_path()?),
        ("EVENTGEN_PYTHON", python.display().to_string()),
        ("EVENTGEN_REGISTRY_CLASS_PATH", maven::registry_client()?.join("*").display().to_string()),
    ]
    .map(|(name, value)| (name.to_owned(), value));
    let tested = real_tests(&environment, &kafka_folder)
        .and_then(|()| planted_bugs(&environment))
        .and_then(|()| registration(&environment))
        .and_then(|()| chaos::kill_brokers(&environment, &kafka_folder));
    drop(guard);
    tested.and_then(|()| readme::run_on_real_servers())
}

/// Registers random pairs of versions by the command at the real registry.
fn registration(environment: &[(String, String)]) -> Result<(), Failure> {
    let arguments = ["test", "--locked", "-p", "eventgen-cli", "--test", "cli", "--"];
    cargo::run(&[&arguments[..], &["--ignored", "--nocapture", "a_real_registry"]].concat(), environment)
}

/// Runs the tests, and the short form of `cargo xtask chaos` beside them. All wait for the cluster most of the time, and no topic
/// or group is used by two of them.
fn real_tests(environment: &[(String, String)], folder: &Path) -> Result<(), Failure> {
    const TEST: &[&str] = &["test", "--locked", "-p", "real-tests"];
    const ROW: &[&str] = &["--test", "real", "--", "--ignored", "--test-threads=3"];
    /// No test is silent for as long as this.
    const SILENCE: Duration = Duration::from_secs(600);
    cargo::run(&[TEST, &["--no-run"]].concat(), environment)?;
    chaos::build(false)?;
    let log = folder.join("tests.log");
    std::thread::scope(|scope| {
        let tests = scope.spawn(|| cargo::output(&[TEST, ROW].concat(), environment, &log, SILENCE));
        let chaos = chaos::short_form(environment);
        let tests = tests.join().map_err(|_| "the thread of the tests panicked")?;
        println!("{}", tests.text);
        chaos.and(tests.result)
    })
}

/// Runs the scenario of transactions with bugs, which the checker must find. Only what a test that fails has printed is shown.
fn planted_bugs(environment: &[(String, String)]) -> Result<(), Failure> {
    let arguments = ["test", "--locked", "-p", "planted-bugs", "--test", "transactions"];
    cargo::run(&[&arguments[..], &["--", "--ignored"]].concat(), environment)
}

/// Runs clients of a broker with TLS, client certificates, passwords and access control lists, and stops the broker.
pub(super) fn secured() -> Result<(), Failure> {
    let _guard = StopServers;
    let folder = kafka::folder("secured-kafka");
    will_start(&folder)?;
    let state = kafka::up(&folder, 1, kafka::Access::Secured)?;
    kafka::allow_everything(&folder, &["User:alice", "User:CN=client"])?;
    let mut environment: Vec<(String, String)> = state.addresses.into_iter().collect();
    environment.push(("EVENTGEN_KAFKA_CLASS_PATH".to_owned(), kafka::class_path()?));
    // One after another: a broker that creates dozens of topics at once knows some of them only seconds later.
    let arguments =
        ["test", "--locked", "-p", "secured-tests", "--", "--ignored", "--nocapture", "--test-threads=1"];
    cargo::run(&arguments, &environment)
}

/// Runs a service on a broker, with a Prometheus and an Alertmanager that the test starts, and stops the broker.
pub(super) fn alerts() -> Result<(), Failure> {
    let _guard = StopServers;
    let folder = kafka::folder("alerts-kafka");
    will_start(&folder)?;
    let state = kafka::up(&folder, 1, kafka::Access::Open)?;
    let environment = [("EVENTGEN_KAFKA".to_owned(), state.address("KAFKA_BOOTSTRAP_SERVERS"))];
    // What the test starts is built before, so that no alert fires for that.
    cargo::run(&["build", "--locked", "-p", "eventgen-cli"], &[])?;
    let arguments = ["test", "--locked", "-p", "alerts-tests", "--test", "alerts"];
    cargo::run(&[&arguments[..], &["--", "--ignored", "--nocapture"]].concat(), &environment)
}

/// Has the servers of a folder stopped at the end. A run that was killed may have left some.
fn will_start(folder: &Path) -> Result<(), Failure> {
    server::down(folder)?;
    STARTED.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(folder.to_owned());
    Ok(())
}

/// Stops the servers when it is dropped, also by a panic.
struct StopServers;

impl Drop for StopServers {
    fn drop(&mut self) {
        stop_servers();
    }
}

pub(super) fn stop_servers() {
    let started = std::mem::take(&mut *STARTED.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
    for folder in started {
        if let Err(failure) = server::down(&folder) {
            eprintln!("error: {failure}");
        }
    }
}
