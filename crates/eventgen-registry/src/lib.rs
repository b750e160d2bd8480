//! The Schema Registry: a client for the REST interface that Confluent's registry, Apicurio and Karapace share, schemas in
//! their registered form, and the frame around registered values ([`wire`]).
//!
//! Calls block, as they are rare: ids are looked up once and kept. Asynchronous code makes them from
//! `tokio::task::spawn_blocking`.

mod cache;
mod client;
mod error;
mod http;
mod model;
mod references;
mod schema;
pub mod wire;

pub use client::{RegistryClient, RegistryClientBuilder};
pub use error::RegistryError;
pub use model::{
    CompatibilityVerdict, NewSchema, RegisteredSchema, SchemaId, SchemaReference, SubjectVersion,
    VersionNumber,
};
pub use schema::{ProtobufFile, Schema, SchemaFormat};
