//! The event.

eventgen::include_events!();
