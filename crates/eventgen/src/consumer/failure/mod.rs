//! Records that cannot be handled.

pub(crate) mod breaker;
pub mod dead_letter;
pub(crate) mod history;
pub(crate) mod letter_writer;
pub(crate) mod policy;
pub(crate) mod rejections;
pub(crate) mod retry_record;
pub(crate) mod retry_topics;
