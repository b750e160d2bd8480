//! The service of the walkthrough: order events, generated from `schemas/orders`, and a handler for them.

pub mod fulfilment;
pub mod sample;

/// What `build.rs` makes of the schemas.
pub mod events {
    eventgen::include_events!();
}
