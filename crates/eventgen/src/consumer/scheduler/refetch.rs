//! A partition that is read again from an earlier offset.

use super::job::Ticket;

/// How far a partition has been read again.
#[derive(Debug)]
pub(super) struct Refetch {
    /// Whether the client is still to be told.
    pub(super) is_due: bool,
    /// Where it continues.
    pub(super) from: i64,
    /// The ticket from which deferred records are looked for.
    pub(super) cursor: Ticket,
}
