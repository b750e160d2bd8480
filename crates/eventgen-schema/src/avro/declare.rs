//! Declarations: which names are defined, where, before anything is built.

use std::collections::BTreeMap;

use super::Root;
use super::alike::alike;
use super::names::defined_name;
use crate::code;
use crate::diagnostic::Diagnostic;
use crate::node::{Node, Value};
use crate::source::Span;
use crate::types::{Name, TypeGraph, TypeId};

/// A definition of a record, an enum or a fixed.
#[derive(Debug)]
pub(crate) struct Declaration<'a> {
    pub(crate) id: TypeId,
    pub(crate) name: Name,
    pub(crate) node: &'a Node,
}

/// Every definition, by full name.
#[derive(Debug, Default)]
pub(crate) struct Declarations<'a> {
    by_name: BTreeMap<String, Declaration<'a>>,
    full_names: BTreeMap<TypeId, String>,
    /// Every definition of a name that was declared before.
    again: Vec<(String, &'a Node)>,
    pub(super) ids: TypeGraph,
}

impl<'a> Declarations<'a> {
    pub(crate) fn get(&self, full_name: &str) -> Option<&Declaration<'a>> {
        self.by_name.get(full_name)
    }

    /// The full name of a definition, built or not.
    pub(super) fn full_name(&self, id: TypeId) -> Option<&str> {
        self.full_names.get(&id).map(String::as_str)
    }

    /// Where a definition has its name.
    pub(super) fn place(&self, id: TypeId) -> Option<Span> {
        let declaration = self.get(self.full_name(id)?)?;
        Some(name_span(declaration.node))
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().map(String::as_str)
    }

    /// The types of all definitions.
    pub(super) fn ids(&self) -> impl Iterator<Item = TypeId> {
        self.by_name.values().map(|declaration| declaration.id)
    }

    /// What a name means inside a namespace; an undotted name may also be of the null namespace.
    pub(crate) fn resolve(&self, written: &str, namespace: Option<&str>) -> Option<&Declaration<'a>> {
        self.get(&super::names::qualify(written, namespace).to_string()).or_else(|| self.get(written))
    }
}

/// The kind of a definition, `None` for what defines no name.
pub(super) fn named_kind(node: &Node) -> Option<&str> {
    node.get("type")?.as_str().filter(|kind| matches!(*kind, "record" | "error" | "enum" | "fixed"))
}

/// Declares the names of all files. A name defined twice alike counts once.
pub(crate) fn declare<'a>(roots: &'a [Root], mistakes: &mut Vec<Diagnostic>) -> Declarations<'a> {
    let mut declarations = Declarations::default();
    for root in roots {
        let node = if root.is_parameter { root.node.get("type") } else { Some(&root.node) };
        if let Some(node) = node {
            walk(node, root.namespace.as_deref(), &mut declarations, mistakes);
        }
    }
    for (name, node) in &declarations.again {
        let Some(first) = declarations.get(name) else { continue };
        if !alike(first.node, node, first.name.namespace.as_deref(), &declarations) {
            mistakes.push(defined_twice(name, first.node, node));
        }
    }
    declarations
}

fn walk<'a>(
    node: &'a Node,
    namespace: Option<&str>,
    declarations: &mut Declarations<'a>,
    mistakes: &mut Vec<Diagnostic>,
) {
    match &node.value {
        Value::Array(branches) => {
            for branch in branches {
                walk(branch, namespace, declarations, mistakes);
            }
        }
        Value::Object(_) if named_kind(node).is_some() => {
            let Some(name) = defined_name(node, namespace, mistakes) else { return };
            enter(node, name.clone(), declarations);
            if let Some(Value::Array(fields)) = node.get("fields").map(|fields| &fields.value) {
                for ty in fields.iter().filter_map(|field| field.get("type")) {
                    walk(ty, name.namespace.as_deref(), declarations, mistakes);
                }
            }
        }
        Value::Object(_) => {
            for inner in ["type", "items", "values"].into_iter().filter_map(|property| node.get(property)) {
                walk(inner, namespace, declarations, mistakes);
            }
        }
        _ => {}
    }
}

fn enter<'a>(node: &'a Node, name: Name, declarations: &mut Declarations<'a>) {
    let full = name.to_string();
    if declarations.by_name.contains_key(&full) {
        declarations.again.push((full, node));
        return;
    }
    // A placeholder: the type is built when all names are known.
    let id = declarations.ids.add(crate::types::Type::Null);
    declarations.full_names.insert(id, full.clone());
    declarations.by_name.insert(full, Declaration { id, name, node });
}

fn defined_twice(name: &str, first: &Node, second: &Node) -> Diagnostic {
    Diagnostic::error(code::DEFINED_TWICE, format!("`{name}` is defined twice, and not alike"))
        .at(&name_span(second), "this definition differs")
        .at(&name_span(first), "from this one")
        .help("give one of them another name or namespace, or refer to one definition by its name")
}

fn name_span(node: &Node) -> Span {
    node.get("name").unwrap_or(node).span.clone()
}
