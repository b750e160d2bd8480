//! The suites that need programs other than Rust: Apache Avro in Java, a real Kafka and a real registry.

use std::path::PathBuf;
use std::sync::Mutex;

use crate::error::Failure;
use crate::{cargo, kafka, maven, python, readme, registry, server};

/// Folders of the servers that this run has started. They are stopped however the run ends.
static STARTED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

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
        // A run that was killed may have left servers.
        server::down(folder)?;
        STARTED.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(folder.clone());
    }
    let (kafka_state, registry_state) = (kafka::up(&kafka_folder, 3)?, registry::up(&registry_folder)?);
    println!("{kafka_state}\n{registry_state}");
    let address = |state: &server::State, name: &str| state.addresses.get(name).cloned().unwrap_or_default();
    let environment = [
        ("EVENTGEN_KAFKA", address(&kafka_state, "KAFKA_BOOTSTRAP_SERVERS")),
        ("EVENTGEN_KAFKA_SASL", address(&kafka_state, "KAFKA_SASL_BOOTSTRAP_SERVERS")),
        ("EVENTGEN_REGISTRY", address(&registry_state, "SCHEMA_REGISTRY_URL")),
        ("EVENTGEN_KAFKA_CLASS_PATH", kafka::class_path()?),
        ("EVENTGEN_PYTHON", python.display().to_string()),
    ]
    .map(|(name, value)| (name.to_owned(), value));
    let tested = real_tests(&environment);
    drop(guard);
    tested.and_then(|()| readme::run_on_real_servers())
}

/// Runs the tests in two rows, each one test after another. Both rows wait for the cluster most of the time, and no
/// topic or group is used in both.
fn real_tests(environment: &[(String, String)]) -> Result<(), Failure> {
    const TEST: &[&str] = &["test", "--locked", "-p", "real-tests"];
    const ROW: &[&str] = &["--test", "real", "--", "--ignored", "--nocapture", "--test-threads=1"];
    /// These tests take half of the time. They share a topic, which one of them fills.
    const LONG: &str = "six_members";
    cargo::run(&[TEST, &["--no-run"]].concat(), environment)?;
    std::thread::scope(|scope| {
        let others = scope.spawn(|| cargo::output(&[TEST, ROW, &["--skip", LONG]].concat(), environment));
        let long = cargo::run(&[TEST, ROW, &[LONG]].concat(), environment);
        let others = others.join().map_err(|_| "the thread of the other tests panicked")?;
        println!("{}", others.text);
        long.and(others.result)
    })
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
