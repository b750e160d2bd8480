//! The service of the tour: shipment events, derived from Rust types, and a handler for them.

pub mod dispatch;
pub mod events;
pub mod sample;
