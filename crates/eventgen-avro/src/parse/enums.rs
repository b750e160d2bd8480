//! Enums (specification 1.12, "Enums"): symbols are distinct names, and a default is one of them.

use std::collections::BTreeSet;

use super::names::{invalid_field_name, is_name};
use super::{Node, Problem, ProblemKind, Value};

/// The most symbols that a message lists.
const LISTED: usize = 10;

/// The symbols of an enum; `None` without a list of strings, because the numbers of symbols are unknown then.
pub(super) fn symbols(node: &Node, problems: &mut Vec<Problem>) -> Option<Vec<String>> {
    let mut report = |node: &Node, kind, remark: &str| {
        problems
            .push(Problem::new(kind, &node.span, remark).help(
                "a symbol consists of ASCII letters, digits and `_`, does not start with a digit, and occurs once",
            ));
    };
    let written = node.get("symbols").unwrap_or(node);
    let list = if let Value::Array(items) = &written.value { Some(items.as_slice()) } else { None };
    let items = list.unwrap_or_default();
    if items.is_empty() {
        report(written, ProblemKind::NoSymbols, "no symbols");
    }
    let mut seen = BTreeSet::new();
    let wrong = items.iter().filter_map(|item| Some((item, item.as_str()?))).find_map(|(item, symbol)| {
        if !is_name(symbol) {
            Some((item, invalid_symbol(symbol), "not a name"))
        } else if !seen.insert(symbol) {
            Some((item, ProblemKind::DuplicateSymbol { symbol: symbol.to_owned() }, "the second one"))
        } else {
            None
        }
    });
    if let Some((item, kind, remark)) = wrong {
        report(item, kind, remark);
    }
    if let Some(item) = items.iter().find(|item| item.as_str().is_none()) {
        report(item, ProblemKind::SymbolNotString { found: item.kind() }, "not a string");
    }
    list?.iter().map(|item| item.as_str().map(str::to_owned)).collect()
}

fn invalid_symbol(symbol: &str) -> ProblemKind {
    match invalid_field_name(symbol) {
        kind @ ProblemKind::NonAsciiName { .. } => kind,
        _ => ProblemKind::InvalidSymbol { symbol: symbol.to_owned() },
    }
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
