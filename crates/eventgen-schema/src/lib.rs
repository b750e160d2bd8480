//! The contract model of eventgen: what an annotated schema says, checked, with every mistake pointed at.
//!
//! Front ends read schema files into a [`TypeGraph`]; the `kafka` annotation on a record makes it an [`Event`] on a
//! [`Topic`]; `eventgen.toml` adds defaults and environments. The result is one [`Contract`], from which code, registry
//! subjects and topics follow. Nothing here knows of Kafka clients, HTTP or Rust tokens.

pub mod contract;
pub mod types;

pub use contract::{Contract, Event, Topic};
pub use types::{Type, TypeGraph, TypeId};
