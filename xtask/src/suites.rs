//! `cargo xtask test`: every suite in turn, and a table of what ran and what did not and why.

use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::sync::Mutex;
use std::time::Instant;

use crate::error::{Context as _, Failure};
use crate::folders::repository;
use crate::{corpus, kafka, maven, packages, python, readme, registry, server, sizes};

/// Folders with servers that this run has started. Whatever happens, they are stopped.
static STARTED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

enum Outcome {
    Passed,
    Failed,
    Skipped(String),
}

struct Ran {
    name: &'static str,
    outcome: Outcome,
    seconds: f32,
}

/// Runs all suites. The first that fails is the last that runs.
pub(crate) fn run(no_real: bool) -> Result<ExitCode, Failure> {
    ctrlc::set_handler(|| {
        stop_servers();
        std::process::exit(130);
    })
    .context("catching signals")?;
    let mut ran = Vec::new();
    for (name, suite) in suites() {
        let failed = ran.iter().any(|ran: &Ran| matches!(ran.outcome, Outcome::Failed));
        println!("── {name} {}", "─".repeat(70_usize.saturating_sub(name.len())));
        let started = Instant::now();
        let outcome = match reason_to_skip(name, no_real) {
            _ if failed => Outcome::Skipped("an earlier suite failed".to_owned()),
            // A continuous integration that skips the real servers would prove little.
            Some(reason) if is_ci() && !no_real => {
                eprintln!("error: CI=true and {reason}");
                Outcome::Failed
            }
            Some(reason) => Outcome::Skipped(reason),
            None => match suite() {
                Ok(()) => Outcome::Passed,
                Err(failure) => {
                    eprintln!("error: {failure}");
                    Outcome::Failed
                }
            },
        };
        ran.push(Ran { name, outcome, seconds: started.elapsed().as_secs_f32() });
    }
    Ok(print_table(&ran))
}

type Suite = fn() -> Result<(), Failure>;

/// The name of the suite that needs servers.
const REAL: &str = "real Kafka and registry";
/// The name of the suite that needs Java and no servers.
const APACHE: &str = "Apache Avro in Java";

fn suites() -> [(&'static str, Suite); 11] {
    [
        ("format", || cargo(&["fmt", "--all", "--check"], &[])),
        ("sizes", sizes::check),
        ("packages", packages::check),
        ("lints", || {
            cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"], &[])
        }),
        ("features", features),
        ("tests", || cargo(&["test", "--workspace", "--locked"], &[])),
        ("documentation", || {
            cargo(
                &["doc", "--workspace", "--no-deps", "--locked"],
                &[("RUSTDOCFLAGS".to_owned(), "-D warnings".to_owned())],
            )
        }),
        ("readme", readme::check),
        ("corpus", || {
            // A few schemas only: that the command works. Over public ones it takes minutes.
            let code = corpus::run(&repository().join("tests").join("conformance").join("schemas"))?;
            if code == ExitCode::SUCCESS { Ok(()) } else { Err("a valid schema did not come through".into()) }
        }),
        (APACHE, apache),
        (REAL, real),
    ]
}

fn is_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true")
}

fn reason_to_skip(suite: &str, no_real: bool) -> Option<String> {
    let needed: &[&str] = match suite {
        REAL => &["java", "mvn", "python3"],
        APACHE => &["java", "mvn"],
        _ => return None,
    };
    if no_real {
        return Some("--no-real".to_owned());
    }
    let missing: Vec<&str> = needed.iter().copied().filter(|program| !maven::has(program)).collect();
    (!missing.is_empty())
        .then(|| format!("{} not found (see the README's prerequisites)", missing.join(", ")))
}

fn cargo(arguments: &[&str], environment: &[(String, String)]) -> Result<(), Failure> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(arguments).current_dir(repository());
    for (name, value) in environment {
        command.env(name, value);
    }
    let status = command.status().context("cargo")?;
    if status.success() { Ok(()) } else { Err(format!("cargo {} failed", arguments.join(" ")).into()) }
}

/// The feature sets that no package of the workspace asks for, and that need no C compiler.
const FEATURE_SETS: [(&str, &[&str]); 9] = [
    ("eventgen-avro", &[]),
    ("eventgen-avro", &["jiff"]),
    ("eventgen-avro", &["jiff", "rust_decimal", "serde"]),
    ("eventgen-registry", &[]),
    ("eventgen-schema", &[]),
    ("eventgen-schema", &["protobuf"]),
    ("eventgen-schema", &["render"]),
    ("eventgen-codegen", &[]),
    ("eventgen-derive", &[]),
];

/// Checks each set by itself: in a build of the workspace the features of all its packages are on.
fn features() -> Result<(), Failure> {
    FEATURE_SETS.iter().try_for_each(|(package, features)| {
        let features = features.join(",");
        let arguments =
            ["clippy", "--locked", "-p", package, "--no-default-features", "--features", &features];
        cargo(&[&arguments[..], &["--", "-D", "warnings"]].concat(), &[])
    })
}

/// The Avro front end, what generated code writes, and plans beside Apache's own.
fn apache() -> Result<(), Failure> {
    let folder = maven::avro()?;
    let environment = [
        ("EVENTGEN_AVRO_CLASS_PATH".to_owned(), folder.join("*").display().to_string()),
        ("EVENTGEN_AVRO_TEST_FILES".to_owned(), folder.join("tests").display().to_string()),
    ];
    let arguments = ["test", "--locked", "-p", "avro-tests", "-p", "conformance-tests"];
    let tests = ["--test", "apache", "--test", "java_bytes", "--test", "java_resolution"];
    let options = ["--", "--ignored", "--nocapture"];
    cargo(&[&arguments[..], &tests, &options].concat(), &environment)
}

/// The tests on three real brokers and a real registry, which end with them.
fn real() -> Result<(), Failure> {
    let guard = StopServers;
    let python = python::interpreter()?;
    let (kafka_folder, registry_folder) = (kafka::folder("test-kafka"), registry::folder("test-registry"));
    for folder in [&kafka_folder, &registry_folder] {
        // What a run that was killed has left behind.
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
    let arguments =
        ["test", "--locked", "-p", "real-tests", "--", "--ignored", "--nocapture", "--test-threads=1"];
    let tested = cargo(&arguments, &environment);
    drop(guard);
    tested.and_then(|()| readme::run_on_real_servers())
}

/// Stops servers when it is dropped, by a panic too.
struct StopServers;

impl Drop for StopServers {
    fn drop(&mut self) {
        stop_servers();
    }
}

fn stop_servers() {
    let started = std::mem::take(&mut *STARTED.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
    for folder in started {
        if let Err(failure) = server::down(&folder) {
            eprintln!("error: {failure}");
        }
    }
}

fn print_table(ran: &[Ran]) -> ExitCode {
    println!("\n{:<26} {:<8} {:>8}", "suite", "outcome", "seconds");
    for Ran { name, outcome, seconds } in ran {
        let (word, reason) = match outcome {
            Outcome::Passed => ("passed", String::new()),
            Outcome::Failed => ("FAILED", String::new()),
            Outcome::Skipped(reason) => ("skipped", format!("  {reason}")),
        };
        println!("{name:<26} {word:<8} {seconds:>8.1}{reason}");
    }
    let count = |wanted: fn(&Outcome) -> bool| ran.iter().filter(|ran| wanted(&ran.outcome)).count();
    let passed = count(|outcome| matches!(outcome, Outcome::Passed));
    let failed = count(|outcome| matches!(outcome, Outcome::Failed));
    let skipped = count(|outcome| matches!(outcome, Outcome::Skipped(_)));
    println!("\nsuites: {passed} passed, {failed} failed, {skipped} skipped");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
