//! The services of the walkthrough: events derived from Rust types, in Avro and in Protobuf, and handlers for them.

pub mod depot;
pub mod dispatch;
pub mod events;
pub mod sample;
pub mod scans;
