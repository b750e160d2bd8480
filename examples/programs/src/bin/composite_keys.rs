//! A key of several fields. `"key": ["warehouse", "article.sku"]` keeps the order of each article in each warehouse.

use eventgen::{KafkaEvent as _, KeyBuffer};
use eventgen_testkit::{TestCluster, records};
use programs::events::com::example::shop::{Article, ShopStockV1, StockMoved, shop_stock_v1};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let cluster = TestCluster::start()?;
    cluster.prepare::<ShopStockV1>().await?;
    let client = cluster.client()?;
    let stock = ShopStockV1::producer(&client).await?;
    stock.send(&moved("north", "chair", 12)).await?;
    stock.send(&moved("north", "chair", -2)).await?;
    // A `|` in a value is escaped, so that different values never make the same key.
    stock.send(&moved("north|chair", "", 1)).await?;

    for record in records(&client, shop_stock_v1::TOPIC.name).await? {
        println!("key {}", String::from_utf8_lossy(record.key.as_deref().unwrap_or_default()));
    }

    // The key of an event that is not sent.
    let mut key = KeyBuffer::new();
    moved("south", "table", 1).key(&mut key);
    println!("key {}", String::from_utf8_lossy(key.as_bytes().unwrap_or_default()));
    Ok(())
}

fn moved(warehouse: &str, sku: &str, pieces: i32) -> StockMoved {
    StockMoved {
        warehouse: warehouse.to_owned(),
        article: Article { sku: sku.to_owned(), name: String::new() },
        pieces,
        order_id: None,
    }
}
