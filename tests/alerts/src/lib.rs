//! The events of the service whose alerts are tested. The tests are in `tests/alerts`.

/// Namespaces of the schemas are modules.
pub mod events {
    eventgen::include_events!();
}
