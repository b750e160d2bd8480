//! Clients of a secured cluster: see `tests`.

/// The events of `schemas/`.
pub mod events {
    eventgen::include_events!();
}
