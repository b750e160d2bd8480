//! Record headers from the contract: of a field, of a literal, and of a field that may be null.

use std::time::Duration;

use eventgen::{Delivery, HandlerError};
use eventgen_testkit::{TestCluster, caught_up};
use programs::events::com::example::shop::{
    Article, ShopStockV1, ShopStockV1Handler, StockMoved, shop_stock_v1,
};

/// A group that the contract does not name is a string.
const GROUP: &str = "inventory";

struct Inventory;

impl ShopStockV1Handler for Inventory {
    async fn stock_moved(&self, event: StockMoved, delivery: &Delivery) -> Result<(), HandlerError> {
        println!("{} pieces:", event.pieces);
        // Names and values are bytes in Kafka; `text` is for values in UTF-8.
        for name in ["event-type", "source", "warehouse", "order-id"] {
            println!("  {name}: {}", delivery.headers.text(name).unwrap_or("absent"));
        }
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let cluster = TestCluster::start()?;
    cluster.prepare::<ShopStockV1>().await?;
    let client = cluster.client()?;
    let stock = ShopStockV1::producer(&client).await?;
    stock.send(&moved(12, None)).await?;
    stock.send(&moved(-2, Some("order-1"))).await?;

    let shutdown = async {
        // An error is a cluster that does not answer: then the consumer ends as well.
        let _ = caught_up(&client, GROUP, shop_stock_v1::TOPIC.name, Duration::from_secs(30)).await;
    };
    ShopStockV1::consumer(&client, GROUP, Inventory).run_until(shutdown).await?;
    Ok(())
}

fn moved(pieces: i32, order: Option<&str>) -> StockMoved {
    StockMoved {
        warehouse: "north".to_owned(),
        article: Article { sku: "chair".to_owned(), name: "A chair".to_owned() },
        pieces,
        order_id: order.map(str::to_owned),
    }
}
