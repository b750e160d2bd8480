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
//!
//! # In batches
//! All records of a partition are in one queue there, and its worker has the open keys of the partition. The keys are those of
//! the contract nevertheless: of a batch whose turn has come, the records that follow are written and those that wait are put
//! aside, and the handler gets the others.
//!
//! # In transactions
//! A transactional consumer writes leads and followers in the transaction that commits the records from which they come.
//! Their offsets are not known before that, and the next record of the key does not wait for it. So a key opens when its lead
//! is handed to the polling thread, under an [id](RetryId) that the lead has in its headers. The lead closes what it has
//! opened when it comes back and is done: it comes back after its transaction is committed, because only committed records
//! are read.
//!
//! - **A transaction is aborted.** Its work is part of the next one, in the same order, so that the key stays open and its lead
//!   comes later.
//! - **A lead is dropped** before a transaction takes it, while its partition stays: the source is read again from an earlier
//!   offset, or an operator has sought it and what was done could not be committed. Then the polling thread
//!   [withdraws](OpenKeys::withdraw) it, so that the key does not stay open. A follower is not withdrawn: the next one takes
//!   its place as the last one.
//! - **The partition leaves.** The table of the partition is dropped, with all that was promised and not committed. The next
//!   owner waits for the transactions that have offsets of the partition, and rebuilds the table from what is committed. It
//!   reads up to the end of the log and not only to its last stable offset: the marker of a transaction may come to a retry
//!   topic later than to the offsets of the group.
//! - **A handler cannot be cancelled** and ends when its partition has left and come back. Nothing of it is committed, so that
//!   it changes nothing in the new table.

mod scan;
mod table;
mod written;

pub(crate) use scan::{Committed, FoundKeys, Scan};
pub(crate) use table::{Admission, OpenKeys};
pub(crate) use written::{Origin, Promise, Retried, RetryId, Sent, Written};
