//! Shows records.

use eventgen_admin::Record;

use super::filter::Filter;
use super::values::{Decoded, Key, Values};
use super::{json, text};
use crate::arguments::{self, Format};
use crate::count::count;
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::terminal::{output, summary};

pub(super) struct Printer {
    topic: String,
    filter: Filter,
    format: Format,
    headers: bool,
    values: Values,
    limit: u64,
    shown: u64,
    /// Of how many that are shown the key is not decoded, and of how many the value.
    undecoded: (usize, usize),
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
            undecoded: (0, 0),
        }
    }

    /// Whether as many records are shown as were asked for.
    pub(super) fn is_full(&self) -> bool {
        self.shown >= self.limit
    }

    /// The value of a record; `None` if the record is not to be shown.
    ///
    /// # Errors
    /// The registry does not answer, so that nothing can be selected.
    pub(super) fn decode(&mut self, record: &Record) -> Result<Option<Decoded>, Failure> {
        if !self.filter.takes(record, &mut self.values)? {
            return Ok(None);
        }
        let value = self.values.read(record);
        Ok(self.filter.takes_value(record, &value)?.then_some(value))
    }

    pub(super) fn print(&mut self, record: &Record, value: &Decoded) -> Result<(), Failure> {
        if self.is_full() {
            return Ok(());
        }
        let key = self.values.key(record);
        match self.format {
            Format::Human => output(&text::record(record, &key, value, self.headers))?,
            Format::Json => output(&json::record(&self.topic, record, &key, value)?)?,
        }
        self.shown += 1;
        self.undecoded.0 += usize::from(matches!(key, Key::Undecoded(_)));
        self.undecoded.1 += usize::from(matches!(value, Decoded::Undecoded(_)));
        Ok(())
    }

    /// Says what was shown. It is a failure if nothing was, and there are records that might have been.
    pub(super) fn summarize(&self) -> Outcome {
        self.filter.remarks(self.shown > 0).iter().for_each(|remark| summary(remark));
        let shown = count(usize::try_from(self.shown).unwrap_or(usize::MAX), "record");
        let undecoded = match self.undecoded {
            (0, 0) => String::new(),
            (0, values) => format!(", {values} of them not decoded"),
            (keys, 0) => format!(", the keys of {keys} of them not decoded"),
            (keys, values) => format!(", {values} of them not decoded, nor the keys of {keys}"),
        };
        summary(&format!("{shown} of {}{undecoded}", self.topic));
        if self.shown == 0 && self.filter.is_undecided() { Outcome::Failure } else { Outcome::Fine }
    }
}
