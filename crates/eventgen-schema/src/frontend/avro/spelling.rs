//! Reports properties of a schema that Avro ignores and that are almost `kafka` or a property of Avro.
//!
//! Avro keeps unknown properties, and tools use them (`connect.name`, `java-class`), so only near misses are reported.

use eventgen_avro::parse::{PRIMITIVES, Root};

use super::parse::ANNOTATION;
use crate::diagnostics::{Diagnostic, Severity, code};
use crate::node::{Member, Node, Value};

/// Names of at least this length, and the annotation, are recognised with two typing errors, shorter ones with one.
const LONG: usize = 7;

const NAMED: [&str; 5] = ["type", "name", "namespace", "doc", "aliases"];
const RECORD: [&str; 2] = ["fields", ANNOTATION];
const ENUM: [&str; 2] = ["symbols", "default"];
const FIXED: [&str; 4] = ["size", "logicalType", "precision", "scale"];
const FIELD: [&str; 6] = ["type", "name", "doc", "default", "order", "aliases"];
const ARRAY: [&str; 2] = ["type", "items"];
const MAP: [&str; 2] = ["type", "values"];
const PRIMITIVE: [&str; 4] = ["type", "logicalType", "precision", "scale"];

/// Checks the schemas of all files.
pub(super) fn check_spelling(roots: &[Root], diagnostics: &mut Vec<Diagnostic>) {
    for root in roots {
        if root.is_parameter { field(&root.node, diagnostics) } else { schema(&root.node, diagnostics) }
    }
}

fn schema(node: &Node, diagnostics: &mut Vec<Diagnostic>) {
    let members = match &node.value {
        Value::Array(branches) => {
            for branch in branches {
                schema(branch, diagnostics);
            }
            return;
        }
        Value::Object(members) => members,
        _ => return,
    };
    match node.get("type").and_then(Node::as_str) {
        Some("record" | "error") => {
            check(members, &[&NAMED, &RECORD], diagnostics);
            if let Some(Value::Array(fields)) = node.get("fields").map(|fields| &fields.value) {
                for node in fields {
                    field(node, diagnostics);
                }
            }
        }
        Some("enum") => check(members, &[&NAMED, &ENUM], diagnostics),
        Some("fixed") => check(members, &[&NAMED, &FIXED], diagnostics),
        Some("array") => check(members, &[&ARRAY], diagnostics),
        Some("map") => check(members, &[&MAP], diagnostics),
        Some(name) if PRIMITIVES.contains(&name) => check(members, &[&PRIMITIVE], diagnostics),
        _ => {}
    }
    for inner in ["type", "items", "values"].into_iter().filter_map(|property| node.get(property)) {
        schema(inner, diagnostics);
    }
}

fn field(node: &Node, diagnostics: &mut Vec<Diagnostic>) {
    if let Value::Object(members) = &node.value {
        check(members, &[&FIELD], diagnostics);
        node.get("type").into_iter().for_each(|inner| schema(inner, diagnostics));
    }
}

fn check(members: &[Member], known: &[&[&str]], diagnostics: &mut Vec<Diagnostic>) {
    let known = || known.iter().copied().flatten().copied();
    // A property that is set is not a candidate. Computed once, because an object may have many members.
    let absent: Vec<&str> =
        known().filter(|name| !members.iter().any(|member| member.name == *name)).collect();
    for member in members.iter().filter(|member| !known().any(|name| name == member.name)) {
        let Some(near) = absent.iter().find(|name| is_near(&member.name, name)) else { continue };
        let mut diagnostic = Diagnostic::lint(
            code::MISSPELT_PROPERTY,
            format!("the property `{}` has no effect", member.name),
        )
        .at(&member.name_span, format!("did you mean `{near}`?"))
        .help("Avro ignores unknown properties: correct the name, or choose another one");
        if *near == ANNOTATION {
            // The record would silently be no event.
            diagnostic.severity = Severity::Error;
        }
        diagnostics.push(diagnostic);
    }
}

fn is_near(written: &str, name: &str) -> bool {
    let errors = if name.len() >= LONG || name == ANNOTATION { 2 } else { 1 };
    // The comparison is skipped if the lengths alone rule out a near miss, because it is slow.
    written.len().abs_diff(name.len()) <= errors
        && strsim::damerau_levenshtein(&written.to_lowercase(), &name.to_lowercase()) <= errors
}
