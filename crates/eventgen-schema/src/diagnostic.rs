//! Diagnostics: what is wrong, where, and how to mend it; all mistakes of a run together.

use std::collections::BTreeSet;
use std::fmt;

use ariadne::{Config, IndexType, Label as AriadneLabel, Report, ReportKind, Source};

use crate::code::Code;
use crate::source::{SourceId, Sources, Span};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The contract cannot be used.
    Error,
    /// The contract can be used; somebody should look at it.
    Warning,
}

/// One mistake.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    /// Its kind.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// Where, the main place first, each with a remark that may be empty. None for what is in no file.
    pub labels: Vec<(Span, String)>,
    /// How to mend it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error.
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self { code, severity: Severity::Error, message: message.into(), labels: Vec::new(), help: None }
    }

    /// A warning.
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// Points at a place.
    #[must_use]
    pub fn at(mut self, span: &Span, remark: impl Into<String>) -> Self {
        self.labels.push((span.clone(), remark.into()));
        self
    }

    /// Says how to mend it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Mistakes with the files they were made in. Printing renders them, without colour.
#[derive(Clone, Default)]
pub struct Diagnostics {
    sources: Sources,
    diagnostics: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Orders mistakes by file and place, each once.
    pub fn new(sources: Sources, mut diagnostics: Vec<Diagnostic>) -> Self {
        let place = |diagnostic: &Diagnostic| {
            diagnostic.labels.first().map(|(span, _)| (span.source, span.range.start, span.range.end))
        };
        diagnostics.sort_by(|a, b| {
            place(a).cmp(&place(b)).then(a.code.cmp(&b.code)).then(a.message.cmp(&b.message))
        });
        diagnostics.dedup_by(|a, b| place(a) == place(b) && a.code == b.code && a.message == b.message);
        Self { sources, diagnostics }
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.iter()
    }

    /// The files that their places are in.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// How many are errors.
    pub fn error_count(&self) -> usize {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count()
    }

    /// Whether there are none at all.
    pub fn is_empty(&self) -> bool {
        self.diagnostics.is_empty()
    }

    /// The rendered text: each mistake with its lines, then a count.
    pub fn render(&self, color: bool) -> String {
        let mut out = Vec::new();
        for diagnostic in &self.diagnostics {
            // Writing to memory does not fail.
            let _ = self.render_one(diagnostic, color, &mut out);
        }
        let mut text = String::from_utf8_lossy(&out).into_owned();
        // ariadne pads its lines; trailing blanks serve nobody.
        text = text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text + &self.summary()
    }

    fn render_one(&self, diagnostic: &Diagnostic, color: bool, out: &mut Vec<u8>) -> std::io::Result<()> {
        let kind = match diagnostic.severity {
            Severity::Error => ReportKind::Error,
            Severity::Warning => ReportKind::Warning,
        };
        let Some((main, _)) = diagnostic.labels.first() else {
            use std::io::Write as _;
            let word = if diagnostic.severity == Severity::Error { "Error" } else { "Warning" };
            writeln!(out, "[{}] {word}: {}", diagnostic.code.id, diagnostic.message)?;
            return diagnostic.help.iter().try_for_each(|help| writeln!(out, "  Help: {help}"));
        };
        let config = Config::default().with_color(color).with_index_type(IndexType::Byte);
        let mut report = Report::build(kind, self.place(main))
            .with_config(config)
            .with_code(diagnostic.code.id)
            .with_message(&diagnostic.message);
        for (span, remark) in &diagnostic.labels {
            report = report.with_label(AriadneLabel::new(self.place(span)).with_message(remark));
        }
        if let Some(help) = &diagnostic.help {
            report = report.with_help(help);
        }
        let files: BTreeSet<SourceId> = diagnostic.labels.iter().map(|(span, _)| span.source).collect();
        let files =
            files.into_iter().map(|id| (self.name(id), Source::from(self.sources.text(id).to_owned())));
        report.finish().write(FileCache(files.collect()), out)
    }

    fn place(&self, span: &Span) -> (String, std::ops::Range<usize>) {
        (self.name(span.source), span.range.clone())
    }

    fn name(&self, id: SourceId) -> String {
        self.sources.path(id).display().to_string()
    }

    fn summary(&self) -> String {
        let errors = self.error_count();
        let warnings = self.diagnostics.len() - errors;
        let files: BTreeSet<SourceId> = self
            .diagnostics
            .iter()
            .flat_map(|diagnostic| &diagnostic.labels)
            .map(|(span, _)| span.source)
            .collect();
        let count = |count: usize, word: &str| {
            (count > 0).then(|| format!("{count} {word}{}", if count == 1 { "" } else { "s" }))
        };
        let counted: Vec<String> =
            [count(errors, "mistake"), count(warnings, "warning")].into_iter().flatten().collect();
        format!("{} in {} of {} files", counted.join(" and "), files.len(), self.sources.len())
    }
}

/// The files of one report, for ariadne.
struct FileCache(Vec<(String, Source<String>)>);

impl ariadne::Cache<String> for FileCache {
    type Storage = String;

    fn fetch(&mut self, id: &String) -> Result<&Source<String>, impl fmt::Debug> {
        self.0.iter().find(|(name, _)| name == id).map(|(_, source)| source).ok_or("a file of the report")
    }

    fn display<'a>(&self, id: &'a String) -> Option<impl fmt::Display + 'a> {
        Some(id)
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

/// The same as printing: `main` of a build script prints its error's `Debug`.
impl fmt::Debug for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{self}")
    }
}

impl std::error::Error for Diagnostics {}

/// The word nearest to `word`, if one is near enough to be meant.
pub(crate) fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let near = |known: &&str| strsim::damerau_levenshtein(&word.to_lowercase(), &known.to_lowercase());
    let nearest = known.into_iter().min_by_key(near)?;
    (near(&nearest) <= 1 + word.chars().count() / 4).then_some(nearest)
}
