//! The Schema Registry: a client for the REST interface that Confluent's registry, Apicurio and Karapace share.
//!
//! Calls block, as they are rare: ids are looked up once and kept. Asynchronous code makes them from
//! `tokio::task::spawn_blocking`.

mod cache;
mod client;
mod error;
mod http;
mod model;
mod references;

pub use client::{RegistryClient, RegistryClientBuilder};
pub use error::RegistryError;
pub(crate) use model::schema_type;
pub use model::{
    CompatibilityVerdict, NewSchema, RegisteredSchema, SchemaId, SchemaReference, SubjectVersion,
    VersionNumber,
};
