//! Parsing of self-contained schemas.

use super::build::{build, build_types};
use super::declare::name_span;
use super::{Built, Declarations, Problem, ProblemKind, Root, Severity, SourceId, declare, parse_json};
use crate::model::{MAX_LEVELS, TypeGraph, TypeId, deepest_nesting, deepest_record};

/// How strictly a schema is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strictness {
    /// Everything that the specification forbids is an error: for schemas that are being written.
    Strict,
    /// What Java's implementation accepts, which registries use: for schemas that are registered.
    Registry,
    /// Only what makes values unreadable is an error: for schemas of other producers, whose tools may follow other rules.
    Lenient,
}

impl Strictness {
    /// Whether a problem makes a schema unacceptable.
    fn rejects(self, problem: &Problem) -> bool {
        match self {
            Self::Strict => problem.kind.severity() >= Severity::Error,
            Self::Registry => {
                problem.kind.severity() >= Severity::Error && !is_accepted_by_java(&problem.kind)
            }
            Self::Lenient => problem.kind.severity() >= Severity::Fatal,
        }
    }
}

/// Whether the specification forbids something that Java's implementation accepts. It reads every script's letters, and
/// the last of several properties of one name.
fn is_accepted_by_java(kind: &ProblemKind) -> bool {
    matches!(kind, ProblemKind::NonAsciiName { .. } | ProblemKind::DuplicateProperty { .. })
}

/// A parsed schema: the types that it defines, and which of them it is.
#[derive(Debug, Clone)]
pub struct ParsedSchema {
    /// Its types.
    pub types: TypeGraph,
    /// The type of the schema itself.
    pub root: TypeId,
}

/// Parses a schema that defines all the types that it uses.
///
/// # Errors
/// All problems that the strictness does not accept. Their locations are in the source 0.
pub fn parse(text: &str, strictness: Strictness) -> Result<ParsedSchema, Vec<Problem>> {
    parse_with_references::<&str>(text, &[], strictness)
}

/// Parses a schema that uses types which other schemas define. Their order does not matter.
///
/// # Errors
/// As [`parse`]. The schema itself is the source 0; those that it refers to follow in their order.
pub fn parse_with_references<T: AsRef<str>>(
    text: &str,
    referenced: &[T],
    strictness: Strictness,
) -> Result<ParsedSchema, Vec<Problem>> {
    let mut problems = Vec::new();
    let texts = std::iter::once(text).chain(referenced.iter().map(AsRef::as_ref)).enumerate();
    let nodes: Vec<_> =
        texts.map(|(index, text)| parse_json(text, SourceId::new(index), &mut problems)).collect();
    let roots: Option<Vec<Root>> =
        nodes.into_iter().map(|node| node.map(|node| Root::schema(node, None))).collect();
    let (mut parsed, mut incomplete) = (None, None);
    if let Some(roots) = roots {
        let declarations = declare(&roots, &mut problems);
        let built = match strictness {
            Strictness::Strict | Strictness::Registry => build(&roots, &declarations, None, &mut problems),
            // A wrong default makes no value unreadable.
            Strictness::Lenient => build_types(&roots, &declarations, None, &mut problems).0,
        };
        // Code is generated from what authors write, and the compiler follows references.
        let deepest = match strictness {
            Strictness::Strict | Strictness::Registry => deepest_record(&built.types),
            Strictness::Lenient => deepest_nesting(&built.types),
        };
        if let Some((id, name, _)) = deepest.filter(|(.., levels)| *levels > MAX_LEVELS) {
            let span = declarations.name_span(id).unwrap_or_else(|| roots[0].node.span.clone());
            let kind = ProblemKind::TypesTooDeep { name: name.to_string() };
            problems.push(Problem::new(kind, &span, "this record"));
        }
        incomplete = first_incomplete(&declarations, &built);
        let root = built.roots.first().copied().flatten();
        parsed = root.map(|root| ParsedSchema { types: built.types, root });
    }
    problems.retain(|problem| strictness.rejects(problem));
    if problems.is_empty() {
        problems.extend(incomplete);
    }
    match parsed {
        Some(parsed) if problems.is_empty() => Ok(parsed),
        _ => Err(problems),
    }
}

/// The problem of the first definition without content: values of such a type cannot be read.
fn first_incomplete(declarations: &Declarations<'_>, built: &Built<'_>) -> Option<Problem> {
    let declaration = declarations.iter().find(|declaration| built.unbuilt.contains(&declaration.id))?;
    let kind = ProblemKind::IncompleteDefinition { name: declaration.name.to_string() };
    Some(Problem::new(kind, &name_span(declaration.node), "this definition"))
}
