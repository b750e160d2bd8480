//! The peers' types for the three events.

pub(crate) mod borrowed;
pub(crate) mod plain;
pub(crate) mod proto;
