//! The `eventgen.toml` that applies to the package.

use eventgen_schema::Manifest;
use proc_macro2::Span;

use crate::errors::Errors;
use crate::package::folder;
use crate::report::report_files;

/// Reads the manifest, if there is one. Its errors are reported at `span`.
pub(crate) fn manifest(span: Span, errors: &mut Errors) -> Option<Manifest> {
    Manifest::discover(&folder()).unwrap_or_else(|diagnostics| {
        report_files(&diagnostics, span, errors);
        None
    })
}
