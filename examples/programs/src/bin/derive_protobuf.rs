//! An event that is a message of prost: its `.proto` file is made of prost's attributes.

use eventgen::{DerivedEvent as _, KafkaEvent, ProtobufType};
use eventgen_testkit::{TestCluster, records};

/// A customer has returned an article.
#[derive(Clone, PartialEq, prost::Message, KafkaEvent)]
#[protobuf(package = "com.example.shop")]
#[kafka(protobuf, topic = "shop.returns.v1", key = customer_id, partitions = 3)]
pub struct ArticleReturned {
    /// Who.
    #[prost(string, tag = 1)]
    pub customer_id: String,
    /// What.
    #[prost(message, tag = 2)]
    pub article: Option<Article>,
}

/// An article of the shop.
#[derive(Clone, PartialEq, prost::Message, ProtobufType)]
pub struct Article {
    /// Identifies the article.
    #[prost(string, tag = 1)]
    pub sku: String,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let cluster = TestCluster::start()?;
    cluster.prepare::<ShopReturnsV1>().await?;
    let client = cluster.client()?;
    let returns = ShopReturnsV1::producer(&client).await?;
    let article = Some(Article { sku: "chair".to_owned() });
    returns.send(&ArticleReturned { customer_id: "ada".to_owned(), article }).await?;

    let record = records(&client, shop_returns_v1::TOPIC.name).await?.remove(0);
    println!("key {}", String::from_utf8_lossy(&record.key.unwrap_or_default()));
    // `eventgen::export_schemas!` writes these files, so that CI checks and registers them.
    for file in ArticleReturned::schema_files() {
        println!("{}:\n{}", file.name, file.text);
    }
    Ok(())
}
