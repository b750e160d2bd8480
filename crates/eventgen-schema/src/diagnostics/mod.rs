//! Diagnostics: what is wrong in a schema or in `eventgen.toml`, where, and how to fix it. A run reports all of them.

pub mod code;
mod diagnostic;
#[cfg(feature = "render")]
mod hidden;
mod level;
#[cfg(not(feature = "render"))]
mod plain;
mod printable;
mod render;
#[cfg(feature = "render")]
mod snippet;

pub use diagnostic::{Diagnostic, Diagnostics, did_you_mean};
pub use level::{Level, Severity};
pub use printable::printable;
