//! Reports for programs: diagnostics as JSON, SARIF, test cases or workflow commands.
//!
//! All formats share one convention: lines and columns start at 1, columns count characters (Unicode scalar values), and
//! the end is exclusive. Paths are relative to the current folder where they are below it, with `/` between their parts.

mod github;
mod json;
mod junit;
mod location;
mod sarif;
mod subject;
mod title;

use eventgen_schema::Diagnostics;

use crate::arguments::Output;
use crate::failure::Failure;
pub(crate) use subject::{Level, RegisteredSubject, SubjectState};
pub(crate) use title::Title;

/// Formats diagnostics, without a trailing line break.
pub(crate) fn report(diagnostics: &Diagnostics, format: Output, title: Title) -> Result<String, Failure> {
    written(diagnostics, None, format, title)
}

/// Formats what a registration found, with what becomes of each subject where the format has a place for it.
pub(crate) fn registration_report(
    diagnostics: &Diagnostics,
    subjects: &[RegisteredSubject],
    format: Output,
) -> Result<String, Failure> {
    written(diagnostics, Some(subjects), format, Title::REGISTER)
}

fn written(
    diagnostics: &Diagnostics,
    subjects: Option<&[RegisteredSubject]>,
    format: Output,
    title: Title,
) -> Result<String, Failure> {
    match format {
        Output::Human => Ok(diagnostics.render(false)),
        Output::Json => json::json(diagnostics, subjects),
        Output::Sarif => sarif::sarif(diagnostics),
        Output::Junit => junit::junit(diagnostics, title),
        Output::Github => Ok(github::github(diagnostics)),
    }
}
