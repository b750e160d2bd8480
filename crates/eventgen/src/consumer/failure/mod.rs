//! Records that cannot be handled.

pub mod dead_letter;
pub(crate) mod letter_writer;
pub(crate) mod policy;
