//! Reads objects of known properties, whatever language they are written in: the annotation of a schema, and
//! `eventgen.toml`.

mod casing;
mod properties;
mod toml;

pub(crate) use casing::Casing;
pub(crate) use properties::{Properties, wrong_kind};
pub(crate) use toml::parse_toml;
