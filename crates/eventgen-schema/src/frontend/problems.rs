//! Converts the problems of the Avro parser to diagnostics. Every cause has a code.

use eventgen_avro::parse::{self, Problem, ProblemKind as Kind};

use crate::diagnostics::Diagnostic;
use crate::diagnostics::code::{self, Code};
use crate::source::Span;

impl From<Problem> for Diagnostic {
    fn from(problem: Problem) -> Self {
        let code = code_of(&problem.kind);
        let message = problem.to_string();
        let diagnostic =
            if code.lint.is_some() { Self::lint(code, message) } else { Self::error(code, message) };
        Self { labels: problem.labels, help: problem.help, ..diagnostic }
    }
}

/// A dotted name that is too long, written at `span`.
pub(crate) fn too_long(full_name: &str, span: &Span) -> Option<Diagnostic> {
    parse::too_long(full_name, span).map(Diagnostic::from)
}

fn code_of(kind: &Kind) -> Code {
    match kind {
        Kind::NotJson | Kind::Empty | Kind::InvalidNumber | Kind::ControlCharacter => code::NOT_JSON,
        Kind::NestedTooDeeply | Kind::TypesTooDeep { .. } => code::TOO_DEEP,
        Kind::DuplicateProperty { .. } => code::DUPLICATE_PROPERTY,
        Kind::TooManyNameParts { .. } | Kind::NameTooLong { .. } => code::LONG_NAME,
        Kind::UnresolvedType { .. } | Kind::UnreferableType { .. } | Kind::IncompleteType { .. } => {
            code::UNKNOWN_TYPE
        }
        Kind::DuplicateField { .. }
        | Kind::InvalidName { .. }
        | Kind::NonAsciiName { .. }
        | Kind::PrimitiveName { .. } => code::INVALID_NAME,
        Kind::DefinedTwice { .. } => code::DEFINED_TWICE,
        Kind::InvalidDefault { .. } | Kind::DefaultTooLarge => code::INVALID_DEFAULT,
        Kind::LaterBranchDefault => code::LATER_BRANCH_DEFAULT,
        Kind::UnreadableDefault { .. } => code::UNREADABLE_DEFAULT,
        Kind::IgnoredLogicalType { .. } => code::IGNORED_LOGICAL_TYPE,
        Kind::MisplacedLogicalType => code::MISPLACED_LOGICAL_TYPE,
        Kind::EmptyUnion | Kind::NestedUnion | Kind::DuplicateBranch => code::INVALID_UNION,
        Kind::NoSymbols
        | Kind::SymbolNotString { .. }
        | Kind::InvalidSymbol { .. }
        | Kind::DuplicateSymbol { .. }
        | Kind::InvalidEnumDefault => code::INVALID_ENUM,
        // All others lack a property or have one of the wrong kind.
        _ => code::MALFORMED,
    }
}
