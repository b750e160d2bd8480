//! What the user wrote: attributes, items and the Rust types of their fields.

pub(crate) mod attributes;
pub(crate) mod casing;
pub(crate) mod doc;
pub(crate) mod item;
pub(crate) mod properties;
mod refused;
pub(crate) mod rust_type;
pub(crate) mod scalar;
mod serde;
