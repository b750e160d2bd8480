//! What an observer of a consumer is told.

use std::sync::{Arc, Mutex};

use eventgen::observe::{ConsumerEvent, Observer};
use eventgen::{Disposition, HandlerError};
use eventgen_testkit::{caught_up, send_bytes};
use orders::events::com::example::orders::OrdersEventsV1;
use orders::sample::order;

use crate::support::{GROUP, PATIENCE, Scripted, TOPIC, cluster, send};

/// Writes down the kind of each event and the record it is about.
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
async fn an_observer_is_told_what_happens_in_order() {
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
