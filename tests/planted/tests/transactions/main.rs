//! Each planted bug of transactions is found by the scenario `copy` or `copy-retries`, and the same run without it is
//! valid. Both have the fault that brings the bug to light. The cluster is a real one, because the embedded one has no
//! transactions; members are processes.
//!
//! A bug shows only if a member is killed, or a request is late, at the wrong moment. A run in which this did not happen is
//! repeated with another seed.

mod late_ends;

use std::path::Path;
use std::time::Duration;

use chaos_tests::checker::Anomaly;
use chaos_tests::cluster::Cluster;
use chaos_tests::protocol::Protocol;
use chaos_tests::scenarios::copy::{Bounce, copy, copy_with_retries};
use chaos_tests::trial::{Setup, Size, Trial};
use late_ends::LateEnds;

/// A run of the scenario.
#[derive(Debug, Clone, Copy)]
struct Run {
    /// The planted bug.
    bug: Option<&'static str>,
    /// What happens to requests to commit.
    fault: Option<&'static str>,
    /// Whether requests to commit that were late arrive at any moment later.
    has_late_ends: bool,
    /// Whether records wait in retry topics.
    has_retries: bool,
}

/// A run without any of them.
const PLAIN: Run = Run { bug: None, fault: None, has_late_ends: false, has_retries: false };

/// In how many runs a bug must show once.
const RUNS: u64 = 3;

impl Run {
    /// Runs it with this seed. Returns the anomalies.
    async fn found(self, seed: u64) -> Vec<Anomaly> {
        let variable = |name: &str| std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set"));
        let cluster = Cluster {
            brokers: variable("EVENTGEN_KAFKA"),
            registry: variable("EVENTGEN_REGISTRY"),
            control: Vec::new(),
        };
        let scenario = if self.has_retries { "copy-retries" } else { "copy" };
        let name = format!("{}-{}-{seed}", self.fault.unwrap_or(scenario), self.bug.unwrap_or("valid"));
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(&name);
        // The histories of the last time.
        let _ = std::fs::remove_dir_all(&folder);
        let brokers = cluster.brokers.clone();
        let mut trial = Trial::new(Setup {
            cluster,
            name,
            protocol: Protocol::Classic,
            seed,
            size: Size { records: 8_000, lasting: Duration::from_secs(16) },
            folder,
            member: Path::new(env!("CARGO_BIN_EXE_planted-member")).to_owned(),
        })
        .await
        .expect("a run");
        let variables = [("EVENTGEN_PLANTED", self.bug), ("EVENTGEN_FAULT", self.fault)];
        let variables =
            variables.iter().filter_map(|(name, value)| Some(((*name).to_owned(), (*value)?.to_owned())));
        trial.members.consuming.environment = variables.collect();
        let late_ends =
            self.has_late_ends.then(|| LateEnds::start(&brokers, &trial.folder, trial.transactional_ids()));
        let happened = if self.has_retries {
            // A kill that happens to hit a member without a record that has failed does not show the bug.
            copy_with_retries(&mut trial, Bounce::KILLS).await
        } else {
            copy(&mut trial, Bounce::OF_MEMBERS).await
        };
        if let Err(failure) = &happened {
            println!("{failure}");
        }
        let outcome = trial.finish(happened).await;
        println!("{self:?}\n{:?}\n{:?}\n{}", outcome.notes, outcome.figures, outcome.findings);
        if let Some(late_ends) = late_ends {
            let sent = late_ends.finish();
            println!("{sent} late requests");
            assert!(sent > 0, "no request was late");
        }
        outcome.findings.kinds()
    }
}

/// Runs the scenario with the bug and without it until the bug shows. The run without it must be valid each time.
async fn is_a_duplicate_write(run: Run) {
    let mut missed = Vec::new();
    for seed in 1..=RUNS {
        let (planted, valid) = tokio::join!(run.found(seed), Run { bug: None, ..run }.found(seed));
        assert_eq!(valid, [], "without the bug");
        if planted.contains(&Anomaly::DuplicateWrite) {
            return;
        }
        missed.push(planted);
    }
    panic!("the bug did not show in {RUNS} runs: {missed:?}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn offsets_outside_of_the_transaction_are_a_duplicate_write() {
    let bug = Some("offsets-outside-transaction");
    is_a_duplicate_write(Run { bug, ..PLAIN }).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn outputs_that_are_sent_before_the_abort_is_known_are_a_duplicate_write() {
    let bug = Some("sent-before-abort-is-known");
    is_a_duplicate_write(Run { bug, fault: Some("answer-lost"), ..PLAIN }).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn a_producer_that_is_kept_after_an_ambiguous_commit_is_a_duplicate_write() {
    let bug = Some("producer-kept");
    is_a_duplicate_write(Run { bug, fault: Some("request-late"), has_late_ends: true, ..PLAIN }).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn retry_records_outside_of_the_transaction_are_a_duplicate_write() {
    let bug = Some("retry-record-outside");
    is_a_duplicate_write(Run { bug, has_retries: true, ..PLAIN }).await;
}
