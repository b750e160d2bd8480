//! What a schema is made of before it becomes code.

pub(crate) mod annotation;
pub(crate) mod definition;
pub(crate) mod document;
pub(crate) mod existing;
pub(crate) mod foreign;
pub(crate) mod representations;
