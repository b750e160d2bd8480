//! The service of the walkthrough: payment events, generated from `schemas/payments`, and a handler for them.

pub mod ledger;
pub mod sample;

/// What `build.rs` makes of the schemas.
pub mod events {
    eventgen::include_events!();
}
