//! Consumes, transforms and produces exactly once: outputs, dead letters and offsets are committed in one transaction.

use std::time::Duration;

use eventgen::{Delivery, Error, HandlerError, TransactionOptions};
use eventgen_testkit::{TestCluster, records};
use programs::events::com::example::shop::{
    Article, OrderPlaced, ShopOrdersV1, ShopOrdersV1Handler, ShopStockV1, StockMoved, shop_orders_v1,
    shop_stock_v1,
};

const GROUP: &str = shop_orders_v1::groups::WAREHOUSE;

/// Takes what is ordered out of the stock.
struct Warehouse;

impl ShopOrdersV1Handler for Warehouse {
    async fn order_placed(&self, event: OrderPlaced, delivery: &Delivery) -> Result<(), HandlerError> {
        delivery.send(&StockMoved {
            warehouse: "north".to_owned(),
            article: Article { sku: "sku-1".to_owned(), name: "Lamp".to_owned() },
            pieces: -event.quantity,
            order_id: Some(event.order_id),
        })?;
        if event.quantity < 1 {
            // What this attempt has sent is not written. The dead letter is.
            return Err(HandlerError::reject("nothing is ordered"));
        }
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let cluster = TestCluster::start()?;
    cluster.prepare::<ShopOrdersV1>().await?;
    cluster.prepare::<ShopStockV1>().await?;
    let client = cluster.client()?;
    let orders = ShopOrdersV1::producer(&client).await?;
    for quantity in 0..=3 {
        let (order_id, customer_id) = (format!("order-{quantity}"), "ada".to_owned());
        orders.enqueue(&OrderPlaced { order_id, customer_id, quantity }).await?;
    }
    orders.flush().await?;

    // The id names this member of the group across its restarts.
    let transactions = TransactionOptions::new("warehouse-0").writes::<ShopStockV1>();
    let consumer = ShopOrdersV1::consumer(&client, GROUP, Warehouse).transactional(transactions);
    let letters = shop_orders_v1::TOPIC.dead_letter.ok_or("no dead letters")?;
    let written = async || -> Result<_, Error> {
        let moved = records(&client, shop_stock_v1::TOPIC.name).await?.len();
        Ok((moved, records(&client, letters.name).await?.len()))
    };
    // A service runs until `eventgen::shutdown_signal()`. The embedded cluster does not keep the offsets of transactions, so that
    // the lag does not tell when everything is done.
    let shutdown = async {
        while written().await.is_ok_and(|written| written != (3, 1)) {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let report = consumer.run_until(shutdown).await?;
    println!("handled: {}, rejected: {}", report.handled, report.rejected);
    let (moved, letters) = written().await?;
    println!("moved: {moved}, dead letters: {letters}");
    Ok(())
}
