//! One diagnostic, and the collection of all diagnostics of a run.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use super::code::{self, Code};
use super::level::Severity;
use crate::reader::NotAFile;
use crate::source::{SourceId, Sources, Span};

/// One error or warning.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Diagnostic {
    /// The code.
    pub code: Code,
    /// The severity.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// The locations, each with a remark. The primary one is first. Empty if the error is not in a file.
    pub labels: Vec<(Span, String)>,
    /// How to fix it.
    pub help: Option<String>,
    /// What programs may want to know besides the message: names and values, such as the rule that a change breaks.
    pub facts: Vec<(&'static str, String)>,
}

impl Diagnostic {
    /// An error.
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            labels: Vec::new(),
            help: None,
            facts: Vec::new(),
        }
    }

    /// A lint with the severity of its default level. [`Levels::apply`](crate::lint::Levels::apply) applies the levels
    /// that are set.
    pub fn lint(code: Code, message: impl Into<String>) -> Self {
        let severity = code.lint.and_then(|lint| lint.default.severity()).unwrap_or(Severity::Error);
        Self { severity, ..Self::error(code, message) }
    }

    /// A file or folder that cannot be read.
    pub(crate) fn unreadable(path: &Path, error: &io::Error) -> Self {
        let target = fs::read_link(path).ok();
        let path = path.display();
        if let (ErrorKind::NotFound, Some(target)) = (error.kind(), target) {
            let message = format!("{path} is a link to {}, which does not exist", target.display());
            return Self::error(code::UNREADABLE, message).help("correct the link or remove it");
        }
        let (message, help) = match error.kind() {
            ErrorKind::NotFound => (
                format!("{path} does not exist"),
                "check the path: it is relative to the current folder, or to the folder of eventgen.toml if it is set there",
            ),
            ErrorKind::InvalidData => (format!("{path} is not UTF-8 text"), "save it as UTF-8"),
            _ if NotAFile::is_cause_of(error) => {
                (format!("{path} is not a file"), "name a file; only regular files are read")
            }
            _ => (format!("{path} cannot be read: {error}"), "check the path and its permissions"),
        };
        Self::error(code::UNREADABLE, message).help(help)
    }

    /// Adds a location with a remark.
    #[must_use]
    pub fn at(mut self, span: &Span, remark: impl Into<String>) -> Self {
        self.labels.push((span.clone(), remark.into()));
        self
    }

    /// Adds a fact for programs.
    #[must_use]
    pub(crate) fn fact(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.facts.push((name, value.into()));
        self
    }

    /// Sets the help: how to fix it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// The maximum number of diagnostics that are kept. A file may have an error in each of thousands of fields.
const MOST: usize = 1000;

/// Diagnostics with the files that they point into. `Display` renders them without colour.
#[derive(Clone, Default)]
pub struct Diagnostics {
    sources: Sources,
    kept: Vec<Diagnostic>,
    /// The number of errors, including those that were dropped at the limit.
    errors: usize,
    /// The same for warnings.
    warnings: usize,
}

impl Diagnostics {
    /// Sorts diagnostics by file and location and removes duplicates. At most 1000 are kept, errors before warnings.
    pub fn new(sources: Sources, mut diagnostics: Vec<Diagnostic>) -> Self {
        let place = |diagnostic: &Diagnostic| {
            diagnostic.labels.first().map(|(span, _)| (span.source, span.range.start, span.range.end))
        };
        diagnostics.sort_by(|a, b| {
            place(a).cmp(&place(b)).then(a.code.cmp(&b.code)).then(a.message.cmp(&b.message))
        });
        diagnostics.dedup_by(|a, b| place(a) == place(b) && a.code == b.code && a.message == b.message);
        let is_error = |diagnostic: &&Diagnostic| diagnostic.severity == Severity::Error;
        let errors = diagnostics.iter().filter(is_error).count();
        let warnings = diagnostics.len() - errors;
        let (mut room, mut room_for_warnings) = (MOST, MOST.saturating_sub(errors));
        diagnostics.retain(|diagnostic| {
            let room = if is_error(&diagnostic) { &mut room } else { &mut room_for_warnings };
            let kept = *room > 0;
            *room = room.saturating_sub(1);
            kept
        });
        Self { sources, kept: diagnostics, errors, warnings }
    }

    /// The diagnostics that are kept.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.kept.iter()
    }

    /// The files that they point into.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// The number of errors, including those that are not kept.
    pub fn error_count(&self) -> usize {
        self.errors
    }

    /// The number of warnings, including those that are not kept.
    pub fn warning_count(&self) -> usize {
        self.warnings
    }

    /// Whether there are no diagnostics.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// The counts in one line, such as `2 errors and 1 warning in 1 of 14 files`.
    pub fn summary(&self) -> String {
        let count = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
        let counted = match (self.errors, self.warnings) {
            (errors, 0) => count(errors, "error"),
            (0, warnings) => count(warnings, "warning"),
            (errors, warnings) => format!("{} and {}", count(errors, "error"), count(warnings, "warning")),
        };
        let places = self.kept.iter().flat_map(|diagnostic| &diagnostic.labels);
        let files: BTreeSet<SourceId> = places.map(|(span, _)| span.source).collect();
        let counted = match (files.len(), self.sources.len()) {
            (0, _) => counted,
            (concerned, all) if concerned == all => format!("{counted} in {}", count(all, "file")),
            (concerned, all) => format!("{counted} in {concerned} of {all} files"),
        };
        match (self.errors + self.warnings).saturating_sub(self.kept.len()) {
            0 => counted,
            left_out => format!("{counted}; {left_out} are not shown"),
        }
    }
}

/// The known name that is most similar to `word`, if it is similar enough for a suggestion: a few other letters, or words
/// added to its end, as in `TopicNameStrategy`. A name that has no letter in common with `word` is not similar, as short as
/// both may be.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let known: Vec<&str> = known.into_iter().collect();
    let near = |known: &&str| strsim::damerau_levenshtein(&word.to_lowercase(), &known.to_lowercase());
    let nearest = known.iter().copied().min_by_key(near)?;
    let letters = word.chars().count();
    if near(&nearest) <= (1 + letters / 4).min(letters.saturating_sub(1)) {
        return Some(nearest);
    }
    let is_extended = |known: &&str| {
        word.strip_prefix(*known)
            .is_some_and(|rest| rest.starts_with(|char: char| !char.is_ascii_lowercase()))
    };
    known.into_iter().filter(is_extended).max_by_key(|known| known.len())
}
