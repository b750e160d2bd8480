//! Compatibility of two versions of a schema, with every difference that a set of rules forbids.
//!
//! The rules of each language are in the folder of its front end.

mod direction;
mod element;
mod incompatibility;
mod kind;
mod level;
mod matrix;
mod remedy;
mod rules;

pub use direction::Direction;
pub use element::Element;
pub use incompatibility::Incompatibility;
pub use kind::IncompatibilityKind;
pub use level::check_level_with;
pub use matrix::{Matrix, MatrixRow};
pub use rules::{RuleSet, UnknownRuleSet};
