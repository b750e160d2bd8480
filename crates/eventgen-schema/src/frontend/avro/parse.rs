//! The parser of schemas, with diagnostics and the `kafka` annotation.

use std::collections::BTreeMap;

use eventgen_avro::parse::{
    self, Built, Declarations, FormError, ParsedSchema, Problem, ProblemKind, Root, Strictness,
};

use super::super::nesting::check_nesting;
use super::suggestion;
use crate::contract::ReferencedSchema;
use crate::diagnostics::{Diagnostic, Diagnostics, code};
use crate::node::Node;
use crate::source::{Sources, Span};

/// The property of a record that makes it an event.
pub(super) const ANNOTATION: &str = "kafka";

/// Suggestions are computed for the first unresolved names only, because each compares the name with all that are
/// defined.
const SUGGESTIONS: usize = 100;

/// Declares the names of all roots.
pub(super) fn declare<'a>(roots: &'a [Root], diagnostics: &mut Vec<Diagnostic>) -> Declarations<'a> {
    let mut problems = Vec::new();
    let declarations = parse::declare(roots, &mut problems);
    diagnostics.extend(problems.into_iter().map(Diagnostic::from));
    declarations
}

/// Builds the types of all roots.
pub(super) fn build<'a>(
    roots: &'a [Root],
    declarations: &Declarations<'a>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Built<'a> {
    let mut problems = Vec::new();
    let built = parse::build(roots, declarations, Some(ANNOTATION), &mut problems);
    let mut unresolved = 0;
    for problem in problems {
        let near = match &problem.kind {
            ProblemKind::UnresolvedType { name } if unresolved < SUGGESTIONS => {
                unresolved += 1;
                suggestion::nearest(name, problem.labels.first().map(|(span, _)| span), declarations)
            }
            _ => None,
        };
        diagnostics.push(with_suggestion(problem, near));
    }
    diagnostics.extend(built.misplaced.iter().map(|annotation| misplaced_annotation(&annotation.name_span)));
    check_nesting(&built.types, |id| declarations.name_span(id), diagnostics);
    built
}

/// Reports an annotation that is not on a record.
pub(super) fn misplaced_annotation(name: &Span) -> Diagnostic {
    Diagnostic::error(code::MISPLACED_ANNOTATION, "only a record can be an event")
        .at(name, "this annotation has no effect here")
        .help("move it to the record that is the event, next to its `fields`")
}

fn with_suggestion(problem: Problem, near: Option<&str>) -> Diagnostic {
    let mut diagnostic = Diagnostic::from(problem);
    if let (Some(near), Some((_, remark))) = (near, diagnostic.labels.first_mut()) {
        *remark = format!("did you mean `{near}`?");
    }
    diagnostic
}

/// The self-contained text of a definition, without the annotation.
pub(super) fn registered_form(full_name: &str, declarations: &Declarations<'_>) -> Result<String, FormError> {
    parse::registered_form(full_name, declarations, Some(ANNOTATION))
}

/// The same with the annotation.
pub(super) fn annotated_form(full_name: &str, declarations: &Declarations<'_>) -> Result<String, FormError> {
    parse::registered_form(full_name, declarations, None)
}

/// The schemas that are not part of another one, in their registered forms. Types whose form Avro's readers refuse, and
/// types of messages that no file defines, are omitted.
pub(super) fn top_level(roots: &[Root]) -> Vec<ReferencedSchema> {
    let declarations = declare(roots, &mut Vec::new());
    let defined = |name| Some((&raw const *declarations.get(name)?.node, name));
    let by_node: BTreeMap<*const Node, &str> = declarations.names().filter_map(defined).collect();
    let schema = |root: &Root| match by_node.get(&(&raw const root.node)) {
        Some(name) => Some(((*name).to_owned(), registered_form(name, &declarations).ok()?)),
        None if roots.len() == 1 => Some((String::new(), root.node.to_json().to_string())),
        None => None,
    };
    let schemas = roots.iter().filter(|root| !root.is_parameter).filter_map(schema);
    schemas.map(|(name, text)| ReferencedSchema::new(name, text, Vec::new())).collect()
}

/// CRC-64-AVRO of a canonical form.
pub fn fingerprint(canonical_form: &str) -> u64 {
    eventgen_avro::fingerprint(canonical_form.as_bytes())
}

/// Parses one self-contained schema, as a registry accepts it: see [`Strictness::Registry`].
///
/// # Errors
/// All its errors, with locations in `text`.
pub fn parse_schema(text: &str) -> Result<ParsedSchema, Diagnostics> {
    parse_with_references(text, &BTreeMap::new())
}

/// The same for a schema that uses types of others: `references` are their texts, by name.
pub(super) fn parse_with_references(
    text: &str,
    references: &BTreeMap<String, String>,
) -> Result<ParsedSchema, Diagnostics> {
    let others: Vec<&str> = references.values().map(String::as_str).collect();
    parse::parse_with_references(text, &others, Strictness::Registry).map_err(|problems| {
        let mut sources = Sources::default();
        sources.add("schema", text.to_owned());
        for (name, text) in references {
            sources.add(name, text.to_owned());
        }
        Diagnostics::new(sources, problems.into_iter().map(Diagnostic::from).collect())
    })
}
