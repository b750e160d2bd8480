//! Records that were sent back from a dead-letter topic: the group that they are for handles them, others skip them.

use std::sync::{Arc, Mutex};

use eventgen::{Batch, BatchError, BatchHandler, BatchOptions, Client, Consumer, Headers, dead_letter};
use eventgen_testkit::{caught_up, records, send_with_headers};
use orders::events::com::example::orders::OrdersEventsV1;
use orders::sample::order;

use crate::support::{GROUP, PATIENCE, Scripted, TOPIC, cluster, consume, send};

/// Two orders, then the first one again, sent back for this group, and for another one.
async fn sent_back(client: &Client) {
    send(client, (1..=2).map(|number| order(number, "ada"))).await;
    let first = records(client, TOPIC).await.expect("records").remove(0);
    let (key, value) = (first.key.expect("a key"), first.value.expect("a value"));
    for group in [GROUP, "another"] {
        let mut headers = Headers::new();
        headers.set(dead_letter::REDRIVE_GROUP, group);
        send_with_headers(client, TOPIC, &key, &value, &headers).await.expect("sent");
    }
    // What does not decode is not looked at either.
    let mut headers = Headers::new();
    headers.set(dead_letter::REDRIVE_GROUP, "another");
    send_with_headers(client, TOPIC, &key, b"no event", &headers).await.expect("sent");
}

#[tokio::test]
async fn a_handler_gets_what_was_sent_back_for_its_group_only() {
    let (_cluster, client) = cluster().await;
    sent_back(&client).await;
    let handler = Scripted::new(|_, _| Ok(()));
    let report = consume(&client, handler.clone()).await.expect("no error");
    assert_eq!((report.handled, report.skipped, report.dead_lettered()), (3, 2, 0));
    let orders: Vec<String> = handler.accepted().into_iter().map(|(_, order)| order).collect();
    assert_eq!((orders.len(), &orders[2]), (3, &orders[0]), "the first one again: {orders:?}");
}

/// Notes the offsets of events.
#[derive(Clone, Default)]
struct Noting(Arc<Mutex<Vec<i64>>>);

impl BatchHandler for Noting {
    type Events = OrdersEventsV1;

    async fn handle(&self, batch: Batch<'_, OrdersEventsV1>) -> Result<(), BatchError> {
        let offsets = batch.deliveries().iter().map(|delivery| delivery.offset);
        self.0.lock().expect("no panic while it is held").extend(offsets);
        Ok(())
    }
}

#[tokio::test]
async fn a_handler_of_batches_gets_what_was_sent_back_for_its_group_only() {
    let (_cluster, client) = cluster().await;
    sent_back(&client).await;
    let handler = Noting::default();
    let lag = async { caught_up(&client, GROUP, TOPIC, PATIENCE).await.map(drop).expect("lag") };
    let consumer = Consumer::new(&client, GROUP).subscribe_batches(handler.clone(), BatchOptions::new());
    let report = consumer.run_until(lag).await.expect("no error");
    assert_eq!((report.handled, report.skipped, report.dead_lettered()), (3, 2, 0));
    assert_eq!(*handler.0.lock().expect("no panic while it is held"), [0, 1, 2]);
}
