//! Enums (specification 1.12, "Enums"): symbols are distinct names, and a default is one of them.

use std::collections::BTreeSet;

use super::names::is_name;
use crate::code;
use crate::diagnostic::Diagnostic;
use crate::node::{Node, Value};

/// The symbols of an enum, if they and its default are right.
pub(super) fn symbols(node: &Node, mistakes: &mut Vec<Diagnostic>) -> Option<Vec<String>> {
    let written = node.get("symbols").unwrap_or(node);
    let items: &[Node] = if let Value::Array(items) = &written.value { items } else { &[] };
    let symbols: Vec<String> = items.iter().filter_map(Node::as_str).map(str::to_owned).collect();
    let mut seen = BTreeSet::new();
    let wrong = items.iter().find_map(|item| match item.as_str() {
        Some(symbol) if !is_name(symbol) => Some((item, format!("`{symbol}` is no symbol"), "not a name")),
        Some(symbol) if !seen.insert(symbol) => {
            Some((item, format!("symbol `{symbol}` is here twice"), "the second of them"))
        }
        Some(_) => None,
        None => Some((item, format!("a symbol is a string, not {}", item.kind()), "not a string")),
    });
    let absent = || (written, "an enum needs a list of symbols".to_owned(), "no symbols");
    if let Some((place, complaint, remark)) = wrong.or_else(|| symbols.is_empty().then(absent)) {
        mistakes.push(
            Diagnostic::error(code::INVALID_ENUM, complaint)
                .at(&place.span, remark)
                .help("a symbol is letters of ASCII, digits and `_`, no digit first, and each is there once"),
        );
    }
    if let Some(default) = node.get("default")
        && !default.as_str().is_some_and(|default| symbols.iter().any(|symbol| symbol == default))
    {
        mistakes.push(
            Diagnostic::error(code::INVALID_ENUM, "the default of an enum is one of its symbols")
                .at(&default.span, "this is none of them")
                .help(format!("its symbols are {}", symbols.join(", "))),
        );
        return None;
    }
    Some(symbols)
}
