//! Members of a group join and leave while the group consumes a backlog. Every record is handled, the records of each key in
//! order, and a stable group makes progress.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use eventgen::{Client, PartitionLag, Producer, TopicEvents as _, TopicOverrides};
use orders::events::com::example::orders::OrdersEventsV1;
use real_tests::backlog::{Backlog, LARGE, SMALL};

use crate::handled::{Handled, Position};
use crate::members::Members;
use crate::plan::Plan;

/// A group of the classic protocol, whose members choose their session timeout.
const CLASSIC: &[&str] = &["session.timeout.ms=6000", "heartbeat.interval.ms=1000"];
/// A group of the new protocol (KIP-848), for which `cargo xtask` gives the brokers the same timeouts.
const NEXT: &[&str] = &["group.protocol=consumer"];

/// How long a handler takes while members join and leave. Three active members, the average, need longer for the backlog than
/// the plan lasts.
const SLOW: Duration = Duration::from_millis(12);
/// How long a handler takes if one member consumes the whole backlog.
const QUICK: Duration = Duration::from_millis(8);

/// How long a stable group may make no progress.
const STALLED_AFTER: Duration = Duration::from_secs(30);
/// How long the rest of a backlog may take. A single member needs 3 minutes for the large one.
const CATCHES_UP_WITHIN: Duration = Duration::from_secs(600);

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn up_to_six_members_join_and_leave_and_the_group_never_stalls() {
    come_and_go::<LARGE>("six-members", CLASSIC, Duration::from_secs(60)).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn up_to_six_members_of_the_new_protocol_join_and_leave_and_the_group_never_stalls() {
    come_and_go::<LARGE>("six-members-kip-848", NEXT, Duration::from_secs(40)).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn partitions_that_return_from_a_second_member_are_consumed_further() {
    lend_and_return("returned", CLASSIC).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn partitions_that_return_from_a_second_member_of_the_new_protocol_are_consumed_further() {
    lend_and_return("returned-kip-848", NEXT).await;
}

/// Members join and leave as planned. Then the remaining ones consume the rest.
async fn come_and_go<const RECORDS: usize>(name: &str, settings: &'static [&'static str], lasting: Duration) {
    let test = Test::<RECORDS>::prepare(name).await;
    let plan = Plan::new(lasting);
    let mut members = Members::new(RECORDS, &test.group, &test.folder, settings, SLOW);
    let begun = Instant::now();
    for step in &plan.steps {
        tokio::time::sleep(step.at.saturating_sub(begun.elapsed())).await;
        members.remove_ended();
        println!("{:>6.1} s  {}", begun.elapsed().as_secs_f32(), step.action);
        step.action.apply(&mut members);
    }
    tokio::time::sleep(lasting.saturating_sub(begun.elapsed())).await;
    let left = members.settle();
    println!("{:>6.1} s  {left} members are left, lag {}", begun.elapsed().as_secs_f32(), test.lag().await);
    test.finish(members).await;
    println!("{name}, seed {}: {}", plan.seed, plan.counts());
}

/// A second member joins while partitions of the first one are paused because they are full, and leaves again.
async fn lend_and_return(name: &str, settings: &'static [&'static str]) {
    let test = Test::<SMALL>::prepare(name).await;
    let mut members = Members::new(SMALL, &test.group, &test.folder, settings, QUICK);
    members.join();
    tokio::time::sleep(Duration::from_secs(5)).await;
    let second = members.join();
    tokio::time::sleep(Duration::from_secs(14)).await;
    members.leave(second);
    members.settle();
    println!("the second member has left, lag {}", test.lag().await);
    test.finish(members).await;
}

/// A backlog, and a group that has committed none of it.
struct Test<const RECORDS: usize> {
    client: Client,
    group: String,
    /// The folder for the files of the members.
    folder: PathBuf,
}

impl<const RECORDS: usize> Test<RECORDS> {
    const TOPIC: &str = Backlog::<RECORDS>::TOPIC.name;

    async fn prepare(name: &str) -> Self {
        let client = crate::client();
        let topics = [Backlog::<RECORDS>::TOPIC];
        client.create_topics(&topics, TopicOverrides::default()).await.expect("topics");
        client.register::<OrdersEventsV1>().await.expect("schemas");
        // The tests may run several times on one cluster, and a group that has committed its backlog has none left.
        let run = SystemTime::UNIX_EPOCH.elapsed().expect("after 1970").as_secs();
        let group = format!("{name}-{run}");
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(&group);
        fs::create_dir_all(&folder).expect("a folder");
        let test = Self { client, group, folder };
        match test.lag().await {
            0 => test.produce().await,
            lag => assert_eq!(
                lag,
                records(RECORDS),
                "an earlier run has written only a part of the backlog: start a new cluster"
            ),
        }
        test
    }

    async fn produce(&self) {
        let begun = Instant::now();
        let producer = Producer::<Backlog<RECORDS>>::new(&self.client).await.expect("a producer");
        for number in 0..RECORDS {
            producer.enqueue(&Backlog::<RECORDS>::record(number)).await.expect("enqueued");
        }
        producer.flush().await.expect("all acknowledged");
        println!("{RECORDS} records on {} in {:.1} s", Self::TOPIC, begun.elapsed().as_secs_f32());
    }

    /// Waits until the remaining members have caught up. Then all records have been handled, those of each key in order.
    async fn finish(self, mut members: Members) {
        self.catch_up(&mut members).await;
        members.leave_all();
        let handled = Handled::read(&self.folder, RECORDS);
        println!("{}: {handled}", self.group);
        let some = |positions: &[Position]| format!("{:?}", &positions[..positions.len().min(20)]);
        assert!(handled.lost.is_empty(), "lost {}: {}", handled.lost.len(), some(&handled.lost));
        let reordered = &handled.reordered;
        assert!(reordered.is_empty(), "reordered {}: {}", reordered.len(), some(reordered));
        assert_eq!(handled.total - handled.duplicates, RECORDS);
        fs::remove_dir_all(&self.folder).expect("the folder is removed");
    }

    /// Waits until the group has no lag.
    ///
    /// # Panics
    /// If no partition makes progress. The message has the lag of each partition.
    async fn catch_up(&self, members: &mut Members) {
        let begun = Instant::now();
        let mut partitions = self.partitions().await;
        let mut moved = vec![Instant::now(); partitions.len()];
        loop {
            let now = self.partitions().await;
            for ((moved, before), now) in moved.iter_mut().zip(&partitions).zip(&now) {
                if before != now {
                    *moved = Instant::now();
                }
            }
            partitions = now;
            if partitions.iter().all(|partition| partition.records == 0) {
                println!("caught up after {:.1} s", begun.elapsed().as_secs_f32());
                return;
            }
            let last = moved.iter().max().expect("a topic has partitions");
            assert!(last.elapsed() < STALLED_AFTER, "the group has stalled:\n{}", table(&partitions, &moved));
            assert!(
                begun.elapsed() < CATCHES_UP_WITHIN,
                "the group still lags:\n{}",
                table(&partitions, &moved)
            );
            members.remove_ended();
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }

    async fn partitions(&self) -> Vec<PartitionLag> {
        let mut lag = self.client.lag(&self.group, Self::TOPIC).await.expect("lag");
        lag.sort_by_key(|partition| partition.partition);
        lag
    }

    async fn lag(&self) -> u64 {
        self.partitions().await.iter().map(|partition| partition.records).sum()
    }
}

fn records(count: usize) -> u64 {
    u64::try_from(count).expect("a count fits")
}

/// The lag of each partition, and how long it has made no progress.
fn table(partitions: &[PartitionLag], moved: &[Instant]) -> String {
    let mut table = String::new();
    for (PartitionLag { partition, committed, end, records, .. }, moved) in partitions.iter().zip(moved) {
        let committed = committed.map_or("nothing".to_owned(), |offset| offset.to_string());
        let seconds = moved.elapsed().as_secs();
        let _ = writeln!(
            table,
            "  partition {partition:>2}: committed {committed:>7} of {end:>7}, lag {records:>7}, no progress for {seconds} s"
        );
    }
    table
}
