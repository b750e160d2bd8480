//! Whether two values of JSON are the same.

use std::collections::BTreeMap;

use super::{Node, Value};

/// Whether two objects have the same properties but for those left out, with equal values.
pub(super) fn members(
    a: &Node,
    b: &Node,
    left_out: &[&str],
    equal: impl Fn(&str, &Node, &Node) -> bool,
) -> bool {
    // Before anything else, so that a large definition is not read once for each of many small ones.
    if a.members().len().abs_diff(b.members().len()) > left_out.len() {
        return false;
    }
    let (a, b) = (properties(a, left_out), properties(b, left_out));
    a.len() == b.len() && a.iter().zip(&b).all(|((name, a), (other, b))| name == other && equal(name, a, b))
}

/// The properties of an object but for those left out; the last of each name.
fn properties<'a>(node: &'a Node, left_out: &[&str]) -> BTreeMap<&'a str, &'a Node> {
    let members = node.members().iter().map(|member| (member.name.as_str(), &member.value));
    members.filter(|(name, _)| !left_out.contains(name)).collect()
}

/// Whether two lists are equal; values that are no lists if they are the same.
pub(super) fn lists(a: &Node, b: &Node, equal: impl Fn(&Node, &Node) -> bool) -> bool {
    match (&a.value, &b.value) {
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b)),
        _ => same(a, b),
    }
}

/// Whether two values are the same but for their locations and the order of properties.
pub(super) fn same(a: &Node, b: &Node) -> bool {
    match (&a.value, &b.value) {
        (Value::Array(_), Value::Array(_)) => lists(a, b, same),
        (Value::Object(_), Value::Object(_)) => members(a, b, &[], |_, a, b| same(a, b)),
        (Value::String(a), Value::String(b)) => a == b,
        (Value::Array(_) | Value::Object(_) | Value::String(_), _)
        | (_, Value::Array(_) | Value::Object(_) | Value::String(_)) => false,
        _ => a.to_json() == b.to_json(),
    }
}
