//! Reads files within limits, and reports those that cannot be read.

use std::collections::BTreeSet;
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use crate::diagnostics::{Diagnostic, code};
use crate::reader::open_file;
use crate::source::{SourceId, Sources, Span};

const MIB: u64 = 1024 * 1024;
/// The largest schema file, in bytes.
const MAX_SIZE: u64 = 16 * MIB;
/// The largest total size of all files, in bytes.
const MAX_TOTAL_SIZE: u64 = 256 * MIB;
/// The largest number of files.
const MAX_FILES: usize = 100_000;

/// Collects the files that a front end reads and the diagnostics that it reports.
#[derive(Debug)]
pub struct Context<'a> {
    /// The texts of all files.
    pub sources: &'a mut Sources,
    /// The diagnostics.
    pub diagnostics: &'a mut Vec<Diagnostic>,
    /// Every file that was read, including imports.
    pub files: BTreeSet<PathBuf>,
    count: usize,
    total: u64,
    /// Whether a limit of all files together is exceeded: no further file is read.
    is_exhausted: bool,
}

impl<'a> Context<'a> {
    pub(crate) fn new(sources: &'a mut Sources, diagnostics: &'a mut Vec<Diagnostic>) -> Self {
        Self { sources, diagnostics, files: BTreeSet::new(), count: 0, total: 0, is_exhausted: false }
    }

    /// Reads a file; `import` is the location that imports it. `None` if it cannot be read, which is reported.
    pub fn read(&mut self, path: &Path, import: Option<&Span>) -> Option<SourceId> {
        if self.is_exhausted {
            return None;
        }
        self.files.insert(path.to_owned());
        self.count += 1;
        if self.count > MAX_FILES {
            return self.exhaust(format!("there are more than {MAX_FILES} schema files"));
        }
        let text = match self.text(path) {
            Ok(text) => text,
            Err(error) => {
                let diagnostic = Diagnostic::unreadable(path, &error);
                self.diagnostics.push(match import {
                    Some(span) => diagnostic
                        .at(span, "imported here")
                        .help("an import is relative to the folder of its file"),
                    None => diagnostic,
                });
                return None;
            }
        };
        if text.len() as u64 > MAX_SIZE {
            // The text is neither read nor shown.
            let source = self.sources.add(path, String::new());
            self.diagnostics.push(too_large(source));
            return None;
        }
        if self.total > MAX_TOTAL_SIZE {
            return self
                .exhaust(format!("the schema files have more than {} MiB in total", MAX_TOTAL_SIZE / MIB));
        }
        Some(self.sources.add(path, text))
    }

    fn exhaust(&mut self, message: String) -> Option<SourceId> {
        self.is_exhausted = true;
        self.diagnostics.push(Diagnostic::error(code::TOO_LARGE, message).help("read fewer files at once"));
        None
    }

    /// The text of a file without a byte order mark. Stops at the size limit.
    fn text(&mut self, path: &Path) -> io::Result<String> {
        let mut bytes = Vec::new();
        open_file(path)?.take(MAX_SIZE + 1).read_to_end(&mut bytes)?;
        self.total += bytes.len() as u64;
        let text = String::from_utf8(bytes).map_err(|error| io::Error::new(ErrorKind::InvalidData, error))?;
        Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
    }
}

/// Reports a file of more than [`MAX_SIZE`] bytes.
fn too_large(source: SourceId) -> Diagnostic {
    Diagnostic::error(code::TOO_LARGE, format!("the file has more than {} MiB", MAX_SIZE / MIB))
        .at(&Span { source, range: 0..0 }, "this file")
        .help("split it: schemas of several files may refer to each other")
}
