//! Declarations: the names that are defined and where, before any type is built.

use std::collections::BTreeMap;

use super::names::{defined_name, qualify};
use super::{Node, Problem, Root, Span, Value};
use crate::model::{Name, Type, TypeGraph, TypeId};

/// A definition of a record, an enum or a fixed.
#[derive(Debug)]
pub struct Declaration<'a> {
    /// The id of the type.
    pub id: TypeId,
    /// Its name.
    pub name: Name,
    /// The definition.
    pub node: &'a Node,
}

/// All definitions, by full name.
#[derive(Debug, Default)]
pub struct Declarations<'a> {
    by_name: BTreeMap<String, Declaration<'a>>,
    full_names: BTreeMap<TypeId, String>,
    /// Definitions of names that were declared before.
    pub(super) again: Vec<(String, &'a Node)>,
    pub(super) ids: TypeGraph,
}

impl<'a> Declarations<'a> {
    /// The definition of a full name.
    pub fn get(&self, full_name: &str) -> Option<&Declaration<'a>> {
        self.by_name.get(full_name)
    }

    /// The full name of a definition, built or not.
    pub fn full_name(&self, id: TypeId) -> Option<&str> {
        self.full_names.get(&id).map(String::as_str)
    }

    /// The location of the name in a definition.
    pub fn name_span(&self, id: TypeId) -> Option<Span> {
        let declaration = self.get(self.full_name(id)?)?;
        Some(name_span(declaration.node))
    }

    /// The full names of all definitions, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().map(String::as_str)
    }

    /// All definitions, sorted by full name.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Declaration<'a>> {
        self.by_name.values()
    }

    /// The definition that a name refers to inside a namespace. An undotted name may also belong to the null namespace.
    pub fn resolve(&self, written: &str, namespace: Option<&str>) -> Option<&Declaration<'a>> {
        self.get(&qualify(written, namespace).to_string()).or_else(|| self.get(written))
    }
}

/// The kind of a definition; `None` for a schema that defines no name.
pub(super) fn named_kind(node: &Node) -> Option<&str> {
    node.get("type")?.as_str().filter(|kind| matches!(*kind, "record" | "error" | "enum" | "fixed"))
}

/// Collects the definitions of all roots.
pub(super) fn collect<'a>(roots: &'a [Root], problems: &mut Vec<Problem>) -> Declarations<'a> {
    let mut declarations = Declarations::default();
    for root in roots {
        let node = if root.is_parameter { root.node.get("type") } else { Some(&root.node) };
        if let Some(node) = node {
            walk(node, root.namespace.as_deref(), &mut declarations, problems);
        }
    }
    declarations
}

fn walk<'a>(
    node: &'a Node,
    namespace: Option<&str>,
    declarations: &mut Declarations<'a>,
    problems: &mut Vec<Problem>,
) {
    match &node.value {
        Value::Array(branches) => {
            for branch in branches {
                walk(branch, namespace, declarations, problems);
            }
        }
        Value::Object(_) if named_kind(node).is_some() => {
            let Some(name) = defined_name(node, namespace, problems) else { return };
            enter(node, name.clone(), declarations);
            if let Some(Value::Array(fields)) = node.get("fields").map(|fields| &fields.value) {
                for ty in fields.iter().filter_map(|field| field.get("type")) {
                    walk(ty, name.namespace.as_deref(), declarations, problems);
                }
            }
        }
        Value::Object(_) => {
            for inner in ["type", "items", "values"].into_iter().filter_map(|property| node.get(property)) {
                walk(inner, namespace, declarations, problems);
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
    // A placeholder: types are built when all names are known.
    let id = declarations.ids.add(Type::Null);
    declarations.full_names.insert(id, full.clone());
    declarations.by_name.insert(full, Declaration { id, name, node });
}

/// The location of the name in a definition.
pub(super) fn name_span(node: &Node) -> Span {
    node.get("name").unwrap_or(node).span.clone()
}
