//! The offset map: which records beyond the committed offset are done. It is committed as the metadata of the offset, so
//! that the next owner of the partition handles only what was open.
//!
//! Its text starts at the committed offset and has one of two forms. `eventgen1:` is followed by numbers separated by commas:
//! how many offsets are open, then how many are done, then open again, and so on. If that is too long, `eventgen2:` is
//! followed by hexadecimal digits, each for four offsets, of which the first is its highest bit; 1 is done. Other clients
//! ignore the metadata of an offset.

use std::fmt::Write as _;
use std::ops::Range;

const RUNS: &str = "eventgen1:";
const BITS: &str = "eventgen2:";

/// The most bytes of the text. Brokers refuse more than `offset.metadata.max.bytes`, by default 4096.
const LONGEST: usize = 4_000;
/// The offsets that the text of bits has room for.
const BITS_HELD: i64 = 4 * 3_990;

/// Offsets that are done, beyond a committed offset.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct OffsetMap {
    start: i64,
    /// In ascending order, disjoint.
    runs: Vec<Range<i64>>,
    /// Whether the next offset continues the last run.
    extends: bool,
}

impl OffsetMap {
    /// An empty map beyond a committed offset.
    pub(super) fn starting_at(offset: i64) -> Self {
        Self { start: offset, ..Self::default() }
    }

    /// Adds an offset, which is higher than all before it. Offsets that were skipped since the last one count as done, unless
    /// [`close_run`](Self::close_run) was called in between: they have no record.
    pub(super) fn add(&mut self, offset: i64) {
        match self.runs.last_mut() {
            Some(last) if self.extends => last.end = offset + 1,
            _ => self.runs.push(offset..offset + 1),
        }
        self.extends = true;
    }

    /// An open record: the next offset that is added begins a new run.
    pub(super) fn close_run(&mut self) {
        self.extends = false;
    }

    /// Adds what an earlier map states as done, from an offset on behind all that was added.
    pub(super) fn append(&mut self, earlier: &Self, from: i64) {
        for run in earlier.runs.iter().filter(|run| from < run.end) {
            let start = run.start.max(from);
            match self.runs.last_mut() {
                Some(last) if last.end == start => last.end = run.end,
                _ => self.runs.push(start..run.end),
            }
        }
        self.extends = false;
    }

    pub(super) fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// Whether further offsets cannot be part of the text.
    pub(super) fn is_full(&self) -> bool {
        let bits = i64::try_from(4 * LONGEST).expect("a small number");
        // In the form of runs, each takes four characters at least.
        self.runs.len() > LONGEST / 4 && self.end().is_some_and(|end| end - self.start > bits)
    }

    #[cfg(test)]
    pub(super) fn runs(&self) -> &[Range<i64>] {
        &self.runs
    }

    /// Whether an offset is done.
    pub(crate) fn contains(&self, offset: i64) -> bool {
        let after = self.runs.partition_point(|run| run.end <= offset);
        self.runs.get(after).is_some_and(|run| run.contains(&offset))
    }

    /// The first offset beyond all that are done.
    pub(super) fn end(&self) -> Option<i64> {
        self.runs.last().map(|run| run.end)
    }

    /// The text to commit, `None` if nothing is done beyond the offset, and the offset from which on it has no room. What does
    /// not fit is left out: those records are handled again after a restart.
    pub(crate) fn to_text(&self) -> (Option<String>, i64) {
        if self.is_empty() {
            return (None, i64::MAX);
        }
        match self.runs_text() {
            Some(text) => (Some(text), i64::MAX),
            None => (Some(self.bits_text()), self.start.saturating_add(BITS_HELD)),
        }
    }

    /// The lengths of the runs; `None` if they are too long.
    fn runs_text(&self) -> Option<String> {
        let mut text = String::from(RUNS);
        let mut at = self.start;
        for run in &self.runs {
            let separator = if text.len() > RUNS.len() { "," } else { "" };
            let _ = write!(text, "{separator}{},{}", run.start - at, run.end - run.start);
            if text.len() > LONGEST {
                return None;
            }
            at = run.end;
        }
        Some(text)
    }

    /// One bit for each offset, as far as there is room.
    fn bits_text(&self) -> String {
        let mut text = String::from(BITS);
        let end = self.end().unwrap_or(self.start);
        for first in (self.start..end.min(self.start.saturating_add(BITS_HELD))).step_by(4) {
            let bits =
                (first..first + 4).fold(0, |bits, offset| bits << 1 | u32::from(self.contains(offset)));
            text.extend(char::from_digit(bits, 16));
        }
        text
    }

    /// The map of a committed offset. Metadata of other clients, and text that is damaged, is an empty map: then all records
    /// from the offset on are handled.
    pub(crate) fn from_text(offset: i64, metadata: &[u8]) -> Self {
        Self::parse(offset, metadata).unwrap_or_else(|| Self::starting_at(offset))
    }

    fn parse(offset: i64, metadata: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(metadata).ok()?;
        match text.strip_prefix(RUNS) {
            Some(runs) => Self::parse_runs(offset, runs),
            None => Self::parse_bits(offset, text.strip_prefix(BITS)?),
        }
    }

    fn parse_runs(offset: i64, runs: &str) -> Option<Self> {
        let mut map = Self::starting_at(offset);
        let (mut at, mut is_done) = (offset, false);
        for length in runs.split(',') {
            let length = length.parse::<i64>().ok().filter(|length| *length >= 0)?;
            let end = at.checked_add(length)?;
            if is_done && length > 0 {
                map.runs.push(at..end);
            }
            (at, is_done) = (end, !is_done);
        }
        (!is_done).then_some(map)
    }

    fn parse_bits(offset: i64, digits: &str) -> Option<Self> {
        let mut map = Self::starting_at(offset);
        for (index, digit) in (0_i64..).zip(digits.chars()) {
            let bits = digit.to_digit(16)?;
            for bit in 0..4 {
                if bits >> (3 - bit) & 1 == 1 {
                    map.add(offset.checked_add(index * 4 + bit)?.min(i64::MAX - 1));
                } else {
                    map.close_run();
                }
            }
        }
        Some(map)
    }
}

const _: () = assert!(BITS.len() + 3_990 == LONGEST);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_survives_its_text() {
        let mut map = OffsetMap::starting_at(10);
        for offset in [11, 12, 15] {
            map.add(offset);
        }
        map.close_run();
        map.add(17);
        assert_eq!(map.runs(), [11..16, 17..18], "13 and 14 have no record");
        assert_eq!(map.to_text().0.as_deref(), Some("eventgen1:1,5,1,1"));
        let read = OffsetMap::from_text(10, b"eventgen1:1,5,1,1");
        assert_eq!(read.runs(), map.runs());
        let done: Vec<i64> = (0..30).filter(|offset| read.contains(*offset)).collect();
        assert_eq!(done, [11, 12, 13, 14, 15, 17]);
        assert_eq!(read.end(), Some(18));
    }

    #[test]
    fn foreign_and_damaged_metadata_is_an_empty_map() {
        for text in ["", "x", "eventgen1:", "eventgen1:1", "eventgen1:1,-2", "eventgen1:1,a", "eventgen3:1,1"]
        {
            assert!(OffsetMap::from_text(3, text.as_bytes()).is_empty(), "{text}");
        }
        assert!(OffsetMap::from_text(3, b"eventgen1:\xff").is_empty());
        let far = format!("eventgen1:1,{}", i64::MAX);
        assert!(OffsetMap::from_text(3, far.as_bytes()).is_empty());
    }

    #[test]
    fn a_map_of_many_runs_has_a_bit_for_each_offset() {
        let mut map = OffsetMap::starting_at(1_000);
        for offset in 1_000..9_000 {
            if offset % 3 == 1 { map.add(offset) } else { map.close_run() }
        }
        let text = map.to_text().0.expect("a text");
        assert!(text.starts_with("eventgen2:924924") && text.len() < LONGEST, "{text}");
        assert_eq!(OffsetMap::from_text(1_000, text.as_bytes()).runs(), map.runs());
        assert!(OffsetMap::from_text(1_000, b"eventgen2:4g").is_empty());
        assert!(OffsetMap::from_text(i64::MAX - 3, b"eventgen2:ff").is_empty());
    }

    #[test]
    fn a_text_is_never_longer_than_brokers_accept() {
        let mut map = OffsetMap::starting_at(0);
        for offset in 0..100_000 {
            map.add(offset * 2 + 1);
            map.close_run();
        }
        let (text, stated_before) = map.to_text();
        let text = text.expect("some fit");
        assert_eq!(text.len(), LONGEST);
        let read = OffsetMap::from_text(0, text.as_bytes());
        assert_eq!(read.runs(), &map.runs()[..read.runs().len()]);
        for offset in 0..stated_before {
            assert_eq!(read.contains(offset), map.contains(offset), "{offset}");
        }
        assert!(map.contains(stated_before + 1) && !read.contains(stated_before + 1));
    }
}
