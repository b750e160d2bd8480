//! promtool, the oracle of Prometheus, accepts the rules, and their tests pass.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use eventgen_artifacts::{Exporter, Settings, prometheus};
use eventgen_schema::Contract;
use tempfile::TempDir;

use crate::contracts::samples;
use crate::random;

/// The number of random contracts.
const RANDOM: u64 = 50;
/// promtool runs that are under way at once.
const AT_ONCE: usize = 2;

#[test]
#[ignore = "needs promtool"]
fn rules_of_the_samples_pass_their_tests() {
    let folder = TempDir::new().expect("a folder");
    let mut tests = Vec::new();
    for (name, contract) in samples() {
        for exporter in Exporter::ALL {
            let below = folder.path().join(name).join(exporter.as_str());
            let written = write(&below, &contract, &Settings::new(exporter));
            check(&[written.rules]);
            // The exporters differ in their own expressions, for which one sample is enough.
            if name == "orders" || exporter == Exporter::KafkaExporter {
                tests.push(written.tests);
            }
        }
    }
    test(&tests);
}

#[test]
#[ignore = "needs promtool"]
fn rules_of_random_contracts_pass_their_tests() {
    let folder = TempDir::new().expect("a folder");
    let (mut rules, mut tests) = (Vec::new(), Vec::new());
    for seed in 0..RANDOM {
        let below = folder.path().join(seed.to_string());
        let exporter = Exporter::ALL[usize::try_from(seed).expect("an index") % Exporter::ALL.len()];
        let labels: &[&str] =
            [&["cluster"][..], &["env", "kafka"], &[]][usize::try_from(seed / 4 % 3).expect("an index")];
        let settings = Settings::new(exporter).cluster_labels(labels.iter().copied());
        let written = write(&below, &random::contract(seed), &settings);
        shorten(&written.tests, seed);
        rules.push(written.rules);
        tests.push(written.tests);
    }
    check(&rules);
    test(&tests);
}

#[test]
#[ignore = "needs promtool"]
fn tests_fail_where_a_rule_is_wrong() {
    let folder = TempDir::new().expect("a folder");
    let (_, orders) = samples().into_iter().find(|(name, _)| *name == "orders").expect("a sample");
    let mistakes = [
        ("> 300", "> 500"),
        (" @ end()", ""),
        (">= 0", ">= -1"),
        ("on (cluster, partition)", "on (partition)"),
        // Lag that is older than the window.
        ("time() - min_over_time(", "-1 > min_over_time("),
        ("keep_firing_for: 1h", "keep_firing_for: 1m"),
    ];
    fail(&folder.path().join("exporter"), &orders, Exporter::KafkaExporter, &mistakes);
    let mistakes = [
        ("unless on (cluster)", "unless on ()"),
        ("max(absent_over_time(", "min(absent("),
        ("eventgen_hold_reason!=\"breaker\"", "eventgen_hold_reason!=\"registry\""),
        ("eventgen_rebalance_kind=\"assign\"", "eventgen_rebalance_kind=\"revoke\""),
        ("_breaker_open", "_breaker_opened"),
        ("/ on (cluster, group)", "/ on (group)"),
        ("commit_failures_total", "commit_failed_total"),
        ("producer_failures_total", "producer_failed_total"),
        ("lost_records_total", "lost_total"),
        ("consumer_lag_seconds", "consumer_lag"),
        // What a process has counted before its first scrape, and what it had counted before a gap.
        (" * 0) > 0", ") > 0"),
        ("[1h] offset ", "[1m] offset "),
        ("[1h]) > 0)", "[10m]) > 0)"),
    ];
    fail(&folder.path().join("runtime"), &orders, Exporter::Runtime, &mistakes);
}

#[test]
#[ignore = "needs promtool"]
fn rules_of_outboxes_pass_their_tests_which_fail_where_a_rule_is_wrong() {
    let tables = ["outbox", "orders.outbox"];
    for cluster in [&["cluster"][..], &["env", "kafka"], &[]] {
        let folder = TempDir::new().expect("a folder");
        let settings = Settings::new(Exporter::KafkaExporter).cluster_labels(cluster.iter().copied());
        let written = Written {
            rules: save(folder.path(), prometheus::outbox_rules(&tables, &settings).expect("rules")),
            tests: save(folder.path(), prometheus::outbox_tests(&tables, &settings).expect("tests")),
        };
        check(std::slice::from_ref(&written.rules));
        test(std::slice::from_ref(&written.tests));
        let mistakes =
            [("> 300", "> 900"), ("relay{", "relays{"), ("parked{", "parks{"), ("absent(", "count(")];
        refuse(&written, &mistakes);
    }
}

/// Fails unless the tests fail with each of these texts replaced by another.
fn fail(folder: &Path, contract: &Contract, exporter: Exporter, mistakes: &[(&str, &str)]) {
    refuse(&write(folder, contract, &Settings::new(exporter)), mistakes);
}

fn refuse(written: &Written, mistakes: &[(&str, &str)]) {
    let rules = fs::read_to_string(&written.rules).expect("rules");
    for (from, to) in mistakes {
        assert!(rules.contains(from), "no `{from}` in the rules");
        fs::write(&written.rules, rules.replace(from, to)).expect("a file");
        let outcome = promtool(&["test", "rules"], std::slice::from_ref(&written.tests));
        assert!(outcome.is_err(), "`{to}` instead of `{from}` passes the tests");
    }
}

/// Files of one contract.
struct Written {
    rules: PathBuf,
    tests: PathBuf,
}

fn write(folder: &Path, contract: &Contract, settings: &Settings) -> Written {
    Written {
        rules: save(folder, prometheus::rules(contract, settings).expect("rules")),
        tests: save(folder, prometheus::tests(contract, settings).expect("tests")),
    }
}

fn save(folder: &Path, file: eventgen_artifacts::File) -> PathBuf {
    let path = folder.join(&file.path);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(&path, file.text).expect("a file");
    path
}

/// Leaves one scenario of a test, the next one for each seed: all of them for each contract would take minutes.
fn shorten(tests: &Path, seed: u64) {
    const START: &str = "\n  # ";
    let text = fs::read_to_string(tests).expect("tests");
    let mut scenarios = text.split(START);
    let head = scenarios.next().expect("a head").to_owned();
    let scenarios: Vec<&str> = scenarios.collect();
    let seed = usize::try_from(seed).expect("an index");
    let kept = scenarios[seed % scenarios.len()];
    fs::write(tests, [head.as_str(), kept].join(START)).expect("a file");
}

fn check(rules: &[PathBuf]) {
    promtool(&["check", "rules", "--lint=all", "--lint-fatal"], rules)
        .unwrap_or_else(|printed| panic!("{printed}"));
}

fn test(tests: &[PathBuf]) {
    thread::scope(|scope| {
        let rows: Vec<_> = (0..AT_ONCE.min(tests.len()))
            .map(|row| {
                let tests: Vec<PathBuf> = tests.iter().skip(row).step_by(AT_ONCE).cloned().collect();
                scope.spawn(move || promtool(&["test", "rules"], &tests))
            })
            .collect();
        for row in rows {
            row.join().expect("no panic").unwrap_or_else(|printed| panic!("{printed}"));
        }
    });
}

/// Runs promtool. The error is what it printed.
fn promtool(arguments: &[&str], files: &[PathBuf]) -> Result<(), String> {
    let output = Command::new("promtool").args(arguments).args(files).output().expect("promtool runs");
    if output.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}
