//! Locations: a range of bytes in one of the texts that are parsed together.

use std::ops::Range;

/// Identifies a text among those that are parsed together. The caller numbers them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(usize);

impl SourceId {
    /// The id of the text with this index.
    pub const fn new(index: usize) -> Self {
        Self(index)
    }

    /// The index of the text.
    pub const fn index(self) -> usize {
        self.0
    }
}

/// A location in a text, in bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Span {
    /// The text.
    pub source: SourceId,
    /// From the first byte to the end, exclusive.
    pub range: Range<usize>,
}

impl Span {
    /// A range that another parser reports, clamped to `text` and to character boundaries.
    pub fn clamped(text: &str, source: SourceId, range: &Range<usize>) -> Self {
        let boundary =
            |byte: usize| (0..=byte.min(text.len())).rev().find(|&byte| text.is_char_boundary(byte));
        let start = boundary(range.start).unwrap_or_default();
        Self { source, range: start..boundary(range.end).unwrap_or_default().max(start) }
    }
}
