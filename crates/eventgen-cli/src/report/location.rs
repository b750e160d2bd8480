//! What all reports share: locations in files and the names of severities.

use std::path::Path;

use eventgen_schema::{Severity, Sources, Span};
use serde::Serialize;

/// A range of a file.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Location {
    pub(super) file: String,
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) end_line: usize,
    pub(super) end_column: usize,
}

impl Location {
    pub(super) fn of(span: &Span, sources: &Sources) -> Self {
        let start = sources.position(span.source, span.range.start);
        let end = sources.position(span.source, span.range.end);
        Self {
            file: shown(sources.path(span.source)),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
        }
    }
}

/// A path with `/` between its parts.
pub(super) fn shown(path: &Path) -> String {
    path.components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
        .replacen("//", "/", 1)
}

/// The name of a severity in every format.
pub(super) fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}
