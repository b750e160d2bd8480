//! What the tests share: reading schemas from texts, and spoiling them.

pub mod mutations;
pub mod reading;
pub mod rules;
