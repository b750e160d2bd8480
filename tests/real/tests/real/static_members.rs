//! Static members: a restart causes no rebalance, and two instances with one name end with an error.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use eventgen::observe::{ConsumerEvent, Observer};
use eventgen::{Client, Consumer, ConsumerHandle, Error, Report, RunError};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::faults::topics::{STATIC, Scripted, prepared};

const PATIENCE: Duration = Duration::from_secs(90);
/// Longer than a member needs to notice a rebalance, which a heartbeat tells it, and shorter than the session timeout. The
/// heartbeats of the new protocol are set by the brokers: `cargo xtask` sets 1 s, and 6 s for the session.
const SETTLES: Duration = Duration::from_secs(8);
const SETTLES_NEXT: Duration = Duration::from_secs(3);

/// Counts the rebalances of a member.
#[derive(Default)]
struct Rebalances(AtomicUsize);

impl Observer for Rebalances {
    fn on_consumer_event(&self, _: &str, event: &ConsumerEvent<'_>) {
        if let ConsumerEvent::Assigned { .. } | ConsumerEvent::Revoked { .. } = event {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// A member that runs until it is stopped.
struct Member {
    handle: ConsumerHandle,
    rebalances: Arc<Rebalances>,
    stop: oneshot::Sender<()>,
    run: JoinHandle<Result<Report, RunError>>,
}

impl Member {
    fn start(client: &Client, group: &str, protocol: &str, instance: &str) -> Self {
        let accepting = Scripted::<STATIC, _>(async |_, _| Ok(()));
        let rebalances = Arc::new(Rebalances::default());
        let consumer = Consumer::new(client, group)
            .subscribe(accepting)
            .instance_id(instance)
            .set("group.protocol", protocol)
            .observe(rebalances.clone());
        let handle = consumer.handle();
        let (stop, stopped) = oneshot::channel();
        let run = tokio::spawn(consumer.run_until(async { drop(stopped.await) }));
        Self { handle, rebalances, stop, run }
    }

    fn partitions(&self) -> BTreeSet<i32> {
        self.handle.partitions().iter().map(|partition| partition.partition).collect()
    }

    async fn has(&self, partitions: usize) {
        let assigned = async {
            while self.partitions().len() != partitions || !self.handle.is_ready() {
                sleep(Duration::from_millis(50)).await;
            }
        };
        let ended = timeout(PATIENCE, assigned).await;
        ended.unwrap_or_else(|_| panic!("{:?} instead of {partitions}", self.partitions()));
    }

    async fn stop(self) {
        drop(self.stop);
        timeout(PATIENCE, self.run).await.expect("an end").expect("no panic").expect("no error");
    }
}

fn group(name: &str) -> String {
    let run = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_millis();
    format!("static.{name}.{run}")
}

async fn restarts(protocol: &str, settles: Duration) {
    let client = prepared::<STATIC>().await;
    let group = group(protocol);
    let first = Member::start(&client, &group, protocol, "first");
    first.has(12).await;
    let second = Member::start(&client, &group, protocol, "second");
    second.has(6).await;
    first.has(6).await;
    sleep(settles).await;
    let (before, rebalances) = (second.partitions(), first.rebalances.0.load(Ordering::Relaxed));
    second.stop().await;
    sleep(settles).await;
    assert_eq!(first.partitions().len(), 6, "a static member that stops does not leave");
    let second = Member::start(&client, &group, protocol, "second");
    second.has(6).await;
    assert_eq!(second.partitions(), before, "it has its partitions again");
    sleep(settles).await;
    assert_eq!(first.rebalances.0.load(Ordering::Relaxed), rebalances, "the other member was not disturbed");
    second.stop().await;
    first.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn a_static_member_that_restarts_causes_no_rebalance() {
    restarts("classic", SETTLES).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn a_static_member_of_the_new_protocol_that_restarts_causes_no_rebalance() {
    restarts("consumer", SETTLES_NEXT).await;
}

async fn ends_with_an_error(member: Member) {
    let ended = timeout(PATIENCE, member.run).await.expect("it ends").expect("no panic");
    let error = ended.expect_err("two have this name").error;
    assert!(matches!(error, Error::ConsumerStopped { .. }), "{error}");
    assert!(error.to_string().contains("same `group.instance.id`"), "{error}");
    assert!(!member.handle.is_live());
    println!("{error}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn of_two_members_with_one_name_the_earlier_one_ends_with_an_error() {
    let client = prepared::<STATIC>().await;
    let group = group("fenced");
    let earlier = Member::start(&client, &group, "classic", "twin");
    earlier.has(12).await;
    let later = Member::start(&client, &group, "classic", "twin");
    later.has(12).await;
    ends_with_an_error(earlier).await;
    later.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn of_two_members_of_the_new_protocol_with_one_name_the_later_one_ends_with_an_error() {
    let client = prepared::<STATIC>().await;
    let group = group("unreleased");
    let earlier = Member::start(&client, &group, "consumer", "twin");
    earlier.has(12).await;
    let later = Member::start(&client, &group, "consumer", "twin");
    ends_with_an_error(later).await;
    assert!(earlier.handle.is_live());
    earlier.stop().await;
}
