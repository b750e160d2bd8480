//! A shop that writes orders and their events in one transaction, and a warehouse that ships each order once.

pub mod database;
pub mod shop;
pub mod warehouse;

/// What `build.rs` makes of the schema.
pub mod events {
    eventgen::include_events!();
}

/// What ends a part of the example early.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;
