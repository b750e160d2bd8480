//! Several groups in one process: they start and stop together, and an error names the group.

use std::time::Duration;

use eventgen::{Error, HandlerError, run_all};
use eventgen_testkit::caught_up;
use orders::events::com::example::orders::OrdersEventsV1;
use orders::sample::order;

use crate::support::{PATIENCE, Scripted, TOPIC, cluster, send};

#[tokio::test]
async fn groups_run_under_one_shutdown_and_each_has_its_report() {
    let (_cluster, client) = cluster().await;
    send(&client, (0..10).map(|number| order(number, "ada"))).await;
    let consumers = ["first", "second", "third"]
        .map(|group| OrdersEventsV1::consumer(&client, group, Scripted::new(|_, _| Ok(()))));
    let shutdown = async {
        for group in ["first", "second", "third"] {
            assert_eq!(caught_up(&client, group, TOPIC, PATIENCE).await.expect("lag"), 0);
        }
    };
    let runs = run_all(consumers, shutdown).await.expect("no error");
    let handled: Vec<_> = runs.iter().map(|run| (run.group.as_str(), run.report.handled)).collect();
    assert_eq!(handled, [("first", 10), ("second", 10), ("third", 10)]);
    assert!(runs.iter().all(|run| run.error.is_none()));
}

#[tokio::test]
async fn a_group_that_fails_stops_the_others_after_they_have_drained() {
    let (_cluster, client) = cluster().await;
    send(&client, [order(1, "ada")]).await;
    let slow = Scripted::new(|_, _| Ok(()));
    let failing = Scripted::new(|_, _| {
        std::thread::sleep(Duration::from_millis(500));
        Err(HandlerError::fatal("the disk is full"))
    });
    let consumers = [
        OrdersEventsV1::consumer(&client, "healthy", slow.clone()),
        OrdersEventsV1::consumer(&client, "failing", failing),
    ];
    let both = tokio::time::timeout(PATIENCE, run_all(consumers, std::future::pending()));
    let failed = both.await.expect("both end").expect_err("one fails");
    assert_eq!(failed.group(), "failing");
    assert!(matches!(failed.error(), Error::HandlerStopped { .. }), "{failed}");
    assert!(failed.to_string().contains("`failing`") && failed.to_string().contains("disk"), "{failed}");
    let [healthy, failing] = failed.runs() else { panic!("two runs: {:?}", failed.runs()) };
    assert!(healthy.error.is_none() && failing.error.is_some());
    // Whether the healthy one has joined before the other one failed is a race; what it handled it has committed.
    let lag: u64 = client.lag("healthy", TOPIC).await.expect("lag").iter().map(|lag| lag.records).sum();
    assert_eq!(healthy.report.handled + lag, 1);
    assert!(matches!(Error::from(failed), Error::HandlerStopped { .. }));
}

#[tokio::test]
async fn a_group_that_cannot_start_stops_the_others() {
    let (_cluster, client) = cluster().await;
    let consumers = [
        OrdersEventsV1::consumer(&client, "healthy", Scripted::new(|_, _| Ok(()))),
        eventgen::Consumer::new(&client, "without-topic"),
    ];
    let both = tokio::time::timeout(PATIENCE, run_all(consumers, std::future::pending()));
    let failed = both.await.expect("both end").expect_err("one fails");
    assert_eq!(failed.group(), "without-topic");
    assert!(run_all([], std::future::pending()).await.expect("nothing to run").is_empty());
}
