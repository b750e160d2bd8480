//! Reports for programs: mistakes as JSON, SARIF, test cases or workflow commands.
//!
//! All of them count alike: lines and columns from 1, columns in characters (Unicode scalar values), the end behind the
//! last character. Paths are relative to the current folder where they are below it, with `/` between their parts.

mod github;
mod json;
mod junit;
mod sarif;

use std::path::Path;

use eventgen_schema::{Diagnostics, Severity, Sources, Span};
use serde::Serialize;

use crate::arguments::Output;
use crate::failure::Failure;

/// The report on diagnostics, without a line break at its end.
pub(crate) fn report(told: &Diagnostics, format: Output) -> Result<String, Failure> {
    match format {
        Output::Human => Ok(told.render(false)),
        Output::Json => json::json(told),
        Output::Sarif => sarif::sarif(told),
        Output::Junit => junit::junit(told),
        Output::Github => Ok(github::github(told)),
    }
}

/// A place in a file.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    file: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

impl Place {
    fn of(span: &Span, sources: &Sources) -> Self {
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

fn shown(path: &Path) -> String {
    path.components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
        .replacen("//", "/", 1)
}

/// The word that all formats share for a severity.
fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}
