//! The report as one JSON object. The README of the crate documents it.

use std::collections::BTreeMap;

use eventgen_schema::{Diagnostic, Diagnostics, Span};
use serde::Serialize;

use super::RegisteredSubject;
use super::location::{Location, severity_name};
use crate::failure::Failure;

/// Incremented when a property is removed or changes its meaning. Properties may be added at any time.
const VERSION: u32 = 1;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report<'a> {
    version: u32,
    errors: usize,
    warnings: usize,
    /// The number of files that were read.
    files: usize,
    diagnostics: Vec<Entry<'a>>,
    /// Of a registration: what becomes of each subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    subjects: Option<&'a [RegisteredSubject]>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    code: &'a str,
    severity: &'a str,
    title: &'a str,
    message: &'a str,
    help: Option<&'a str>,
    /// The name in `[lint]` of `eventgen.toml` that sets the level.
    lint: Option<&'a str>,
    #[serde(flatten)]
    location: Option<Location>,
    /// Every location with its message, the primary one first.
    labels: Vec<Label<'a>>,
    /// Of a difference between two versions: the schema, the rule, the set of rules, the path, whom it breaks.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    facts: BTreeMap<&'a str, &'a str>,
}

#[derive(Serialize)]
struct Label<'a> {
    #[serde(flatten)]
    location: Location,
    message: &'a str,
}

pub(super) fn json(found: &Diagnostics, subjects: Option<&[RegisteredSubject]>) -> Result<String, Failure> {
    let diagnostics: Vec<Entry<'_>> = found.iter().map(|diagnostic| Entry::of(diagnostic, found)).collect();
    Ok(serde_json::to_string_pretty(&Report {
        version: VERSION,
        errors: found.error_count(),
        warnings: found.warning_count(),
        files: found.sources().len(),
        diagnostics,
        subjects,
    })?)
}

impl<'a> Entry<'a> {
    fn of(diagnostic: &'a Diagnostic, found: &Diagnostics) -> Self {
        let location = |span: &Span| Location::of(span, found.sources());
        let label = |(span, message): &'a (Span, String)| Label { location: location(span), message };
        Self {
            code: diagnostic.code.id,
            severity: severity_name(diagnostic.severity),
            title: diagnostic.code.title,
            message: &diagnostic.message,
            help: diagnostic.help.as_deref(),
            lint: diagnostic.code.lint.map(|lint| lint.name),
            location: diagnostic.labels.first().map(|(span, _)| location(span)),
            labels: diagnostic.labels.iter().map(label).collect(),
            facts: diagnostic.facts.iter().map(|(name, value)| (*name, value.as_str())).collect(),
        }
    }
}
