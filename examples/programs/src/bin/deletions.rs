//! A handler with state, and a topic that keeps the last record of each key: a record without a value deletes the key.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use eventgen::{Delivery, HandlerError, KafkaEvent};
use eventgen_testkit::{TestCluster, caught_up};
use tokio::sync::Mutex;

/// A customer has moved.
#[derive(Debug, Clone, PartialEq, KafkaEvent)]
#[avro(namespace = "com.example.shop")]
#[kafka(
    topic = "shop.addresses.v1",
    key = [country, number],
    partitions = 3,
    config("cleanup.policy" = "compact"),
    consumers(group = "labels")
)]
pub struct AddressChanged {
    /// Where the customer is registered.
    pub country: String,
    /// The customer's number in that country.
    pub number: i64,
    /// The new address.
    pub address: String,
}

/// Stands for a pool of database connections, of which a clone is a handle to the same pool.
#[derive(Clone, Default)]
struct Pool(Arc<Mutex<BTreeMap<Vec<u8>, String>>>);

impl Pool {
    async fn upsert(&self, key: &[u8], address: &str) {
        self.0.lock().await.insert(key.to_vec(), address.to_owned());
    }

    async fn delete(&self, key: &[u8]) {
        self.0.lock().await.remove(key);
    }

    async fn rows(&self) -> Vec<String> {
        self.0.lock().await.values().cloned().collect()
    }
}

struct Labels {
    pool: Pool,
}

impl ShopAddressesV1Handler for Labels {
    async fn address_changed(&self, event: AddressChanged, delivery: &Delivery) -> Result<(), HandlerError> {
        let key = delivery.key.as_deref().ok_or_else(|| HandlerError::reject("there is no key"))?;
        self.pool.upsert(key, &event.address).await;
        println!("{} {} moved to {}", event.country, event.number, event.address);
        Ok(())
    }

    async fn deleted(&self, key: &[u8], _: &Delivery) -> Result<(), HandlerError> {
        self.pool.delete(key).await;
        println!("{} is deleted", String::from_utf8_lossy(key));
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    const GROUP: &str = shop_addresses_v1::groups::LABELS;
    let cluster = TestCluster::start()?;
    cluster.prepare::<ShopAddressesV1>().await?;
    let client = cluster.client()?;
    let producer = ShopAddressesV1::producer(&client).await?;
    let moved = AddressChanged { country: "is".to_owned(), number: 7, address: "Reykjavík".to_owned() };
    producer.send(&moved).await?;
    producer.send(&AddressChanged { address: "Akureyri".to_owned(), ..moved }).await?;
    producer.delete(&AddressChanged::key_of("is", 7)).await?;

    let pool = Pool::default();
    let shutdown = async {
        let _ = caught_up(&client, GROUP, shop_addresses_v1::TOPIC.name, Duration::from_secs(30)).await;
    };
    let labels = Labels { pool: pool.clone() };
    ShopAddressesV1::consumer(&client, GROUP, labels).run_until(shutdown).await?;
    println!("left: {:?}", pool.rows().await);
    Ok(())
}
