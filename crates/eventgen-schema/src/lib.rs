//! The contract model of eventgen: what an annotated schema says, checked, with every mistake pointed at.
//!
//! Front ends read schema files into a [`TypeGraph`]; the `kafka` annotation on a record makes it an [`Event`] on a
//! [`Topic`]; `eventgen.toml` adds defaults and environments. The result is one [`Contract`], from which code, registry
//! subjects and topics follow. Nothing here knows of Kafka clients, HTTP or Rust tokens.
//!
//! ```text
//! files ─ json, avro::idl (nodes with places) ─▶ avro (declare, build) ─▶ annotation ─▶ loader ─▶ Contract
//! ```
#![forbid(unsafe_code)]
// What only the Protobuf front end uses is no fault where it is left out.
#![cfg_attr(not(feature = "protobuf"), allow(dead_code, unused_imports))]

mod annotation;
pub mod avro;
pub mod compatibility;
pub mod contract;
mod derived;
mod diagnostics;
mod files;
mod json;
pub mod lint;
mod loader;
mod manifest;
mod nesting;
mod outline;
mod places;
mod problems;
#[cfg(feature = "protobuf")]
pub mod protobuf;
#[cfg(not(feature = "protobuf"))]
#[path = "without_protobuf.rs"]
mod protobuf;
mod reader;
mod source;

/// The model of Avro schemas.
pub use eventgen_avro::model as types;

pub use contract::{Contract, Event, EventFormat, Topic};
pub use derived::{DerivedSchema, foreign_definition};
pub use diagnostics::{Diagnostic, Diagnostics, Severity, code, did_you_mean};
pub use loader::{Loaded, Loader};
pub use manifest::{
    Dates, Decimals, Environment, FILE_NAME as MANIFEST_FILE_NAME, Manifest, RustSetting, RustSettings,
};
pub use outline::Outline;
pub use places::Place;
pub use source::{Position, SourceId, Sources, Span};
pub use types::{Type, TypeGraph, TypeId};

/// The tree that every front end reads its files into.
mod node {
    pub(crate) use eventgen_avro::parse::{Member, Node, Value};
}
