//! A handler of batches, which inserts many rows at once.

use std::time::Duration;

use eventgen::{Batch, BatchError, BatchHandler, BatchOptions, Consumer, HandlerError};
use eventgen_testkit::{TestCluster, caught_up};
use programs::events::com::example::shop::{OrderPlaced, ShopOrdersV1, shop_orders_v1};

struct Archive;

impl Archive {
    /// Inserts rows in one statement. The error is the index of the row that the table refuses; those before it are inserted.
    async fn insert(&self, rows: &[OrderPlaced]) -> Result<(), usize> {
        // Stands for the statement.
        tokio::time::sleep(Duration::from_millis(1)).await;
        let refused = rows.iter().position(|row| row.quantity == 0);
        println!("{} of {} rows inserted", refused.unwrap_or(rows.len()), rows.len());
        refused.map_or(Ok(()), Err)
    }
}

impl BatchHandler for Archive {
    type Events = ShopOrdersV1;

    async fn handle(&self, batch: Batch<'_, ShopOrdersV1>) -> Result<(), BatchError> {
        let rows: Vec<OrderPlaced> =
            batch.into_events().into_iter().map(|ShopOrdersV1::OrderPlaced(order)| order).collect();
        let refused = |index| BatchError::at(index, HandlerError::reject("nothing is ordered"));
        self.insert(&rows).await.map_err(refused)
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    const GROUP: &str = "archive";
    let cluster = TestCluster::start()?;
    cluster.prepare::<ShopOrdersV1>().await?;
    let client = cluster.client()?;
    let producer = ShopOrdersV1::producer(&client).await?;
    for (number, quantity) in [(1, 2), (2, 1), (3, 0), (4, 5), (5, 1)] {
        let order_id = format!("order-{number}");
        producer.enqueue(&OrderPlaced { order_id, customer_id: "ada".to_owned(), quantity }).await?;
    }
    producer.flush().await?;

    let shutdown = async {
        let _ = caught_up(&client, GROUP, shop_orders_v1::TOPIC.name, Duration::from_secs(30)).await;
    };
    let options = BatchOptions::new().max_events(5).max_wait(Duration::from_secs(1));
    let consumer = Consumer::new(&client, GROUP).subscribe_batches(Archive, options);
    let report = consumer.run_until(shutdown).await?;
    println!("handled: {}, rejected: {}", report.handled, report.rejected);
    Ok(())
}
