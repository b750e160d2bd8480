//! An event without a schema file: the Avro schema is made of the Rust type.

use std::time::{Duration, SystemTime};

use eventgen::types::chrono::{DateTime, Utc};
use eventgen::{AvroType, Delivery, HandlerError, KafkaEvent};
use eventgen_testkit::{TestCluster, caught_up};

/// A customer has written a review.
#[derive(Debug, Clone, PartialEq, KafkaEvent)]
#[avro(namespace = "com.example.shop")]
#[serde(rename_all = "camelCase")]
#[kafka(
    topic = "shop.reviews.v1",
    key = article.sku,
    partitions = 3,
    config("retention.ms" = "90d"),
    headers("stars" = stars),
    consumers(group = "moderation", max_lag = "1h")
)]
pub struct ReviewWritten {
    /// What was reviewed.
    pub article: Article,
    /// From 1 to 5.
    pub stars: u8,
    /// What the customer wrote.
    pub text: Option<String>,
    /// When.
    #[avro(logical = "timestamp-millis")]
    pub written_at: DateTime<Utc>,
}

/// An article of the shop.
#[derive(Debug, Clone, PartialEq, AvroType)]
pub struct Article {
    /// Identifies the article.
    pub sku: String,
}

struct Moderation;

impl ShopReviewsV1Handler for Moderation {
    async fn review_written(&self, event: ReviewWritten, _: &Delivery) -> Result<(), HandlerError> {
        println!("{}: {} stars", event.article.sku, event.stars);
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    const GROUP: &str = shop_reviews_v1::groups::MODERATION;
    println!("schema: {}", ReviewWritten::schema().text());
    let cluster = TestCluster::start()?;
    cluster.prepare::<ShopReviewsV1>().await?;
    let client = cluster.client()?;
    let article = Article { sku: "chair".to_owned() };
    let review = ReviewWritten { article, stars: 5, text: None, written_at: SystemTime::now().into() };
    ShopReviewsV1::producer(&client).await?.send(&review).await?;

    let shutdown = async {
        let _ = caught_up(&client, GROUP, shop_reviews_v1::TOPIC.name, Duration::from_secs(30)).await;
    };
    ShopReviewsV1::consumer(&client, GROUP, Moderation).run_until(shutdown).await?;
    Ok(())
}
