//! Reads objects of known properties, whatever language they are written in: the annotation of a schema, and
//! `eventgen.toml`.

mod casing;
mod file;
mod json;
mod properties;
mod toml;

pub use casing::Casing;
pub(crate) use file::{NotAFile, not_a_file, open_file};
pub(crate) use json::{MAX_DEPTH, nested_too_deeply, once_each, parse_json};
pub(crate) use properties::{Properties, wrong_kind};
pub(crate) use toml::parse_toml;
