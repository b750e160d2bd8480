//! The files that a contract is read from, and places in them.

use std::ops::Range;
use std::path::{Path, PathBuf};

/// Names one file among the [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(usize);

/// A place in a file, in bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Span {
    /// The file.
    pub source: SourceId,
    /// The first byte and the one behind the last.
    pub range: Range<usize>,
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
        SourceId(self.files.len() - 1)
    }

    /// The path of a file, as the user gave it.
    pub fn path(&self, id: SourceId) -> &Path {
        &self.files[id.0].0
    }

    /// The text of a file.
    pub fn text(&self, id: SourceId) -> &str {
        &self.files[id.0].1
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
