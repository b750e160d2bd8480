//! Tests of handlers: without a broker, and on the embedded cluster.

use std::time::Duration;

use derive_example::depot::{Board, scan};
use derive_example::dispatch::{Dispatch, GATE_BUSY, GATE_CLOSED};
use derive_example::events::{ShipmentsEventsV1, shipments_events_v1};
use derive_example::sample::shipment;
use derive_example::scans::{Direction, ParcelsScansV1};
use eventgen::{Disposition, dead_letter};
use eventgen_testkit::{TestCluster, caught_up, deliver, records};

#[tokio::test]
async fn a_busy_gate_is_retried_and_a_closed_one_exhausts_the_retries() {
    let (mut busy, mut closed) = (shipment(1, "ada"), shipment(2, "ada"));
    busy.note = Some(GATE_BUSY.to_owned());
    closed.note = Some(GATE_CLOSED.to_owned());
    let dispatch = Dispatch::default();
    let outcome = deliver(ShipmentsEventsV1::handler(dispatch.clone()), [busy, closed]).await;
    assert_eq!(dispatch.book().recovered, 1);
    assert_eq!(outcome.dead_letters[0].error, "the gate is closed");
    assert_eq!(outcome.dead_letters[0].disposition, Disposition::Exhausted);
}

#[tokio::test]
async fn a_scan_without_a_direction_is_rejected() {
    let board = Board::default();
    let scans = [
        scan(1, "north", Direction::Arriving),
        scan(2, "north", Direction::Unspecified),
        scan(3, "north", Direction::Arriving),
    ];
    let outcome = deliver(ParcelsScansV1::handler(board.clone()), scans).await;
    assert_eq!(board.parcels()["north"], 2);
    assert_eq!(outcome.dead_letters[0].error, "a scan without a direction");
}

#[tokio::test]
async fn parcels_of_a_customer_stay_in_order_on_a_cluster() -> Result<(), Box<dyn std::error::Error>> {
    const GROUP: &str = shipments_events_v1::groups::DISPATCHER;
    let cluster = TestCluster::start()?;
    cluster.prepare::<ShipmentsEventsV1>().await?;
    let client = cluster.client()?;

    let producer = ShipmentsEventsV1::producer(&client).await?;
    let mut empty = shipment(0, "ada");
    empty.items.clear();
    producer.enqueue(&empty).await?;
    for number in 1..=100 {
        producer.enqueue(&shipment(number, if number % 2 == 0 { "ada" } else { "grace" })).await?;
    }
    producer.flush().await?;

    let dispatch = Dispatch::default();
    let shutdown = async {
        let lag = caught_up(&client, GROUP, shipments_events_v1::TOPIC.name, Duration::from_secs(30)).await;
        assert_eq!(lag.expect("the cluster answers"), 0);
    };
    let report = ShipmentsEventsV1::consumer(&client, GROUP, dispatch.clone()).run_until(shutdown).await?;

    assert_eq!((report.handled, report.dead_lettered()), (100, 1));
    let book = dispatch.book();
    assert!(book.is_in_order());
    for customer in ["ada", "grace"] {
        assert_eq!(book.by_customer[customer].len(), 50);
    }
    let dead = records(&client, "shipments.events.v1.dlq").await?;
    assert_eq!(dead[0].headers.text(dead_letter::DISPOSITION), Some("rejected"));
    Ok(())
}
