//! Enums (specification 1.12, "Enums"): symbols are distinct names, and a default is one of them.

use std::collections::BTreeSet;

use super::names::is_name;
use super::{Node, Problem, ProblemKind, Value};

/// The most symbols that a message lists.
const LISTED: usize = 10;

/// The symbols of an enum.
pub(super) fn symbols(node: &Node, problems: &mut Vec<Problem>) -> Vec<String> {
    let written = node.get("symbols").unwrap_or(node);
    let items: &[Node] = if let Value::Array(items) = &written.value { items } else { &[] };
    let symbols: Vec<String> = items.iter().filter_map(Node::as_str).map(str::to_owned).collect();
    let mut seen = BTreeSet::new();
    let wrong = items.iter().find_map(|item| match item.as_str() {
        Some(symbol) if !is_name(symbol) => {
            Some((item, ProblemKind::InvalidSymbol { symbol: symbol.to_owned() }, "not a name"))
        }
        Some(symbol) if !seen.insert(symbol) => {
            Some((item, ProblemKind::DuplicateSymbol { symbol: symbol.to_owned() }, "the second one"))
        }
        Some(_) => None,
        None => Some((item, ProblemKind::SymbolNotString { found: item.kind() }, "not a string")),
    });
    let absent = || (written, ProblemKind::NoSymbols, "no symbols");
    if let Some((node, kind, remark)) = wrong.or_else(|| symbols.is_empty().then(absent)) {
        problems
            .push(Problem::new(kind, &node.span, remark).help(
                "a symbol consists of ASCII letters, digits and `_`, does not start with a digit, and occurs once",
            ));
    }
    symbols
}

/// The first symbols of an enum, and how many follow.
pub(super) fn listed(symbols: &[String]) -> String {
    match symbols.get(..LISTED) {
        Some(first) if symbols.len() > LISTED => {
            format!("{}, … ({} more)", first.join(", "), symbols.len() - LISTED)
        }
        _ => symbols.join(", "),
    }
}

/// The default of an enum with these symbols.
pub(super) fn enum_default(node: &Node, symbols: &[String], problems: &mut Vec<Problem>) -> Option<String> {
    let default = node.get("default")?;
    let found = default.as_str().filter(|default| symbols.iter().any(|symbol| symbol == default));
    if found.is_none() {
        problems.push(
            Problem::new(ProblemKind::InvalidEnumDefault, &default.span, "this is not one of them")
                .help(format!("its symbols are {}", listed(symbols))),
        );
    }
    found.map(str::to_owned)
}
