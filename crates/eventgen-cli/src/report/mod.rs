//! Reports for programs: diagnostics as JSON, SARIF, test cases or workflow commands.
//!
//! All formats share one convention: lines and columns start at 1, columns count characters (Unicode scalar values), and
//! the end is exclusive. Paths are relative to the current folder where they are below it, with `/` between their parts.

mod github;
mod json;
mod junit;
mod location;
mod sarif;
mod title;

use eventgen_schema::Diagnostics;

use crate::arguments::Output;
use crate::failure::Failure;
pub(crate) use title::Title;

/// Formats diagnostics, without a trailing line break.
pub(crate) fn report(diagnostics: &Diagnostics, format: Output, title: Title) -> Result<String, Failure> {
    match format {
        Output::Human => Ok(diagnostics.render(false)),
        Output::Json => json::json(diagnostics),
        Output::Sarif => sarif::sarif(diagnostics),
        Output::Junit => junit::junit(diagnostics, title),
        Output::Github => Ok(github::github(diagnostics)),
    }
}
