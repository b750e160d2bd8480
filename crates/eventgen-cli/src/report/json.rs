//! The report as one JSON object, whose shape the crate's README documents.

use eventgen_schema::{Diagnostic, Diagnostics, Span};
use serde::Serialize;

use super::{Place, word};
use crate::failure::Failure;

/// Grows when a property changes its meaning or goes; new ones may come at any time.
const VERSION: u32 = 1;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report<'a> {
    version: u32,
    errors: usize,
    warnings: usize,
    /// Files that were read.
    files: usize,
    diagnostics: Vec<Entry<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    code: &'a str,
    severity: &'a str,
    title: &'a str,
    message: &'a str,
    help: Option<&'a str>,
    /// The lint that `[lint]` of `eventgen.toml` sets the level of.
    lint: Option<&'a str>,
    #[serde(flatten)]
    place: Option<Place>,
    /// Every place with what is said of it, the main one first.
    labels: Vec<Label<'a>>,
}

#[derive(Serialize)]
struct Label<'a> {
    #[serde(flatten)]
    place: Place,
    message: &'a str,
}

pub(super) fn json(told: &Diagnostics) -> Result<String, Failure> {
    let diagnostics: Vec<Entry<'_>> = told.iter().map(|diagnostic| Entry::of(diagnostic, told)).collect();
    Ok(serde_json::to_string_pretty(&Report {
        version: VERSION,
        errors: told.error_count(),
        warnings: told.warning_count(),
        files: told.sources().len(),
        diagnostics,
    })?)
}

impl<'a> Entry<'a> {
    fn of(diagnostic: &'a Diagnostic, told: &Diagnostics) -> Self {
        let place = |span: &Span| Place::of(span, told.sources());
        let label = |(span, message): &'a (Span, String)| Label { place: place(span), message };
        Self {
            code: diagnostic.code.id,
            severity: word(diagnostic.severity),
            title: diagnostic.code.title,
            message: &diagnostic.message,
            help: diagnostic.help.as_deref(),
            lint: diagnostic.code.lint.map(|lint| lint.name),
            place: diagnostic.labels.first().map(|(span, _)| place(span)),
            labels: diagnostic.labels.iter().map(label).collect(),
        }
    }
}
