//! How a service tests its handler: without a broker, and on the embedded cluster.

use std::time::Duration;

use eventgen::{Disposition, dead_letter};
use eventgen_testkit::{TestCluster, caught_up, deliver, records};
use orders::events::com::example::orders::{OrdersEventsV1, orders_events_v1};
use orders::fulfilment::{Fulfilment, WAREHOUSE_BUSY, WAREHOUSE_CLOSED};
use orders::sample::order;

#[tokio::test]
async fn an_order_without_lines_is_dead_lettered() {
    let mut empty = order(1, "ada");
    empty.payload.lines.clear();
    let outcome = deliver(OrdersEventsV1::handler(Fulfilment::default()), [empty, order(2, "ada")]).await;
    assert_eq!(outcome.handled, 1);
    assert_eq!(outcome.retried, 0);
    assert_eq!(outcome.dead_letters[0].error, "an order without lines");
    assert_eq!(outcome.dead_letters[0].disposition, Disposition::Rejected);
}

#[tokio::test]
async fn a_busy_warehouse_is_tried_again_and_a_closed_one_given_up() {
    let (mut busy, mut closed) = (order(1, "ada"), order(2, "ada"));
    busy.payload.note = Some(WAREHOUSE_BUSY.to_owned());
    closed.payload.note = Some(WAREHOUSE_CLOSED.to_owned());
    let fulfilment = Fulfilment::default();
    let outcome = deliver(OrdersEventsV1::handler(fulfilment.clone()), [busy, closed]).await;
    assert_eq!(fulfilment.book().recovered, 1);
    assert_eq!(outcome.dead_letters[0].error, "the warehouse is closed");
    assert_eq!(outcome.dead_letters[0].disposition, Disposition::Exhausted);
    // The contract asks for 3 retries.
    assert_eq!(outcome.dead_letters[0].attempts, 4);
}

#[tokio::test]
async fn orders_of_a_customer_stay_in_order_on_a_cluster() -> Result<(), Box<dyn std::error::Error>> {
    const GROUP: &str = orders_events_v1::groups::ORDER_PROCESSOR;
    let cluster = TestCluster::start()?;
    cluster.prepare::<OrdersEventsV1>().await?;
    let client = cluster.client()?;

    let producer = OrdersEventsV1::producer(&client).await?;
    let mut empty = order(0, "ada");
    empty.payload.lines.clear();
    producer.enqueue(&empty).await?;
    for number in 1..=100 {
        producer.enqueue(&order(number, if number % 2 == 0 { "ada" } else { "grace" })).await?;
    }
    producer.flush().await?;

    let fulfilment = Fulfilment::default();
    let shutdown = async {
        let lag = caught_up(&client, GROUP, orders_events_v1::TOPIC.name, Duration::from_secs(30)).await;
        assert_eq!(lag.expect("the cluster answers"), 0);
    };
    let report = OrdersEventsV1::consumer(&client, GROUP, fulfilment.clone()).run_until(shutdown).await?;

    assert_eq!((report.handled, report.dead_lettered()), (100, 1));
    let book = fulfilment.book();
    for customer in ["ada", "grace"] {
        assert_eq!(book.by_customer[customer].len(), 50);
        assert!(book.by_customer[customer].is_sorted());
    }
    let dead = records(&client, "orders.events.v1.dlq").await?;
    assert_eq!(dead[0].headers.text(dead_letter::DISPOSITION), Some("rejected"));
    Ok(())
}
