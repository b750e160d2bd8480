//! The Schema Registry: a client of the REST interface that Confluent's registry, Apicurio and Karapace share, schemas
//! in their registered form, and the frame of registered values ([`wire`]).
//!
//! [`RegistryClient`] is asynchronous; [`blocking::RegistryClient`] is for programs without a runtime. Both need the
//! feature `client`, which is on by default. [`registration`] brings the subjects of a contract to a registry. Registries behind HTTPS need the feature `tls`.
#![forbid(unsafe_code)]

#[cfg(feature = "client")]
pub mod blocking;
#[cfg(feature = "client")]
mod client;
mod compatibility;
mod error;
mod languages;
mod model;
#[cfg(feature = "client")]
pub mod registration;
mod schema;
mod schema_type;
mod subject;
pub mod wire;

#[cfg(feature = "client")]
pub use client::{ReferencedSchema, RegistryClient, RegistryClientBuilder};
pub use compatibility::{Compatibility, UnknownCompatibility};
pub use error::RegistryError;
pub use languages::ProtobufFile;
pub use model::{
    CompatibilityOutcome, NewSchema, RegisteredSchema, SchemaGuid, SchemaId, SchemaKey, SchemaReference,
    SubjectVersion, VersionNumber,
};
pub use schema::Schema;
pub use schema_type::SchemaType;
pub use subject::{Subject, SubjectReference};
