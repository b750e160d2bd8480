//! Two services on events that are derived from Rust types: one in Avro, one in Protobuf.

pub mod depot;
pub mod dispatch;
pub mod events;
pub mod sample;
pub mod scans;
