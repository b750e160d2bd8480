//! The names that a schema refers to.

use std::collections::BTreeSet;

use eventgen_avro::parse::{PRIMITIVES, Root};

use crate::node::{Node, Value};

/// Adds every reference in a schema: the full names that it may mean, the likeliest first.
pub(super) fn collect_references(root: &Root, references: &mut BTreeSet<Vec<String>>) {
    let node = if root.is_parameter { root.node.get("type") } else { Some(&root.node) };
    if let Some(node) = node {
        walk(node, root.namespace.as_deref(), references);
    }
}

fn walk(node: &Node, namespace: Option<&str>, references: &mut BTreeSet<Vec<String>>) {
    match &node.value {
        Value::String(name) if PRIMITIVES.contains(&name.as_str()) => {}
        Value::String(name) => {
            let full = namespace.filter(|_| !name.contains('.')).map(|space| format!("{space}.{name}"));
            references.insert(full.into_iter().chain([name.trim_start_matches('.').to_owned()]).collect());
        }
        Value::Array(branches) => branches.iter().for_each(|branch| walk(branch, namespace, references)),
        Value::Object(_) => match node.get("type").and_then(Node::as_str) {
            Some("record" | "error") => {
                let name = node.get("name").and_then(Node::as_str).unwrap_or_default();
                let own = node.get("namespace").and_then(Node::as_str);
                let own = name.rsplit_once('.').map(|(space, _)| space).or(own).or(namespace);
                if let Some(Value::Array(fields)) = node.get("fields").map(|fields| &fields.value) {
                    let types = fields.iter().filter_map(|field| field.get("type"));
                    types.for_each(|ty| walk(ty, own.filter(|space| !space.is_empty()), references));
                }
            }
            Some("enum" | "fixed") => {}
            Some("array" | "map") => {
                let inner = node.get("items").into_iter().chain(node.get("values"));
                inner.for_each(|inner| walk(inner, namespace, references));
            }
            _ => node.get("type").into_iter().for_each(|ty| walk(ty, namespace, references)),
        },
        _ => {}
    }
}
