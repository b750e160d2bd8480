//! Shows records.

use eventgen_admin::Record;

use super::filter::Filter;
use super::values::{Decoded, Values};
use super::{json, text};
use crate::arguments::{self, Format};
use crate::count::count;
use crate::failure::Failure;
use crate::terminal::{output, summary};

pub(super) struct Printer {
    topic: String,
    filter: Filter,
    format: Format,
    headers: bool,
    values: Values,
    limit: u64,
    shown: u64,
    undecoded: usize,
}

impl Printer {
    pub(super) fn new(arguments: &arguments::Tail, topic: &str, values: Values) -> Self {
        Self {
            topic: topic.to_owned(),
            filter: Filter::of(arguments),
            format: arguments.output,
            headers: arguments.headers,
            values,
            limit: arguments.limit.map_or(u64::MAX, std::num::NonZeroU64::get),
            shown: 0,
            undecoded: 0,
        }
    }

    /// Whether as many records are shown as were asked for.
    pub(super) fn is_full(&self) -> bool {
        self.shown >= self.limit
    }

    /// The value of a record; `None` if the record is not to be shown.
    pub(super) fn decode(&mut self, record: &Record) -> Option<Decoded> {
        let typed = || self.values.key(record).map(|key| key.value);
        if !self.filter.takes(record.key.as_deref(), typed) {
            return None;
        }
        Some(self.values.read(record)).filter(|value| self.filter.takes_value(value))
    }

    pub(super) fn print(&mut self, record: &Record, value: &Decoded) -> Result<(), Failure> {
        if self.is_full() {
            return Ok(());
        }
        let key = self.values.key(record);
        match self.format {
            Format::Human => output(&text::record(record, key.as_ref(), value, self.headers))?,
            Format::Json => output(&json::record(&self.topic, record, key.as_ref(), value)?)?,
        }
        self.shown += 1;
        self.undecoded += usize::from(matches!(value, Decoded::Undecoded(_)));
        Ok(())
    }

    pub(super) fn summarize(&self) {
        let shown = count(usize::try_from(self.shown).unwrap_or(usize::MAX), "record");
        let undecoded = match self.undecoded {
            0 => String::new(),
            undecoded => format!(", {undecoded} of them not decoded"),
        };
        summary(&format!("{shown} of {}{undecoded}", self.topic));
    }
}
