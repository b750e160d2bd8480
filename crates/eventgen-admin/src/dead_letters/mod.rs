//! Dead letters: records that a consumer could not handle, whatever has written them.
//!
//! | file | what it does |
//! |---|---|
//! | `origin` | reads the headers of five families: where a record comes from, and why it is a letter |
//! | `letter` | a letter, and how to find it again |
//! | `filter` | selects letters |
//! | `plan`, `outgoing` | which letters are sent back, where to, and as which records |
//! | `run`, `ledger` | a run that sends or discards letters, and what it has done so far |
//! | `source` | the record that a letter is about |
//! | `offsets`, `progress` | what has been sent back or discarded, as the metadata of a committed offset |

mod filter;
mod header;
mod ledger;
mod letter;
mod offsets;
mod origin;
mod outgoing;
mod plan;
mod progress;
mod run;
mod source;

pub use filter::{LetterFilter, OffsetRange, Selection};
pub use header::Header;
pub(crate) use ledger::Ledger;
pub use letter::{DeadLetter, LetterState};
pub use origin::{HeaderFamily, LOOPS, Origin};
pub(crate) use outgoing::{LETTER, Outgoing, place};
pub use plan::{Decision, LetterPlan, PlannedLetter, RedriveOptions, Route, Stays};
pub use progress::{Discard, PROGRESS_GROUP, Progress};
pub use run::{Done, Pace, RunError};
pub use source::{SourceError, SourceRecord};
