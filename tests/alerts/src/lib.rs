//! The events of the service whose alerts are tested. The tests are in `tests/alerts`.

/// The id of an order that the service handles at its second attempt only.
pub const UNLUCKY: &str = "unlucky";

/// Namespaces of the schemas are modules.
pub mod events {
    eventgen::include_events!();
}
