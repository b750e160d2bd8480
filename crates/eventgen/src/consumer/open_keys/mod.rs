//! The keys that are out on retry, so that their later records do not overtake.
//!
//! A record that has failed and waits in a retry topic for its next attempt is a *lead*. Later records of its key are written
//! to the retry topic for *followers*, without being handled, and are handled in order when no lead of the key is left. A
//! key is open until its last follower is done. Then its records are handled from the source again.
//!
//! Each worker has a [table](table) of the open keys that belong to it. All records of a key belong to one worker and to one
//! queue of it, wherever they are read from, so that neither the table nor the order needs a lock. When a partition is
//! assigned, the table is [rebuilt](scan) from what is not committed in its retry topics, before a record of the partition
//! is handled.

mod scan;
mod table;

pub(crate) use scan::{Committed, FoundKeys, Scan};
pub(crate) use table::{Admission, OpenKeys, Origin, Written};
