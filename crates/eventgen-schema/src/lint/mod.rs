//! Lints: rules about contracts that are valid and probably wrong. Each rule has a level.
//!
//! [`changes`] compares a contract with the previous one. The other rules check one contract while it is loaded, when the
//! locations of all properties are known.

mod changes;
mod keys;
mod levels;
mod names;
mod retry;
mod subjects;
mod topics;
mod unused;

pub use crate::diagnostics::Level;
pub use changes::changes;
pub(crate) use changes::{KEY_SUBJECT, OTHER_KEYS, Whereabouts, located_changes};
pub use levels::Levels;
pub(crate) use names::{NamePattern, TopicName, check_names};
pub(crate) use subjects::{check_key_names, check_key_subjects, check_references, check_subjects};
pub(crate) use topics::{check_replicas, check_topic};
pub(crate) use unused::check_unused;
