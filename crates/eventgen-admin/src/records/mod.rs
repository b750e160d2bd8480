//! Records of topics: read without a group, and written from JSON.

mod contract;
mod encode;
mod outgoing;
mod query;
mod record;
mod time;

pub use contract::ContractReader;
pub use encode::{EncodedEvent, EventEncoder, KeyComparison, NoEncoder, Problem, typed_key_payload};
pub use outgoing::{OutgoingRecord, Receipt, Unsent, registered_id, registered_key_id};
pub use query::{RecordQuery, Start};
pub use record::{Header, NextRecord, Record};
pub use time::parse_time;
