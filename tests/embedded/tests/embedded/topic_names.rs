//! Clients that share a cluster under different names of the same topics.

use eventgen::HandlerError;
use eventgen_testkit::{records, send_bytes};
use orders::events::com::example::orders::{OrdersEventsV1, orders_events_v1};
use orders::sample::order;

use crate::support::{DEAD_LETTERS, GROUP, Scripted, TOPIC, cluster, consume, send};

#[tokio::test]
async fn a_prefix_separates_the_topics_of_two_clients_but_not_their_schemas() {
    let (cluster, plain) = cluster().await;
    let prefixed = cluster.client_builder().topic_prefix("test-1.").build().expect("a client");
    cluster.create_topic(&prefixed.topic(&orders_events_v1::TOPIC)).expect("the prefixed topics");
    send(&prefixed, [order(1, "ada"), order(2, "ada")]).await;
    send_bytes(&prefixed, TOPIC, b"ada", b"no event").await.expect("sent");

    let handler = Scripted::new(|event, delivery| {
        assert_eq!(delivery.topic, "test-1.orders.events.v1");
        if event.order_id.ends_with('2') { Err(HandlerError::reject("not this one")) } else { Ok(()) }
    });
    let report = consume(&prefixed, handler.clone()).await.expect("no error");
    assert_eq!((report.handled, report.rejected, report.poison), (1, 1, 1));
    assert_eq!(records(&prefixed, DEAD_LETTERS).await.expect("letters").len(), 2);
    let lag = prefixed.lag(GROUP, TOPIC).await.expect("lag");
    assert_eq!(lag.iter().map(|partition| partition.records).sum::<u64>(), 0);

    assert_eq!(records(&plain, TOPIC).await.expect("records"), []);
    assert_eq!(records(&plain, DEAD_LETTERS).await.expect("letters"), []);
    assert!(OrdersEventsV1::producer(&plain).await.is_ok(), "one subject serves both clients");
}
