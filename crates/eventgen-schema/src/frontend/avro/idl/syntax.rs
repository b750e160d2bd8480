//! Syntax errors.

use crate::diagnostics::Diagnostic;

/// The result of parsing. A syntax error ends the parsing of its file. It is boxed, because it is large and rare.
pub(super) type Parsed<T> = Result<T, Box<Diagnostic>>;
