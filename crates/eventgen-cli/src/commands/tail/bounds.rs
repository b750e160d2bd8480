//! Where reading begins and ends.

use std::num::NonZeroU16;
use std::time::SystemTime;

use eventgen_admin::{RecordQuery, Start, parse_time};

use super::last::Last;
use crate::arguments;
use crate::failure::Failure;

/// How many records are shown where nothing says which.
const DEFAULT: u16 = 10;

/// The part of a topic that is read.
pub(super) struct Bounds {
    pub(super) query: RecordQuery,
    /// Where only the newest records are shown, what keeps them.
    pub(super) last: Option<Last>,
}

impl Bounds {
    pub(super) fn of(arguments: &arguments::Tail, topic: &str) -> Result<Self, Failure> {
        let selects = arguments.to.is_some() || arguments.key.is_some() || !arguments.conditions.is_empty();
        let count = match (arguments.last, &arguments.from, arguments.offset) {
            (Some(count), ..) => Some(count),
            (None, None, None) if !selects => NonZeroU16::new(DEFAULT),
            _ => None,
        };
        let start = match (&arguments.from, arguments.offset, count) {
            (Some(text), ..) => start(text)?,
            (None, Some(_), _) if arguments.partition.len() != 1 => return Err(Failure::OffsetOfPartitions),
            (None, Some(offset), _) => Start::Offset(offset.into()),
            // Records that are not shown may be between the last ones.
            (None, None, Some(_)) if selects => Start::Beginning,
            (None, None, Some(count)) => Start::Last(count.get().into()),
            (None, None, None) => Start::Beginning,
        };
        let until = match &arguments.to {
            Some(text) => Some(time(text)?),
            None => None,
        };
        let query = RecordQuery::new(topic)
            .partitions(arguments.partition.iter().copied())
            .start(start)
            .until(until)
            .follow(arguments.follow);
        let last = count.filter(|_| !arguments.follow).map(|count| Last::new(count.get().into()));
        Ok(Self { query, last })
    }
}

fn start(text: &str) -> Result<Start, Failure> {
    match text {
        "beginning" => Ok(Start::Beginning),
        "end" => Ok(Start::End),
        text => time(text).map(Start::Timestamp),
    }
}

fn time(text: &str) -> Result<i64, Failure> {
    parse_time(text, SystemTime::now()).ok_or_else(|| Failure::Time { text: text.to_owned() })
}
