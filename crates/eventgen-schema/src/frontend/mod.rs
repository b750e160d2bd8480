//! Front ends: the languages that schemas are written in.
//!
//! A front end reads the files of its language into a type graph, finds the annotated records, and gives each the form
//! in which it is registered. It also compares two versions of a schema. Nothing outside of the folder of a language
//! names it: the [loader](crate::Loader) goes through the list in `list.rs`.
//!
//! ```text
//! files ─▶ FrontEnd::read ─▶ Schemas { types, annotated } ─▶ annotation ─▶ loader ─▶ Contract
//! ```

pub(crate) mod avro;
mod context;
mod derived;
mod files;
mod front_end;
mod list;
#[cfg(not(feature = "protobuf"))]
mod not_built;
#[cfg(feature = "protobuf")]
pub mod protobuf;
mod schemas;
mod version;

pub(crate) use context::Context;
pub use derived::DerivedSchema;
pub(crate) use files::find;
pub(crate) use front_end::{FrontEnd, Input};
pub(crate) use list::front_ends;
pub(crate) use schemas::{Annotated, Schemas};
pub use version::{ParseError, SchemaVersion};
