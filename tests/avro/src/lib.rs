//! What the tests share: reading schemas from texts, and spoiling them.

pub mod java;
pub mod mutations;
pub mod reading;
pub mod rules;
