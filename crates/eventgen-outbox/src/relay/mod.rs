//! Publishes rows. `lead` is the work of the relay of a table; `flow` has the records on their way,
//! `lanes` keeps the order of keys, `mark` the place in the table.

mod ended;
mod flow;
mod lanes;
mod lead;
mod mark;
mod record;
mod report;
mod runner;
mod settings;

pub use record::ID_HEADER;
pub use report::RelayReport;
pub use runner::Relay;
pub use settings::Retention;
