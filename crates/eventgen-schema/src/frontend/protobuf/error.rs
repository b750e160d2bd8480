//! The errors of the compiler, and their diagnostics.

use std::collections::BTreeMap;
use std::ops::Range;

use miette::Diagnostic as _;

use super::lexer::{Token, tokens};
use super::rewritten::Rewritten;
use crate::diagnostics::code::Code;
use crate::diagnostics::{Diagnostic, code, did_you_mean};
use crate::source::{SourceId, Sources, Span};

/// Errors of the libraries have no help of their own.
const HELP: &str = "correct the file; if protoc accepts it, eventgen does not support what it uses here";

/// A string of Rust holds UTF-8, and so does the descriptor of a file.
const UTF8_HELP: &str = "write the text as UTF-8; a field of type `bytes` may have a default of other bytes";

/// The reason why a file does not compile.
pub(super) enum CompileError {
    /// The parser refuses the text.
    Parse { file: String, error: protox::Error, rewritten: Rewritten },
    /// The definitions do not fit together.
    Resolve { file: String, error: protox::Error },
    /// A library panicked.
    Panic { file: String, cause: String },
    /// A rule that is checked here is broken.
    Rule { file: String, violations: Vec<Violation> },
}

/// A rule that is checked here, and where it is broken.
#[derive(Debug)]
pub(super) struct Violation {
    pub(super) code: Code,
    pub(super) message: String,
    /// Parts of the author's text, with a remark on each.
    pub(super) labels: Vec<(Range<usize>, String)>,
    pub(super) help: String,
}

impl Violation {
    /// A rule of the language.
    pub(super) fn invalid(message: impl Into<String>, at: Range<usize>, remark: &str, help: &str) -> Self {
        Self {
            code: code::INVALID_PROTOBUF,
            message: message.into(),
            labels: vec![(at, remark.to_owned())],
            help: help.to_owned(),
        }
    }

    /// Adds a location.
    pub(super) fn at(mut self, range: Range<usize>, remark: &str) -> Self {
        self.labels.push((range, remark.to_owned()));
        self
    }
}

impl CompileError {
    /// The file that does not compile.
    pub(super) fn file(&self) -> &str {
        match self {
            Self::Parse { file, .. }
            | Self::Resolve { file, .. }
            | Self::Panic { file, .. }
            | Self::Rule { file, .. } => file,
        }
    }

    /// The error as diagnostics with locations in `sources`; `ids` are the files by name.
    pub(super) fn diagnostics(&self, ids: &BTreeMap<String, SourceId>, sources: &Sources) -> Vec<Diagnostic> {
        let source = ids.get(self.file()).copied();
        let file = source.map(|source| File { source, sources });
        match self {
            Self::Parse { error, rewritten, .. } => {
                let span = |file: &File<'_>, range: Range<usize>| {
                    file.span(rewritten.original(range.start)..rewritten.original(range.end))
                };
                library(error, file.as_ref(), span)
            }
            Self::Resolve { error, .. } => library(error, file.as_ref(), |file, range| {
                file.span(file.byte(range.start)..file.byte(range.end))
            }),
            Self::Panic { file: name, cause } => {
                let message = format!("eventgen's Protobuf compiler failed on `{name}`: {cause}");
                let help = "this is a limit of eventgen; please report it with the file";
                let diagnostic = Diagnostic::error(code::NOT_SUPPORTED, message).help(help);
                vec![match file {
                    Some(file) => diagnostic.at(&file.span(0..0), "this file"),
                    None => diagnostic,
                }]
            }
            Self::Rule { violations, .. } => {
                violations.iter().map(|violation| violation.diagnostic(file.as_ref())).collect()
            }
        }
    }
}

impl Violation {
    fn diagnostic(&self, file: Option<&File<'_>>) -> Diagnostic {
        let mut diagnostic = Diagnostic::error(self.code, self.message.clone()).help(self.help.clone());
        if let Some(file) = file {
            for (range, remark) in &self.labels {
                diagnostic = diagnostic.at(&file.span(range.clone()), remark.as_str());
            }
        }
        diagnostic
    }
}

/// A file that a diagnostic points into.
struct File<'a> {
    source: SourceId,
    sources: &'a Sources,
}

impl File<'_> {
    fn span(&self, range: Range<usize>) -> Span {
        self.sources.span(self.source, &range)
    }

    /// Whether the file has a statement `syntax` or `edition`, which can only be its first one.
    fn names_syntax(&self) -> bool {
        let text = self.sources.text(self.source);
        let first = tokens(text, 0..text.len()).next();
        matches!(first, Some((Token::Ident(word), _)) if word == "syntax" || word == "edition")
    }

    /// The libraries take columns in bytes for columns in characters: the offset is as many characters from the start
    /// of its line as it should be bytes.
    fn byte(&self, offset: usize) -> usize {
        let text = self.sources.text(self.source);
        let Some(before) = text.get(..offset) else { return offset };
        let line = before.rfind('\n').map_or(0, |newline| newline + 1);
        line + before[line..].chars().count()
    }
}

/// The diagnostics of an error of the libraries.
fn library(
    error: &protox::Error,
    file: Option<&File<'_>>,
    span: impl Fn(&File<'_>, Range<usize>) -> Span,
) -> Vec<Diagnostic> {
    let all = std::iter::once(error as &dyn miette::Diagnostic).chain(error.related().into_iter().flatten());
    let mut diagnostics: Vec<Diagnostic> = all.map(|error| diagnostic(error, file, &span)).collect();
    let is_label = |diagnostic: &Diagnostic| diagnostic.message.contains("with proto2 syntax");
    if let Some(file) = file.filter(|file| !file.names_syntax())
        && let Some(first) = diagnostics.iter().position(is_label)
    {
        // Each field has the same cause.
        let mut first = diagnostics.swap_remove(first);
        "the file names no syntax, so it is proto2, where every field has a label"
            .clone_into(&mut first.message);
        first.labels.push((file.span(0..0), "the first line is `syntax = …;`".to_owned()));
        first.help = Some("begin the file with `syntax = \"proto3\";`".to_owned());
        diagnostics.retain(|diagnostic| !is_label(diagnostic));
        diagnostics.insert(0, first);
    }
    diagnostics
}

/// Names that every file may use.
const PROVIDED: [&str; 22] = [
    "double",
    "float",
    "int32",
    "int64",
    "uint32",
    "uint64",
    "sint32",
    "sint64",
    "fixed32",
    "fixed64",
    "sfixed32",
    "sfixed64",
    "bool",
    "string",
    "bytes",
    "eventgen.kafka",
    "google.protobuf.Any",
    "google.protobuf.Duration",
    "google.protobuf.Empty",
    "google.protobuf.StringValue",
    "google.protobuf.Struct",
    "google.protobuf.Timestamp",
];

/// The name that is meant by one that is not defined, from the message of the compiler.
fn meant(message: &str) -> Option<&'static str> {
    let name = message.strip_prefix("name '")?.strip_suffix("' is not defined")?;
    did_you_mean(name, PROVIDED)
}

fn diagnostic(
    error: &dyn miette::Diagnostic,
    file: Option<&File<'_>>,
    span: impl Fn(&File<'_>, Range<usize>) -> Span,
) -> Diagnostic {
    let mut message = error.to_string();
    let mut cause = error.diagnostic_source();
    while let Some(error) = cause {
        message = format!("{message}: {error}");
        cause = error.diagnostic_source();
    }
    let help = error.help().map(|help| help.to_string());
    let (code, help) = match &message[..] {
        "string is not valid utf-8" => {
            "a text that is not UTF-8 is not supported".clone_into(&mut message);
            (code::NOT_SUPPORTED, Some(UTF8_HELP.to_owned()))
        }
        // The library names another cause.
        "invalid group name" if help.as_ref().is_some_and(|help| help.starts_with("imports")) => {
            "invalid import".clone_into(&mut message);
            (code::INVALID_PROTOBUF, help)
        }
        _ => (code::INVALID_PROTOBUF, help),
    };
    let mut diagnostic = Diagnostic::error(code, message);
    if let Some(file) = file {
        for label in error.labels().into_iter().flatten() {
            let remark = label.label().filter(|label| !label.is_empty()).unwrap_or("here");
            let range = label.offset()..label.offset() + label.len();
            diagnostic = diagnostic.at(&span(file, range), remark);
        }
        if diagnostic.labels.is_empty() {
            diagnostic = diagnostic.at(&file.span(0..0), "this file");
        }
    }
    let meant = meant(&diagnostic.message).map(|meant| format!("did you mean `{meant}`?"));
    diagnostic.help(help.or(meant).unwrap_or_else(|| HELP.to_owned()))
}
