//! Keys that have a schema in the registry, on a topic that keeps the last record of each key. A deletion has no event: its handler
//! reads the key.

use std::time::Duration;

use eventgen::{Delivery, HandlerError};
use eventgen_testkit::{TestCluster, caught_up};
use programs::events::com::example::shop::{
    PriceSet, PricedArticle, ShopPricesV1, ShopPricesV1Handler, shop_prices_v1,
};

struct Shelves;

impl ShopPricesV1Handler for Shelves {
    async fn price_set(&self, event: PriceSet, _: &Delivery) -> Result<(), HandlerError> {
        println!("{} costs {} cents in {}", event.article.sku, event.cents, event.country);
        Ok(())
    }

    async fn deleted(&self, key: &[u8], _: &Delivery) -> Result<(), HandlerError> {
        // A key that does not decode never will: no retry.
        let (country, sku) = PriceSet::read_key(key).map_err(HandlerError::reject)?;
        println!("{sku} is not sold in {country}");
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let cluster = TestCluster::start()?;
    cluster.prepare::<ShopPricesV1>().await?;
    let client = cluster.client()?;
    let producer = ShopPricesV1::producer(&client).await?;
    let article = PricedArticle { sku: "chair".to_owned() };
    producer.send(&PriceSet { country: "is".to_owned(), article, cents: 4_900 }).await?;
    producer.delete(&PriceSet::key_of("is", "chair")).await?;

    let group = shop_prices_v1::groups::SHELVES;
    let shutdown = async {
        let _ = caught_up(&client, group, shop_prices_v1::TOPIC.name, Duration::from_secs(30)).await;
    };
    ShopPricesV1::consumer(&client, group, Shelves).run_until(shutdown).await?;
    Ok(())
}
