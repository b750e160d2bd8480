//! The files that a contract is read from, and places in them.

use std::ops::Range;
use std::path::{Path, PathBuf};

pub use eventgen_avro::parse::{SourceId, Span};

/// A place in a text as people count: both from 1, columns in characters (Unicode scalar values).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column in it.
    pub column: usize,
}

/// Every file read, in the order of reading.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    files: Vec<(PathBuf, String)>,
}

impl Sources {
    /// Adds a file.
    pub fn add(&mut self, path: impl Into<PathBuf>, text: String) -> SourceId {
        self.files.push((path.into(), text));
        SourceId::new(self.files.len() - 1)
    }

    /// The path of a file, as the user gave it.
    pub fn path(&self, id: SourceId) -> &Path {
        &self.files[id.index()].0
    }

    /// The text of a file.
    pub fn text(&self, id: SourceId) -> &str {
        &self.files[id.index()].1
    }

    /// A place that a foreign parser names, cut to what is in the file and to whole characters.
    pub(crate) fn span(&self, source: SourceId, range: &Range<usize>) -> Span {
        Span::clamped(self.text(source), source, range)
    }

    /// Line and column of a byte of a file.
    pub fn position(&self, id: SourceId, byte: usize) -> Position {
        let before = &self.text(id)[..byte];
        let line = before.rfind('\n').map_or(0, |end| end + 1);
        Position { line: before.matches('\n').count() + 1, column: before[line..].chars().count() + 1 }
    }

    /// Every file, in the order of reading.
    pub fn ids(&self) -> impl Iterator<Item = SourceId> + use<> {
        (0..self.files.len()).map(SourceId::new)
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

/// A value with its place.
#[derive(Debug, Clone)]
pub(crate) struct Spanned<T> {
    pub(crate) value: T,
    pub(crate) span: Span,
}

/// Two that say the same are equal, wherever they stand.
impl<T: PartialEq> PartialEq for Spanned<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}
