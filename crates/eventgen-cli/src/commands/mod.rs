//! The commands. Each reads its arguments, has a library do the work, and prints the result.

pub(crate) mod check;
pub(crate) mod compat;
pub(crate) mod completions;
pub(crate) mod diff;
pub(crate) mod dlq;
pub(crate) mod docs;
pub(crate) mod explain;
pub(crate) mod generate;
pub(crate) mod import;
pub(crate) mod lag;
pub(crate) mod man;
pub(crate) mod new;
pub(crate) mod outbox;
pub(crate) mod register;
pub(crate) mod send;
pub(crate) mod show;
pub(crate) mod tail;
pub(crate) mod topics;
