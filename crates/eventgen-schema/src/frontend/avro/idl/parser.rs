//! The state of the parser of a file.

use std::path::PathBuf;

use eventgen_avro::parse::Root;

use super::super::format::Format;
use super::tokens::Tokens;
use crate::diagnostics::Diagnostic;
use crate::source::{SourceId, Sources, Span};

/// An import of another file.
#[derive(Debug)]
pub(crate) struct Import {
    /// The notation of the file.
    pub(crate) format: Format,
    /// The path as it is written, relative to the folder of the importing file.
    pub(crate) path: PathBuf,
    /// The location of the import.
    pub(crate) span: Span,
}

/// A parsed IDL file.
#[derive(Debug, Default)]
pub(crate) struct Idl {
    pub(crate) roots: Vec<Root>,
    pub(crate) imports: Vec<Import>,
}

/// Parses an IDL file.
pub(crate) fn parse_idl(sources: &Sources, source: SourceId) -> Result<Idl, Vec<Diagnostic>> {
    let tokens = Tokens::new(sources.text(source), source).map_err(|wrong| vec![wrong])?;
    let mut parser =
        Parser { tokens, depth: 0, namespace: None, idl: Idl::default(), diagnostics: Vec::new() };
    if let Err(wrong) = parser.file() {
        parser.diagnostics.push(*wrong);
    }
    if parser.diagnostics.is_empty() { Ok(parser.idl) } else { Err(parser.diagnostics) }
}

/// A recursive-descent parser: one method for each rule of the grammar.
pub(super) struct Parser {
    pub(super) tokens: Tokens,
    /// The number of enclosing types or JSON values.
    pub(super) depth: usize,
    /// The namespace of the protocol or the file.
    pub(super) namespace: Option<String>,
    pub(super) idl: Idl,
    pub(super) diagnostics: Vec<Diagnostic>,
}
