//! Front ends: the languages that schemas are written in.
//!
//! A front end reads the files of its language into a type graph, finds the annotated records, and gives each the form
//! in which it is registered. It also compares two versions of a schema. Nothing outside of the folder of a language
//! names it: the [loader](crate::Loader) goes through the list in `list.rs`.
//!
//! ```text
//! files ─▶ FrontEnd::read ─▶ Schemas { types, annotated } ─▶ annotation ─▶ loader ─▶ Contract
//! ```

pub mod avro;
mod context;
mod derived;
mod described;
pub(crate) mod description;
mod field_numbers;
mod files;
mod front_end;
mod key;
mod list;
mod nesting;
#[cfg(not(feature = "protobuf"))]
mod not_built;
pub(crate) mod problems;
#[cfg(feature = "protobuf")]
pub mod protobuf;
mod schema_file;
mod schemas;
mod version;

pub use context::Context;
pub use derived::DerivedSchema;
pub use described::describe;
pub(crate) use files::find;
pub use front_end::{FrontEnd, Input, Version};
pub use key::{KeyDefinition, KeyField, KeyProblem, KeyText};
pub(crate) use list::front_ends;
pub use schema_file::SchemaFile;
pub use schemas::{Annotated, EventSchema, Schemas};
pub use version::{ParseError, SchemaVersion, schema_file};

pub use crate::node::{Member, Node, Value};
pub use crate::reader::Casing;
