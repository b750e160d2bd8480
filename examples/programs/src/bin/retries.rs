//! Retries and dead letters: what becomes of a record whose handler fails.

use std::time::Duration;

use eventgen::{Delivery, HandlerError, dead_letter};
use eventgen_testkit::{TestCluster, caught_up, records, send_bytes};
use programs::events::com::example::shop::{OrderPlaced, ShopOrdersV1, ShopOrdersV1Handler, shop_orders_v1};

const GROUP: &str = shop_orders_v1::groups::WAREHOUSE;

/// When the next lorry comes.
const LORRY: Duration = Duration::from_millis(300);

struct Warehouse;

impl ShopOrdersV1Handler for Warehouse {
    async fn order_placed(&self, event: OrderPlaced, delivery: &Delivery) -> Result<(), HandlerError> {
        match event.quantity {
            // A retry cannot help: a dead letter at once.
            ..=0 => Err(HandlerError::reject("nothing is ordered")),
            // Any error that `?` takes is retried as the contract says.
            1000.. => Err("the shelf is empty")?,
            // Who knows when says so: the pause is not that of the contract.
            500.. if delivery.attempt == 1 => Err(HandlerError::retry_after("the lorry comes later", LORRY)),
            // The second attempt succeeds.
            100.. if delivery.attempt == 1 => Err("the door is locked")?,
            _ => {
                println!("{} is shipped at attempt {}", event.order_id, delivery.attempt);
                Ok(())
            }
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let cluster = TestCluster::start()?;
    cluster.prepare::<ShopOrdersV1>().await?;
    let client = cluster.client()?;
    let orders = ShopOrdersV1::producer(&client).await?;
    for (number, quantity) in (1..).zip([1, 100, 500, 1000, 0]) {
        let order_id = format!("order-{number}");
        orders.send(&OrderPlaced { order_id, customer_id: "ada".to_owned(), quantity }).await?;
    }
    // What no producer of ours would write: poison.
    send_bytes(&client, shop_orders_v1::TOPIC.name, b"ada", b"{\"orderId\": \"order-5\"}").await?;

    let shutdown = async {
        let _ = caught_up(&client, GROUP, shop_orders_v1::TOPIC.name, Duration::from_secs(30)).await;
    };
    let report = ShopOrdersV1::consumer(&client, GROUP, Warehouse).run_until(shutdown).await?;
    println!(
        "{} handled, {} retried, {} dead letters:",
        report.handled,
        report.retried,
        report.dead_lettered()
    );

    // The records as they were, with headers that say why.
    for letter in records(&client, "shop.orders.v1.dlq").await? {
        let text = |name: &str| letter.headers.text(name).unwrap_or("-");
        println!("  {}: {}", text(dead_letter::DISPOSITION), text(dead_letter::MESSAGE));
    }
    Ok(())
}
