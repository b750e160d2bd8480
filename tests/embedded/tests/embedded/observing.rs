//! The events that an observer of a consumer receives.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use eventgen::observe::{ConsumerEvent, Observer};
use eventgen::{Delivery, Disposition, HandlerError};
use eventgen_testkit::{caught_up, send_bytes};
use orders::events::com::example::orders::{OrderEvent, OrdersEventsV1, OrdersEventsV1Handler};
use orders::sample::order;

use crate::logs;
use crate::support::{GROUP, PATIENCE, Scripted, TOPIC, cluster, send};

/// Records the kind and the record of each event.
#[derive(Default)]
struct Witness(Mutex<Vec<(String, String)>>);

impl Observer for Witness {
    fn on_consumer_event(&self, group: &str, event: &ConsumerEvent<'_>) {
        assert_eq!(group, GROUP);
        let (kind, about) = match event {
            ConsumerEvent::Assigned { partitions, .. } => ("assigned", partitions.len().to_string()),
            ConsumerEvent::Handled { delivery, .. } => ("handled", delivery.offset.to_string()),
            ConsumerEvent::Retried { delivery, cause, .. } => {
                ("retried", format!("{} attempt {}: {cause}", delivery.offset, delivery.attempt))
            }
            ConsumerEvent::DeadLettered { delivery, attempts, reason, omitted, .. } => {
                assert_eq!((*omitted, reason.disposition), (None, Disposition::Poison));
                ("dead letter", format!("{} after {attempts}", delivery.offset))
            }
            ConsumerEvent::Stopped { report, error, .. } => {
                assert!(error.is_none());
                ("stopped", format!("{} handled, {} poison", report.handled, report.poison))
            }
            _ => return,
        };
        self.0.lock().expect("no panic").push((kind.to_owned(), about));
    }
}

#[tokio::test]
async fn an_observer_receives_events_in_order() {
    let (_cluster, client) = cluster().await;
    send(&client, (1..=2).map(|number| order(number, "ada"))).await;
    send_bytes(&client, TOPIC, b"ada", b"no event").await.expect("sent");
    let witness = Arc::new(Witness::default());
    let handler = Scripted::new(|event, delivery| match event.order_id.as_str() {
        "order-000002" if delivery.attempt == 1 => Err(HandlerError::retry("not yet")),
        _ => Ok(()),
    });
    let lag = async { caught_up(&client, GROUP, TOPIC, PATIENCE).await.map(drop).expect("lag") };
    let consumer = OrdersEventsV1::consumer(&client, GROUP, handler).observe(witness.clone());
    consumer.run_until(lag).await.expect("no error");
    let seen = witness.0.lock().expect("no panic").clone();
    let expected = [
        ("assigned", "12"),
        ("handled", "0"),
        ("retried", "1 attempt 1: not yet"),
        ("handled", "1"),
        ("dead letter", "2 after 0"),
        ("stopped", "2 handled, 1 poison"),
    ];
    assert_eq!(seen, expected.map(|(kind, about)| (kind.to_owned(), about.to_owned())));
}

/// A handler that never returns.
#[derive(Clone)]
struct Stuck(Arc<tokio::sync::Notify>);

impl OrdersEventsV1Handler for Stuck {
    async fn order_event(&self, _: OrderEvent, _: &Delivery) -> Result<(), HandlerError> {
        self.0.notify_one();
        std::future::pending().await
    }
}

/// Waits until the consumer has left the group, for less than the drain deadline of 20 s.
async fn leaves_at_once(group: &str) {
    let left = async {
        while logs::lines(group, "revoked").is_empty() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), left).await.expect("it leaves the group");
}

#[tokio::test]
async fn a_consumer_whose_future_is_dropped_leaves_its_group_at_once_and_logs_it() {
    logs::keep();
    let group = "dropped";
    let (_cluster, client) = cluster().await;
    send(&client, [order(1, "ada")]).await;
    let stuck = Stuck(Arc::default());
    let consumer = OrdersEventsV1::consumer(&client, group, stuck.clone());
    tokio::select! {
        _ = consumer.run_until(std::future::pending()) => panic!("it ended without a shutdown"),
        () = stuck.0.notified() => {}
    }
    let ended = logs::lines(group, "the consumer stopped with an error");
    assert!(ended.len() == 1 && ended[0]["error"].contains("was dropped"), "{ended:?}");
    leaves_at_once(group).await;
}

#[tokio::test]
async fn a_consumer_that_is_dropped_while_it_drains_leaves_its_group_at_once() {
    logs::keep();
    let group = "dropped-while-draining";
    let (_cluster, client) = cluster().await;
    send(&client, [order(1, "ada")]).await;
    let stuck = Stuck(Arc::default());
    let consumer = OrdersEventsV1::consumer(&client, group, stuck.clone());
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let impatient = async {
        stuck.0.notified().await;
        drop(stop);
        tokio::time::sleep(Duration::from_secs(1)).await;
    };
    tokio::select! {
        _ = consumer.run_until(async { drop(stopped.await) }) => panic!("its handler never returns"),
        () = impatient => {}
    }
    leaves_at_once(group).await;
}
