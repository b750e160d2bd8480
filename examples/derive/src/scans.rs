//! The scans of parcels: messages of prost. Their `.proto` files are made from the attributes.

use eventgen::{KafkaEvent, ProtobufType};
use prost_types::Timestamp;

/// A parcel that was seen by a scanner.
#[derive(Clone, PartialEq, prost::Message, KafkaEvent)]
#[protobuf(package = "com.example.scans")]
#[kafka(
    protobuf,
    topic = "parcels.scans.v1",
    key = depot.id,
    partitions = 6,
    replication_factor = 3,
    config("retention.ms" = "3d", "min.insync.replicas" = 2),
    headers("parcel" = parcel, "direction" = direction),
    retry(attempts = 3),
    consumers(group = "depot-board", max_lag = "1m"),
    owner = "logistics"
)]
pub struct ParcelScanned {
    /// Identifies the parcel.
    #[prost(string, tag = 1)]
    pub parcel: String,
    /// Where it was seen. Scans of one depot stay in order.
    #[prost(message, tag = 2)]
    pub depot: Option<Depot>,
    /// Where it was going.
    #[prost(enumeration = "Direction", tag = 3)]
    pub direction: i32,
    /// When.
    #[prost(message, tag = 4)]
    pub at: Option<Timestamp>,
    /// Who or what saw it.
    #[prost(oneof = "Scanner", tags = "5, 6")]
    pub scanner: Option<Scanner>,
}

/// Where parcels wait.
#[derive(Clone, PartialEq, prost::Message, ProtobufType)]
pub struct Depot {
    /// Identifies it.
    #[prost(string, tag = 1)]
    pub id: String,
    /// Where it is.
    #[prost(message, tag = 2)]
    pub position: Option<Position>,
}

/// A place on earth, in a file of its own: others use it too.
#[derive(Clone, PartialEq, prost::Message, ProtobufType)]
#[protobuf(package = "com.example.common")]
pub struct Position {
    /// Degrees north.
    #[prost(double, tag = 1)]
    pub latitude: f64,
    /// Degrees east.
    #[prost(double, tag = 2)]
    pub longitude: f64,
}

/// Where a parcel can go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, prost::Enumeration, ProtobufType)]
#[repr(i32)]
pub enum Direction {
    /// Nobody said.
    Unspecified = 0,
    /// Into the depot.
    Arriving = 1,
    /// Out of it.
    Leaving = 2,
}

/// Who or what sees a parcel.
#[derive(Clone, PartialEq, prost::Oneof, ProtobufType)]
pub enum Scanner {
    /// The number of a gate.
    #[prost(uint32, tag = 5)]
    Gate(u32),
    /// The name of somebody with a hand scanner.
    #[prost(string, tag = 6)]
    Person(String),
}
