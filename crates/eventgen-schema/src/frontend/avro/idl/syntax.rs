//! Syntax errors.

use crate::diagnostics::Diagnostic;

/// A syntax error ends the reading of its file; boxed, because it is large and rare.
pub(super) type Parsed<T> = Result<T, Box<Diagnostic>>;
