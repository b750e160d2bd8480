//! Parses JSON files into the tree of nodes, with diagnostics.

use eventgen_avro::parse;
pub(crate) use eventgen_avro::parse::MAX_DEPTH;

use crate::diagnostics::Diagnostic;
use crate::node::{Member, Node};
use crate::source::{SourceId, Sources, Span};

/// Parses a JSON file.
pub(crate) fn parse_json(sources: &Sources, source: SourceId) -> Result<Node, Vec<Diagnostic>> {
    let mut problems = Vec::new();
    match parse::parse_json(sources.text(source), source, &mut problems) {
        Some(node) if problems.is_empty() => Ok(node),
        _ => Err(problems.into_iter().map(Diagnostic::from).collect()),
    }
}

/// A value that is nested too deeply.
pub(crate) fn nested_too_deeply(span: &Span) -> Diagnostic {
    parse::nested_too_deeply(span).into()
}

/// Reports properties that an object has twice.
pub(crate) fn once_each(members: &[Member], diagnostics: &mut Vec<Diagnostic>) {
    let mut problems = Vec::new();
    parse::check_duplicates(members, &mut problems);
    diagnostics.extend(problems.into_iter().map(Diagnostic::from));
}
