//! Compatibility of two versions of a schema, with every difference for which a registry would refuse one.
//!
//! The rules of each language are in the folder of its front end.

mod kind;
mod level;

pub use kind::{Incompatibility, IncompatibilityKind};
pub use level::check_level_with;
