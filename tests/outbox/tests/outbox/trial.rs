//! The short form of the trial: writers, relays that are killed, restarts of PostgreSQL, and a judge of what became of the
//! events. `cargo xtask outbox-trial` is the long form, on real brokers.

use std::path::PathBuf;
use std::time::Duration;

use chaos_tests::cluster::Cluster;
use eventgen_testkit::TestCluster;
use orders::events::com::example::orders::OrdersEventsV1;
use outbox_tests::trial::Run;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL"]
async fn each_committed_event_is_published_in_order_and_handled_once() {
    let cluster = TestCluster::start().expect("a cluster");
    cluster.prepare::<OrdersEventsV1>().await.expect("topic and schema");
    let addresses = Cluster {
        brokers: cluster.bootstrap_servers(),
        registry: cluster.schema_registry().url(),
        // Its brokers are not killed.
        control: Vec::new(),
    };
    let run = Run {
        cluster: addresses,
        relay: PathBuf::from(env!("CARGO_BIN_EXE_outbox-relay")),
        events: 5_000,
        lasting: Duration::from_secs(600),
        keys: 500,
        pause: Duration::from_millis(400),
        seed: 21,
    };
    let outcome = run.run().await.expect("a run");
    println!("{outcome}");
    assert!(outcome.is_valid(), "{outcome}");
    assert!(outcome.committed >= 5_000 && outcome.rolled_back > 0, "{outcome}");
    assert!(outcome.faults.kills > 0 && outcome.faults.restarts > 0, "{outcome}");
}
