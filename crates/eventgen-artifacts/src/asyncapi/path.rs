//! The path of the document.

/// The path of the document.
pub const FILE: &str = "asyncapi.json";
