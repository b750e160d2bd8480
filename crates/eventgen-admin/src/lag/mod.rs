//! The lag of all groups on some topics: what is asked ([`LagQuery`]), what one question finds ([`LagSample`]), and what
//! several of them say about a group ([`LagHistory`]).

mod assignment;
mod history;
mod limit;
mod query;
mod sample;
mod state;

pub(crate) use assignment::assigned;
pub use history::LagHistory;
pub use limit::{LagLimit, short_duration};
pub use query::LagQuery;
pub use sample::{GroupPartition, GroupSample, LagSample, Owner, PartitionOffsets};
pub use state::{GroupStatus, LagReason, LagState, PartitionStatus};
