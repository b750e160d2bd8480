//! Each planted bug is found, and the same run without it is valid. The cluster is embedded; members are processes.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chaos_tests::Failure;
use chaos_tests::checker::{Anomaly, Replays};
use chaos_tests::cluster::Cluster;
use chaos_tests::feed::{Feed, Mix};
use chaos_tests::history::{Key, Line, Writer, now};
use chaos_tests::protocol::Protocol;
use chaos_tests::stream::com::example::chaos::{Chaos, Fate, Step};
use chaos_tests::trial::{Setup, Size, Trial};
use eventgen::{Producer, Topic, TopicEvents as _};
use eventgen_testkit::TestCluster;

/// A run on an embedded cluster.
struct Run {
    trial: Trial,
    /// Stops when it is dropped.
    cluster: TestCluster,
}

impl Run {
    async fn new(bug: &str, is_planted: bool, partitions: u32, records: u32) -> Result<Self, Failure> {
        let embedded = TestCluster::start()?;
        let cluster = Cluster {
            brokers: embedded.bootstrap_servers(),
            registry: embedded.schema_registry().url().clone(),
            control: Vec::new(),
        };
        let name = format!("{bug}-{}", if is_planted { "planted" } else { "absent" });
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(&name);
        // The histories of the last time.
        let _ = std::fs::remove_dir_all(&folder);
        let mut trial = Trial::new(Setup {
            cluster,
            name,
            protocol: Protocol::Classic,
            seed: 1,
            size: Size { records, lasting: Duration::ZERO },
            folder,
            member: Path::new(env!("CARGO_BIN_EXE_planted-member")).to_owned(),
        })
        .await?;
        let topic = trial.client.topic(&Chaos::TOPIC.with_partitions(partitions));
        embedded.create_topic(&topic)?;
        // The mock coordinator lets a member that joins wait for almost a session timeout.
        trial.members.consuming.settings =
            ["session.timeout.ms=3000", "heartbeat.interval.ms=500"].map(str::to_owned).to_vec();
        trial.members.consuming.environment =
            is_planted.then(|| ("EVENTGEN_PLANTED".to_owned(), bug.to_owned())).into_iter().collect();
        Ok(Self { trial, cluster: embedded })
    }

    async fn finish(self, scenario: Result<(), Failure>) -> Vec<Anomaly> {
        if let Err(failure) = &scenario {
            println!("{failure}");
        }
        let outcome = self.trial.finish(scenario).await;
        println!("{:?}\n{}", outcome.figures, outcome.findings);
        outcome.findings.kinds()
    }
}

/// Runs a scenario with a bug and without it. Returns the anomalies of both.
macro_rules! both {
    ($bug:expr, $scenario:ident) => {
        tokio::join!($scenario($bug, true), $scenario($bug, false))
    };
}

async fn seconds(count: u64) {
    tokio::time::sleep(Duration::from_secs(count)).await;
}

fn feed(trial: &mut Trial, keys: u32, mix: Mix) -> Feed {
    Feed { mix, ..trial.feed(keys) }
}

/// A member is killed while it handles records, and another one handles the rest.
async fn killed(bug: &str, is_planted: bool) -> Vec<Anomaly> {
    let mut run = Run::new(bug, is_planted, 4, 3_000).await.expect("a run");
    let trial = &mut run.trial;
    trial.replays = Replays::PerKill(400);
    let scenario = async {
        let feed = feed(trial, 40, Mix::default());
        trial.start(feed)?;
        trial.fed().await?;
        trial.members.consuming.millis = 30;
        let first = trial.members.join()?;
        seconds(6).await;
        trial.members.kill(first)?;
        trial.members.consuming.millis = 1;
        trial.members.join().map(drop)
    };
    let scenario = scenario.await;
    run.finish(scenario).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_before_handling_is_a_poll_skip() {
    let (planted, valid) = both!("commit-before-handling", killed);
    assert_eq!(planted, [Anomaly::PollSkip]);
    assert_eq!(valid, []);
}

/// A member handles a backlog, some records of which fail, are rejected or do not decode.
async fn mixed(bug: &str, is_planted: bool) -> Vec<Anomaly> {
    let mut run = Run::new(bug, is_planted, 4, 2_000).await.expect("a run");
    let trial = &mut run.trial;
    let scenario = async {
        let mix = Mix { poison: 100, rejected: 100, fails_always: 100, fails_once: 100, ..Mix::default() };
        let feed = feed(trial, 40, mix);
        trial.start(feed)?;
        trial.members.join().map(drop)
    };
    let scenario = scenario.await;
    run.finish(scenario).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_order_of_a_key_is_a_nonmonotonic_poll() {
    let (planted, valid) = both!("key-order-broken", mixed);
    assert_eq!(planted, [Anomaly::Nonmonotonic, Anomaly::Overlap]);
    assert_eq!(valid, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_dead_letter_is_missing() {
    let (planted, valid) = both!("dead-letter-dropped", mixed);
    assert_eq!(planted, [Anomaly::LetterMissing]);
    assert_eq!(valid, []);
}

/// A member is full and has paused its partitions when a second one joins and leaves again.
async fn lent(bug: &str, is_planted: bool) -> Vec<Anomaly> {
    // A partition has more records than a member holds of it. All keys are handled at once, so that records wait behind those
    // of their key, and no key has enough waiting records to be deferred.
    let mut run = Run::new(bug, is_planted, 4, 120_000).await.expect("a run");
    let trial = &mut run.trial;
    (trial.watch.patience, trial.watch.turn) = (Duration::from_secs(12), Duration::from_secs(12));
    let scenario = async {
        let feed = feed(trial, 200, Mix::default());
        trial.start(feed)?;
        trial.fed().await?;
        trial.members.consuming.concurrency = 256;
        trial.members.consuming.millis = 200;
        let first = trial.members.join()?;
        // By then it has fetched what it holds, on a slow machine too.
        until(&history(trial, first), |text| text.lines().count() > 10_000).await?;
        let second = trial.members.join()?;
        until(&history(trial, second), |text| text.lines().count() > 1_000).await?;
        trial.members.leave(second)?;
        trial.members.settle().await?;
        trial.wait(Duration::from_secs(20)).await?;
        // A fast member handles the rest.
        trial.members.leave_all().await?;
        trial.members.consuming.millis = 0;
        trial.members.join().map(drop)
    };
    let scenario = scenario.await;
    run.finish(scenario).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_that_is_kept_is_a_stall() {
    let (planted, valid) = both!("pause-not-reset", lent);
    // The mock coordinator accepts no commit while it rebalances.
    let but_replays = |found: Vec<Anomaly>| found.into_iter().filter(|anomaly| *anomaly != Anomaly::Replays);
    assert!(but_replays(planted).eq([Anomaly::Stalled]));
    assert_eq!(but_replays(valid).next(), None);
}

/// Records of one key in partition 0, which a second member is given: ten, one whose handler blocks its thread, and more than
/// ten others.
async fn blocking_records(trial: &mut Trial, blocks: Duration) -> Result<(), Failure> {
    let producer = Producer::<Chaos>::new(&trial.client).await?;
    let history = Writer::open(&trial.producer_file(0))?;
    for number in 0..100 {
        let key = Key { producer: 0, number };
        for sequence in 0..40 {
            let blocking = sequence == 10;
            // A worker reports what is done before the next handler blocks its thread.
            let millis = if blocking { i32::try_from(blocks.as_millis())? } else { 20 };
            let event = Step {
                run: trial.run,
                key: key.to_string(),
                sequence: i32::try_from(sequence)?,
                fate: if blocking { Fate::Blocks } else { Fate::Handled },
                millis,
                padding: Vec::new(),
            };
            let at = producer.send(&event).await?;
            let (time, partition, offset) = (now(), at.partition, at.offset);
            history.write(&Line::Acknowledged { time, key, sequence, partition, offset })?;
            if partition != 0 {
                break;
            }
            if sequence == 39 {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// The history of a member.
fn history(trial: &Trial, member: u16) -> PathBuf {
    trial.folder.join(format!("member-{member:03}"))
}

/// Waits until a file has a content.
async fn until(path: &Path, is_there: impl Fn(&str) -> bool) -> Result<(), Failure> {
    for _ in 0..1_200 {
        if is_there(&std::fs::read_to_string(path).unwrap_or_default()) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Err(format!("waited 120 s for {}", path.display()).into())
}

/// A handler blocks its thread while its partition leaves the member and returns to it. Its end is reported for an assignment
/// that is over.
async fn returned(bug: &str, is_planted: bool) -> Vec<Anomaly> {
    let mut run = Run::new(bug, is_planted, 2, 0).await.expect("a run");
    let trial = &mut run.trial;
    trial.replays = Replays::PerKill(100);
    trial.watch.patience = Duration::from_secs(60);
    let scenario = async {
        blocking_records(trial, Duration::from_secs(30)).await?;
        trial.members.consuming.arguments.push("--drain=500".to_owned());
        let first = trial.members.join()?;
        let blocked = history(trial, first);
        let log = blocked.with_extension("log");
        until(&blocked, |text| text.contains("start 10 ")).await?;
        let second = trial.members.join()?;
        // The second member is given the partition, and handles the record too.
        until(&history(trial, second), |text| text.contains(" 0 10 1\n")).await?;
        // A handler that blocks a thread may keep its member from leaving.
        trial.members.kill(second)?;
        until(&log, |text| {
            let assigned =
                text.lines().filter(|line| line.contains(" assigned ") && line.contains("chaos/0"));
            assigned.count() == 2
        })
        .await?;
        // The first handler ends after its partition has returned.
        until(&blocked, |text| text.contains("end 10 ")).await?;
        seconds(1).await;
        trial.members.kill(first)?;
        trial.members.consuming.arguments.push("--never-blocks".to_owned());
        trial.members.join().map(drop)
    };
    let scenario = scenario.await;
    run.finish(scenario).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_of_an_earlier_assignment_is_a_poll_skip() {
    let (planted, valid) = both!("stale-epoch-accepted", returned);
    // A handler that blocks its thread cannot be cancelled, and may run beside the next owner of its partition.
    let but_overlaps = |found: Vec<Anomaly>| found.into_iter().filter(|anomaly| *anomaly != Anomaly::Overlap);
    assert!(but_overlaps(planted).eq([Anomaly::PollSkip]));
    assert_eq!(but_overlaps(valid).next(), None);
}

/// A member handles a backlog, some records of which fail twice and wait in retry topics.
async fn delayed(bug: &str, is_planted: bool) -> Vec<Anomaly> {
    let mut run = Run::new(bug, is_planted, 4, 1_000).await.expect("a run");
    let trial = &mut run.trial;
    for name in trial.retry_topics() {
        run.cluster.create_topic(&Topic::new(name.leak()).with_partitions(4)).expect("a retry topic");
    }
    trial.with_retry_topics();
    let scenario = async {
        let feed = feed(trial, 20, Mix { fails_once: 300, ..Mix::default() });
        trial.start(feed)?;
        trial.members.join().map(drop)
    };
    let scenario = scenario.await;
    run.finish(scenario).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follower_that_overtakes_is_a_nonmonotonic_poll() {
    let (planted, valid) = both!("follower-overtakes", delayed);
    assert_eq!(planted, [Anomaly::Nonmonotonic]);
    assert_eq!(valid, []);
}
