//! Builds the type graph from declared definitions.

use std::collections::BTreeSet;

use super::Root;
use super::declare::{Declarations, named_kind};
use super::default::check_default;
use super::enums::symbols;
use super::logical::logical;
use super::names::{aliases, defined_name, is_name, strings_of};
use super::unknown::unknown_type;
use crate::code;
use crate::diagnostic::Diagnostic;
use crate::nesting::check_nesting;
use crate::node::{Member, Node, Value};
use crate::types::{Enum, Field, Fixed, Record, Type, TypeGraph, TypeId};

/// For so many names that nothing defines is a likely one looked up: it takes a look at every name that is defined.
const SUGGESTIONS: usize = 100;

/// How the values of a field may be sorted.
const ORDERS: [&str; 3] = ["ascending", "descending", "ignore"];

/// A record with a `kafka` annotation.
#[derive(Debug)]
pub(crate) struct Annotated<'a> {
    pub(crate) type_id: TypeId,
    pub(crate) full_name: String,
    pub(crate) annotation: &'a Member,
}

/// What the files hold.
#[derive(Debug, Default)]
pub(crate) struct Built<'a> {
    pub(crate) types: TypeGraph,
    /// The type of each file, as far as it could be built.
    pub(crate) roots: Vec<TypeId>,
    pub(crate) annotated: Vec<Annotated<'a>>,
    /// Types that have been reported and have no content: whatever refers to them is not at fault.
    pub(crate) unbuilt: BTreeSet<TypeId>,
}

/// Builds all files.
pub(crate) fn build<'a>(
    roots: &'a [Root],
    declarations: &Declarations<'a>,
    mistakes: &mut Vec<Diagnostic>,
) -> Built<'a> {
    let types = declarations.ids.clone();
    let built = Built { types, ..Built::default() };
    let mut builder = Builder {
        declarations,
        built,
        defaults: Vec::new(),
        done: BTreeSet::new(),
        complete: BTreeSet::new(),
        unknown: 0,
        mistakes,
    };
    for root in roots {
        let namespace = root.namespace.as_deref();
        if root.is_parameter {
            builder.field(&root.node, namespace);
        } else if let Some(id) = builder.schema(&root.node, namespace) {
            builder.built.roots.push(id);
        }
    }
    let Builder { mut built, defaults, complete, .. } = builder;
    built.unbuilt.extend(declarations.ids().filter(|id| !complete.contains(id)));
    // Defaults are checked last: their types may be defined anywhere.
    for (default, type_id) in defaults {
        check_default(default, type_id, &built.types, &built.unbuilt, mistakes);
    }
    check_nesting(&built.types, |id| declarations.place(id), mistakes);
    built
}

struct Builder<'a, 'd> {
    declarations: &'d Declarations<'a>,
    built: Built<'a>,
    defaults: Vec<(&'a Node, TypeId)>,
    /// Definitions begun.
    done: BTreeSet<TypeId>,
    /// Definitions built without a mistake.
    complete: BTreeSet<TypeId>,
    /// How many names that nothing defines there were.
    unknown: usize,
    mistakes: &'d mut Vec<Diagnostic>,
}

impl<'a> Builder<'a, '_> {
    fn schema(&mut self, node: &'a Node, namespace: Option<&str>) -> Option<TypeId> {
        match &node.value {
            Value::String(name) => self.reference(name, node, namespace),
            Value::Array(branches) => self.union(branches, node, namespace),
            Value::Object(_) => self.object(node, namespace),
            _ => self.fail(
                Diagnostic::error(
                    code::MALFORMED,
                    format!("a schema is a name, an object or a list, not {}", node.kind()),
                )
                .at(&node.span, "a schema must stand here")
                .help("write \"string\", { \"type\": … } or [\"null\", …]"),
            ),
        }
    }

    fn fail<T>(&mut self, mistake: Diagnostic) -> Option<T> {
        self.mistakes.push(mistake);
        None
    }

    fn reference(&mut self, name: &str, node: &Node, namespace: Option<&str>) -> Option<TypeId> {
        if let Some(primitive) = primitive(name) {
            return Some(self.built.types.add(primitive));
        }
        if let Some(declaration) = self.declarations.resolve(name, namespace) {
            return Some(declaration.id);
        }
        self.unknown += 1;
        let suggests = self.unknown <= SUGGESTIONS;
        self.fail(unknown_type(name, node, namespace, self.declarations, suggests))
    }

    fn union(&mut self, branches: &'a [Node], node: &Node, namespace: Option<&str>) -> Option<TypeId> {
        if branches.is_empty() {
            return self.fail(
                Diagnostic::error(code::INVALID_UNION, "a union needs a branch")
                    .at(&node.span, "this list is empty")
                    .help("list the types that a value may have: [\"null\", \"string\"]"),
            );
        }
        let mut seen = BTreeSet::new();
        let mut ids = Vec::with_capacity(branches.len());
        for branch in branches {
            let Some(id) = self.schema(branch, namespace) else { continue };
            ids.push(id);
            if matches!(self.built.types.get(id), Type::Union(_)) {
                self.mistakes.push(
                    Diagnostic::error(code::INVALID_UNION, "a union cannot be a branch of a union")
                        .at(&branch.span, "this branch")
                        .help("put its branches into the outer union"),
                );
            } else if !seen.insert(self.branch_name(id)) {
                self.mistakes.push(
                    Diagnostic::error(code::INVALID_UNION, "a union has one branch of each type at most")
                        .at(&branch.span, "this type is there already")
                        .help("only records, enums and fixed of different names may stand beside each other"),
                );
            }
        }
        (ids.len() == branches.len()).then(|| self.built.types.add(Type::Union(ids)))
    }

    /// What tells one branch from another: the full name of a named type, the type of any other. A named type may not
    /// be built yet, so its name comes from its declaration.
    fn branch_name(&self, id: TypeId) -> String {
        let declared = self.declarations.full_name(id);
        match (declared, self.built.types.get(id)) {
            (Some(name), _) => name.to_owned(),
            (None, Type::Logical { base, .. }) => self.branch_name(*base),
            (None, Type::Array(_)) => "array".to_owned(),
            (None, Type::Map(_)) => "map".to_owned(),
            (None, ty) => format!("{ty:?}"),
        }
    }

    fn object(&mut self, node: &'a Node, namespace: Option<&str>) -> Option<TypeId> {
        let Some(ty) = node.get("type") else {
            return self.fail(
                Diagnostic::error(code::MALFORMED, "a schema needs a type")
                    .at(&node.span, "this has no property `type`")
                    .help("add \"type\": a primitive type, record, enum, fixed, array or map"),
            );
        };
        if named_kind(node).is_some() {
            return self.named(node, namespace);
        }
        self.no_annotation(node);
        let base = match ty.as_str() {
            Some("array") => {
                let items = self.inner(node, "items", namespace)?;
                self.built.types.add(Type::Array(items))
            }
            Some("map") => {
                let values = self.inner(node, "values", namespace)?;
                self.built.types.add(Type::Map(values))
            }
            _ => self.schema(ty, namespace)?,
        };
        let logical = logical(node, self.built.types.get(base), self.mistakes);
        Some(logical.map_or(base, |logical| self.built.types.add(Type::Logical { logical, base })))
    }

    /// Reports an annotation on what cannot be an event.
    fn no_annotation(&mut self, node: &Node) {
        if let Some(annotation) = annotation(node) {
            self.mistakes.push(
                Diagnostic::error(code::MISPLACED_ANNOTATION, "only a record can be an event")
                    .at(&annotation.name_span, "this annotation means nothing here")
                    .help("move it to the record that is the event, beside its `fields`"),
            );
        }
    }

    fn inner(&mut self, node: &'a Node, property: &str, namespace: Option<&str>) -> Option<TypeId> {
        match node.get(property) {
            Some(inner) => self.schema(inner, namespace),
            None => self.fail(
                Diagnostic::error(code::MALFORMED, format!("a property `{property}` is missing"))
                    .at(&node.span, format!("this needs a property `{property}`"))
                    .help(format!("add \"{property}\": and a schema")),
            ),
        }
    }

    fn named(&mut self, node: &'a Node, namespace: Option<&str>) -> Option<TypeId> {
        // Wrong names were reported when they were declared.
        let name = defined_name(node, namespace, &mut Vec::new())?;
        let declaration = self.declarations.get(&name.to_string())?;
        let id = declaration.id;
        if !self.done.insert(id) {
            return Some(id);
        }
        let doc = node.get("doc").and_then(Node::as_str).map(str::to_owned);
        let all_aliases = aliases(node, &name, self.mistakes);
        let kind = named_kind(node)?;
        if matches!(kind, "enum" | "fixed") {
            self.no_annotation(node);
        }
        let ty = match kind {
            "enum" => {
                let symbols = symbols(node, self.mistakes)?;
                let default = node.get("default").and_then(Node::as_str).map(str::to_owned);
                Type::Enum(Enum { name, doc, aliases: all_aliases, symbols, default })
            }
            "fixed" => {
                let Some(size) = node.get("size").and_then(Node::as_number::<u32>) else {
                    return self.fail(
                        Diagnostic::error(code::MALFORMED, "a fixed needs a size in bytes")
                            .at(&node.get("size").unwrap_or(node).span, "a whole number from 0 is needed")
                            .help("add \"size\": 16, say"),
                    );
                };
                Type::Fixed(Fixed { name, doc, aliases: all_aliases, size })
            }
            _ => {
                if let Some(annotation) = annotation(node) {
                    let full_name = name.to_string();
                    self.built.annotated.push(Annotated { type_id: id, full_name, annotation });
                }
                let (fields, whole) = self.fields(node, name.namespace.as_deref())?;
                let record = Type::Record(Record { name, doc, aliases: all_aliases, fields });
                if !whole {
                    // Keys and headers may still be looked up in it.
                    self.built.types.set(id, record);
                    return None;
                }
                record
            }
        };
        // A logical type on a fixed belongs to its name: whoever refers to it means a decimal, not bytes.
        let logical = if matches!(ty, Type::Fixed(_)) { logical(node, &ty, self.mistakes) } else { None };
        let ty = match logical {
            Some(logical) => Type::Logical { logical, base: self.built.types.add(ty) },
            None => ty,
        };
        self.built.types.set(id, ty);
        self.complete.insert(id);
        Some(id)
    }

    /// The fields of a record that have a name, and whether those are all and each has its type.
    fn fields(&mut self, node: &'a Node, namespace: Option<&str>) -> Option<(Vec<Field>, bool)> {
        let Some(Value::Array(nodes)) = node.get("fields").map(|fields| &fields.value) else {
            return self.fail(
                Diagnostic::error(code::MALFORMED, "a record needs a list of fields")
                    .at(&node.get("fields").unwrap_or(node).span, "a list of fields is needed")
                    .help("add \"fields\": [ … ]; the list may be empty"),
            );
        };
        let mut fields: Vec<Field> = Vec::with_capacity(nodes.len());
        let mut names = BTreeSet::new();
        for node in nodes {
            let Some(field) = self.field(node, namespace) else { continue };
            if !names.insert(field.name.clone()) {
                self.mistakes.push(
                    Diagnostic::error(code::INVALID_NAME, format!("field `{}` is here twice", field.name))
                        .at(&node.get("name").unwrap_or(node).span, "a field before has this name")
                        .help("rename one of the two, or take it away"),
                );
            }
            fields.push(field);
        }
        let whole = fields.len() == nodes.len()
            && fields.iter().all(|field| !self.built.unbuilt.contains(&field.type_id));
        Some((fields, whole))
    }

    fn field(&mut self, node: &'a Node, namespace: Option<&str>) -> Option<Field> {
        let Some(name) = node.get("name").and_then(Node::as_str) else {
            return self.fail(
                Diagnostic::error(code::MALFORMED, "a field is an object with a `name`")
                    .at(
                        &node.span,
                        if node.get("name").is_some() { "its name is no string" } else { "it has no name" },
                    )
                    .help("write { \"name\": \"id\", \"type\": \"string\" }"),
            );
        };
        if !is_name(name) {
            self.mistakes.push(
                Diagnostic::error(code::INVALID_NAME, format!("`{name}` is not a name in Avro"))
                    .at(&node.get("name").unwrap_or(node).span, "this field")
                    .help("a name begins with a letter or `_`, then letters, digits and `_`"),
            );
        }
        self.no_annotation(node);
        let type_id = match self.inner(node, "type", namespace) {
            Some(type_id) => type_id,
            None => {
                let unbuilt = self.built.types.add(Type::Null);
                self.built.unbuilt.insert(unbuilt);
                unbuilt
            }
        };
        if let Some(member) = node.members().iter().find(|member| member.name == "logicalType") {
            self.mistakes.push(
                Diagnostic::lint(code::MISPLACED_LOGICAL_TYPE, "this logical type is ignored by Avro")
                    .at(&member.name_span, "it stands beside the type")
                    .help(format!(
                        "put it into the type: \"type\": {{ \"type\": …, \"logicalType\": \"{}\" }}",
                        member.value.as_str().unwrap_or("…")
                    )),
            );
        }
        if let Some(order) = node.get("order")
            && !order.as_str().is_some_and(|order| ORDERS.contains(&order))
        {
            self.mistakes.push(
                Diagnostic::error(code::MALFORMED, "a field cannot have this order")
                    .at(&order.span, "this order")
                    .help(format!("it is one of {}", ORDERS.join(", "))),
            );
        }
        let default = node.get("default");
        if let Some(default) = default {
            self.defaults.push((default, type_id));
        }
        Some(Field {
            name: name.to_owned(),
            doc: node.get("doc").and_then(Node::as_str).map(str::to_owned),
            type_id,
            default: default.map(Node::to_json),
            aliases: strings_of(node, "aliases", self.mistakes),
        })
    }
}

/// The `kafka` annotation of an object, if it has one.
fn annotation(node: &Node) -> Option<&Member> {
    node.members().iter().find(|member| member.name == "kafka")
}

fn primitive(name: &str) -> Option<Type> {
    Some(match name {
        "null" => Type::Null,
        "boolean" => Type::Boolean,
        "int" => Type::Int,
        "long" => Type::Long,
        "float" => Type::Float,
        "double" => Type::Double,
        "bytes" => Type::Bytes,
        "string" => Type::String,
        _ => return None,
    })
}
