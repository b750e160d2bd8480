//! Avro IDL (`.avdl`, [language of 1.12](https://avro.apache.org/docs/1.12.0/idl-language/)), in its protocol and its
//! schema form, read into the same tree as JSON: so all that comes after is one path.

mod annotations;
mod declarations;
mod json;
mod lexer;
mod messages;
mod tokens;
mod types;

use std::path::PathBuf;

use self::tokens::Tokens;
use super::Root;
use crate::diagnostics::Diagnostic;
use crate::frontend::avro::format::Format;
use crate::source::{SourceId, Sources, Span};

/// Another file that an IDL file names.
#[derive(Debug)]
pub(crate) struct Import {
    /// What the file is.
    pub(crate) format: Format,
    /// The path as written: relative to the folder of the file.
    pub(crate) path: PathBuf,
    /// Where it is named.
    pub(crate) span: Span,
}

/// What an IDL file holds.
#[derive(Debug, Default)]
pub(crate) struct Idl {
    pub(crate) roots: Vec<Root>,
    pub(crate) imports: Vec<Import>,
}

/// Parses an IDL file.
pub(crate) fn parse_idl(sources: &Sources, source: SourceId) -> Result<Idl, Vec<Diagnostic>> {
    let tokens = Tokens::new(sources.text(source), source).map_err(|wrong| vec![wrong])?;
    let mut parser = Parser { tokens, depth: 0, namespace: None, idl: Idl::default(), mistakes: Vec::new() };
    if let Err(wrong) = parser.file() {
        parser.mistakes.push(*wrong);
    }
    if parser.mistakes.is_empty() { Ok(parser.idl) } else { Err(parser.mistakes) }
}

/// A syntax error ends the reading of its file; boxed, because it is large and rare.
type Parsed<T> = Result<T, Box<Diagnostic>>;

/// A recursive-descent parser: one method for each rule of the grammar.
struct Parser {
    tokens: Tokens,
    /// How many types or JSON values stand around the place.
    depth: usize,
    /// The namespace of the protocol or the file.
    namespace: Option<String>,
    idl: Idl,
    mistakes: Vec<Diagnostic>,
}
