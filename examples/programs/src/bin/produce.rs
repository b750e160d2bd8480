//! Produces events: `send` waits for the acknowledgement of one, `enqueue` and `flush` are for many.

use eventgen_testkit::TestCluster;
use programs::events::com::example::shop::{OrderPlaced, ShopOrdersV1};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A service connects to its cluster with `Client::from_env()`. This program brings its own cluster.
    let cluster = TestCluster::start()?;
    cluster.prepare::<ShopOrdersV1>().await?;
    let client = cluster.client()?;

    // Checks the topic and looks up the schema ids, once.
    let orders = ShopOrdersV1::producer(&client).await?;

    // Acknowledged by all in-sync replicas.
    let receipt = orders.send(&order(1, "ada")).await?;
    println!("order 1 is at partition {} offset {}", receipt.partition, receipt.offset);

    // Waits only while the buffer is full.
    for number in 2..=100 {
        orders.enqueue(&order(number, "ada")).await?;
    }
    // An error says how many of them were not acknowledged, and why.
    orders.flush().await?;

    // The key decides the partition, so all events of one customer are in one.
    let receipt = orders.send(&order(101, "ada")).await?;
    println!("order 101 is at partition {} offset {}", receipt.partition, receipt.offset);
    Ok(())
}

fn order(number: u32, customer: &str) -> OrderPlaced {
    OrderPlaced { order_id: format!("order-{number}"), customer_id: customer.to_owned(), quantity: 1 }
}
