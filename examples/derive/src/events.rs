//! The shipment events. Their Avro schema is made from these types.

use std::sync::Arc;

use eventgen::types::chrono::{DateTime, NaiveDate, Utc};
use eventgen::types::rust_decimal::Decimal;
use eventgen::types::uuid::Uuid;
use eventgen::{AvroType, KafkaEvent};

/// Something that happened to a parcel.
#[derive(Debug, Clone, PartialEq, KafkaEvent)]
#[avro(namespace = "com.example.shipments")]
#[serde(rename_all = "camelCase")]
#[kafka(
    topic = "shipments.events.v1",
    key = customer.id,
    partitions = 12,
    replication_factor = 3,
    config("retention.ms" = "7d", "min.insync.replicas" = 2),
    headers("correlation-id" = customer.id, "status" = status),
    retry(attempts = 3),
    consumers(group = "dispatcher", max_lag = "5m"),
    owner = "logistics"
)]
pub struct ShipmentEvent {
    /// Identifies the parcel.
    pub parcel: ParcelId,
    /// Who gets it. Events of one customer stay in order.
    pub customer: Customer,
    /// What happened.
    pub status: Status,
    /// How it goes.
    pub carrier: Carrier,
    /// What is in it, in the order of packing.
    pub items: Vec<Item>,
    /// The day it should be there.
    pub due: Option<NaiveDate>,
    /// A note for who carries it.
    pub note: Option<String>,
    /// When it happened.
    #[avro(logical = "timestamp-millis")]
    pub at: DateTime<Utc>,
}

/// The id of a parcel: a uuid on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AvroType)]
pub struct ParcelId(pub Uuid);

/// Who gets a parcel.
#[derive(Debug, Clone, PartialEq, Eq, AvroType)]
pub struct Customer {
    /// Identifies them.
    pub id: Arc<str>,
    /// Whether somebody is waiting for it.
    #[serde(default)]
    pub express: bool,
}

/// What can happen to a parcel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, AvroType)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// It is on its way to us.
    Announced,
    /// It is on its way to the customer.
    Sent,
    /// It is there.
    Delivered,
}

/// How a parcel goes: a union on the wire.
#[derive(Debug, Clone, PartialEq, AvroType)]
pub enum Carrier {
    /// The customer comes for it.
    Pickup,
    /// By post.
    Post {
        /// The number to follow it by.
        tracking: String,
    },
    /// By one of our own cars.
    Own(Vehicle),
}

/// A car of ours.
#[derive(Debug, Clone, PartialEq, Eq, AvroType)]
pub struct Vehicle {
    /// Its plate.
    pub plate: String,
    /// How many parcels are in it.
    pub load: u16,
}

/// A line of a parcel.
#[derive(Debug, Clone, PartialEq, Eq, AvroType)]
#[serde(rename_all = "camelCase")]
pub struct Item {
    /// The article.
    pub sku: String,
    /// Pieces.
    pub quantity: u32,
    /// What one piece is insured for.
    #[avro(decimal(precision = 12, scale = 2))]
    pub insured_value: Decimal,
}
