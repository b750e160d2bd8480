//! Shared by the tests: reading schemas from texts, mutating them, and asking Java.

pub mod java;
pub mod mutations;
pub mod reading;
pub mod rules;
