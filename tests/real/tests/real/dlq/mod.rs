//! `eventgen dlq` on real brokers: the letters of five families, what is sent back and to whom, runs that are killed, and what
//! is discarded.

mod denied;
mod families;
mod fixture;
mod groups;
mod killed;
mod left;
mod listing;
mod redrive;
mod refusals;
