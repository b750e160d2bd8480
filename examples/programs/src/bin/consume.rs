//! Consumes events: a handler, a group, and a clean end.

use std::time::Duration;

use eventgen::{Delivery, HandlerError};
use eventgen_testkit::{TestCluster, caught_up};
use programs::events::com::example::shop::{OrderPlaced, ShopOrdersV1, ShopOrdersV1Handler, shop_orders_v1};

/// A group that the contract names is a constant.
const GROUP: &str = shop_orders_v1::groups::WAREHOUSE;

struct Warehouse;

impl ShopOrdersV1Handler for Warehouse {
    async fn order_placed(&self, event: OrderPlaced, delivery: &Delivery) -> Result<(), HandlerError> {
        println!("offset {}: {} for {}", delivery.offset, event.order_id, event.customer_id);
        // The offset is committed after this, never before.
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let cluster = TestCluster::start()?;
    cluster.prepare::<ShopOrdersV1>().await?;
    let client = cluster.client()?;
    let orders = ShopOrdersV1::producer(&client).await?;
    for number in 1..=3 {
        let order_id = format!("order-{number}");
        orders.enqueue(&OrderPlaced { order_id, customer_id: "ada".to_owned(), quantity: 1 }).await?;
    }
    orders.flush().await?;

    let consumer = ShopOrdersV1::consumer(&client, GROUP, Warehouse).concurrency(64);
    // A service runs until `eventgen::shutdown_signal()`.
    let shutdown = async {
        let lag = caught_up(&client, GROUP, shop_orders_v1::TOPIC.name, Duration::from_secs(30)).await;
        println!("lag: {lag:?}");
    };
    let report = consumer.run_until(shutdown).await?;
    println!("handled: {}", report.handled);
    Ok(())
}
