//! Puts schemas and pairs of versions before everything that decides about them, and compares the answers.
//!
//! ```text
//! avro/*.toml, protobuf/*.toml ─▶ entries ─▶ ours (check, generated code, registry, run time) ─▶ table ─▶ differences
//!                                        └▶ oracles (Java, protoc) ────────────────────────────┘
//! ```
//!
//! An entry lists the differences that are on purpose, with their reasons. Every other difference fails, and so does a
//! listed one that is gone.

pub mod batch;
pub mod check;
pub mod consumption;
pub mod entries;
pub mod java;
pub mod protoc;
pub mod random;
pub mod random_protobuf;
pub mod registry;
pub mod table;
