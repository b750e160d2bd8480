//! Rules for ranges of numbers and for reserved names, which the compiler's libraries do not check.

use std::collections::HashSet;

use prost_reflect::prost_types::FileDescriptorProto;

use super::error::Violation;
use super::spans::{Spans, tag};
use super::walk::{enums, messages};

/// Checks the reserved names and the ranges of every message and enum.
pub(super) fn check_ranges(file: &FileDescriptorProto, spans: &Spans, violations: &mut Vec<Violation>) {
    let mut check = Check { spans, violations };
    for (_, path, message) in messages(file) {
        // These ends are exclusive.
        let range = |start: Option<i32>, end: Option<i32>| {
            (i64::from(start.unwrap_or_default()), i64::from(end.unwrap_or_default()) - 1)
        };
        let reserved = message.reserved_range.iter().map(|reserved| range(reserved.start, reserved.end));
        let extensions =
            message.extension_range.iter().map(|extension| range(extension.start, extension.end));
        let reserved = check.ranges(&path, tag::MESSAGE_RESERVED_RANGE, "reserved", reserved);
        let extensions = check.ranges(&path, tag::MESSAGE_EXTENSION_RANGE, "extension", extensions);
        check.overlaps(&extensions, &reserved, "extension range overlaps a reserved one");
        check.names(&path, tag::MESSAGE_RESERVED_NAME, &message.reserved_name);
    }
    for (path, definition) in enums(file) {
        let ranges = definition.reserved_range.iter();
        let ranges = ranges.map(|range| (i64::from(range.start()), i64::from(range.end())));
        check.ranges(&path, tag::ENUM_RESERVED_RANGE, "reserved", ranges);
        check.names(&path, tag::ENUM_RESERVED_NAME, &definition.reserved_name);
    }
}

/// A range with its path. Both ends are part of it.
struct Range {
    path: Vec<i32>,
    first: i64,
    last: i64,
}

struct Check<'a> {
    spans: &'a Spans,
    violations: &'a mut Vec<Violation>,
}

impl Check<'_> {
    /// Checks ranges of one kind, and returns them.
    fn ranges(
        &mut self,
        of: &[i32],
        list: i32,
        kind: &str,
        ranges: impl Iterator<Item = (i64, i64)>,
    ) -> Vec<Range> {
        let ranges = (0..).zip(ranges).map(|(index, (first, last))| Range {
            path: [of, &[list, index]].concat(),
            first,
            last,
        });
        let mut ranges: Vec<Range> = ranges.collect();
        for range in ranges.iter().filter(|range| range.last < range.first) {
            let message = format!("{kind} range ends before it starts");
            let at = self.spans.get(&range.path).unwrap_or_default();
            let help = "write the smaller number first";
            self.violations.push(Violation::invalid(message, at, "this range", help));
        }
        ranges.sort_by_key(|range| range.first);
        let mut widest: Option<&Range> = None;
        for range in ranges.iter().filter(|range| range.first <= range.last) {
            if let Some(widest) = widest.filter(|widest| range.first <= widest.last) {
                self.overlap(range, widest, &format!("{kind} range overlaps another one"));
            }
            if widest.is_none_or(|widest| range.last > widest.last) {
                widest = Some(range);
            }
        }
        ranges
    }

    /// Reports the ranges of one list that overlap one of the other. Both are in order, and the others are disjoint unless
    /// that has been reported.
    fn overlaps(&mut self, ranges: &[Range], others: &[Range], message: &str) {
        for range in ranges {
            let before = others.partition_point(|other| other.first <= range.last);
            if let Some(other) = others[..before].last().filter(|other| other.last >= range.first) {
                self.overlap(range, other, message);
            }
        }
    }

    fn overlap(&mut self, range: &Range, other: &Range, message: &str) {
        let at = |range: &Range| self.spans.get(&range.path).unwrap_or_default();
        // The later one in the file is the one in question.
        let (second, first) = if at(range).start < at(other).start { (other, range) } else { (range, other) };
        let violation =
            Violation::invalid(message, at(second), "this range", "name every number in one range only");
        let first = at(first);
        self.violations.push(violation.at(first, "the other one"));
    }

    fn names(&mut self, of: &[i32], list: i32, names: &[String]) {
        let mut seen = HashSet::new();
        for (index, name) in (0..).zip(names) {
            if !seen.insert(name) {
                let at = self.spans.get(&[of, &[list, index]].concat()).unwrap_or_default();
                let message = format!("name `{name}` is reserved twice");
                self.violations.push(Violation::invalid(message, at, "again here", "remove one of them"));
            }
        }
    }
}
