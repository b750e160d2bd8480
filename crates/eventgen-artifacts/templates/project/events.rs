//! The contract: what an event is, and what happens to it on Kafka.

use eventgen::KafkaEvent;

/// A customer has ordered.
#[derive(Debug, Clone, PartialEq, KafkaEvent)]
#[avro(namespace = "com.example.« p.package »")]
#[serde(rename_all = "camelCase")]
#[kafka(
    topic = "« p.topic »",
    key = customer_id,
    partitions = 3,
    config("retention.ms" = "7d"),
    retry(attempts = 3, initial = "200ms"),
    consumers(group = "« p.group »", max_lag = "5m")
)]
pub struct OrderPlaced {
    /// Identifies the order.
    pub order_id: String,
    /// Who ordered. Events of one customer stay in order.
    pub customer_id: String,
    /// How many pieces.
    pub quantity: i32,
}
