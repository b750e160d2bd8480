//! The events of the example programs, generated from `schemas/` by `build.rs`.

/// Namespaces of the schemas are modules.
pub mod events {
    eventgen::include_events!();
}
