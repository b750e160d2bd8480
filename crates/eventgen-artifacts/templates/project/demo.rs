//! The service on a cluster of its own, in this process: sends events, handles them, and ends.

use std::error::Error;
use std::time::Duration;

use eventgen_testkit::{TestCluster, caught_up};

use « p.package »::events::OrderPlaced;
use « p.package »::{GROUP, Orders, Service, TOPIC};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let cluster = TestCluster::start()?;
    cluster.prepare::<Orders>().await?;
    let client = cluster.client()?;

    let orders = Orders::producer(&client).await?;
    for quantity in 0..=3 {
        let order = OrderPlaced {
            order_id: format!("order-{quantity}"),
            customer_id: "ada".to_owned(),
            quantity,
        };
        orders.enqueue(&order).await?;
    }
    orders.flush().await?;

    let shutdown = async {
        let lag = caught_up(&client, GROUP, TOPIC, Duration::from_secs(30)).await;
        println!("lag: {lag:?}");
    };
    let report = Orders::consumer(&client, GROUP, Service)
        .run_until(shutdown)
        .await?;
    println!(
        "{} handled, {} dead-lettered",
        report.handled,
        report.dead_lettered()
    );
    Ok(())
}
