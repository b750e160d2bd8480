//! Protobuf messages: their descriptors and the names that prost gives them.

pub(crate) mod descriptors;
pub(crate) mod distinct;
pub(crate) mod given;
pub(crate) mod prost_names;
