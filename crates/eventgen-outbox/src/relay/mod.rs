//! Publishes rows. `lead` is the work of the relay of a table; `lanes` keeps the order of keys, `mark` the place in the table.

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
