//! Writers, relays that are killed, and a judge of what became of the events.
//!
//! Each transaction of the writers keeps a ledger of the events that it stores, and when it has stored them in the order of
//! their keys. The ledger is committed or rolled back with the events, so that it is what a topic must have.

mod judge;
mod ledger;
mod publisher;
pub mod recipes;
mod relays;
mod report;
mod run;
mod topic;
mod warehouse;
mod writers;

pub use judge::{Published, Verdict};
pub use ledger::{Ledger, TABLES};
pub use publisher::publish;
pub use report::page;
pub use run::{Outcome, Run};
pub use writers::{Load, Written, write};
