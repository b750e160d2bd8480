//! The contract model of eventgen: what an annotated schema says, checked, with a located diagnostic for every error.
//!
//! Front ends read schema files into a [`TypeGraph`]; the `kafka` annotation on a record makes it an [`Event`] on a
//! [`Topic`]; `eventgen.toml` adds defaults and environments. The result is one [`Contract`], from which code, registry
//! subjects and topics follow. Nothing here knows of Kafka clients, HTTP or Rust tokens.
//!
//! ```text
//! files ─▶ front ends (nodes with spans, type graph) ─▶ annotation ─▶ assembly ─▶ Contract
//! ```
#![forbid(unsafe_code)]

mod annotation;
mod assembly;
pub mod comparison;
pub mod compatibility;
pub mod contract;
mod diagnostics;
#[doc(hidden)]
pub mod frontend;
#[cfg(feature = "protobuf")]
mod guard;
pub mod lint;
mod loaded;
mod loader;
pub mod lock;
mod manifest;
mod node;
mod reader;
mod shared;
mod source;
#[cfg(feature = "protobuf")]
mod stack;
/// Only the compiler of Protobuf needs more stack than there is.
#[cfg(not(feature = "protobuf"))]
mod stack {
    pub(crate) fn with_shared_room<R>(work: impl FnOnce() -> R) -> R {
        work()
    }
}
pub mod vocabulary;

/// The model of types, which is that of Avro.
pub use eventgen_avro::model as types;

pub use contract::{Contract, Event, Topic};
pub use diagnostics::{Diagnostic, Diagnostics, Severity, code, did_you_mean, printable};
pub use frontend::avro;
pub use frontend::avro::{Outline, Place, foreign_definition};
#[cfg(feature = "protobuf")]
pub use frontend::protobuf;
pub use frontend::{DerivedSchema, KeyField, ParseError, SchemaFile, SchemaVersion, describe, schema_file};
#[cfg(feature = "protobuf")]
#[doc(hidden)]
pub use guard::guarded;
pub use loaded::Loaded;
pub use loader::Loader;
pub use manifest::{
    Dates, Decimals, Environment, FILE_NAME as MANIFEST_FILE_NAME, Manifest, RustSetting, RustSettings,
    without_credentials,
};
pub use source::{Position, SourceId, Sources, Span};
pub use types::{Type, TypeGraph, TypeId};
