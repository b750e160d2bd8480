//! What becomes of records that cannot be handled.

pub mod dead_letter;
