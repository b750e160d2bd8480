//! The parts of the service: the handler of its events, and what it serves over HTTP.

pub mod http;
pub mod warehouse;

/// Namespaces of the schemas are modules.
pub mod events {
    eventgen::include_events!();
}
