//! Builds the type graph from declared definitions.

use std::collections::BTreeSet;

use super::declare::{Declaration, Declarations, named_kind};
use super::default::check_default;
use super::encoding::base_of_definition;
use super::enums::{enum_default, symbols};
use super::fixed::fixed_size;
use super::logical::logical;
use super::names::{aliases, defined_name, invalid_field_name, is_name, primitive, strings_of};
use super::properties::{beyond_64_bits, invalid_order};
use super::unresolved::{unreferable_type, unresolved_type};
use super::{Member, Node, Problem, ProblemKind, Root, Value};
use crate::model::{Enum, Field, Fixed, Record, Type, TypeGraph, TypeId};

/// A record with the annotation of the front end.
#[derive(Debug)]
#[non_exhaustive]
pub struct Annotated<'a> {
    /// The record.
    pub type_id: TypeId,
    /// Its full name.
    pub full_name: String,
    /// The annotation.
    pub annotation: &'a Member,
}

/// The outcome of [`build`].
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Built<'a> {
    /// All types.
    pub types: TypeGraph,
    /// The type of each root; `None` for parameters and for roots with problems.
    pub roots: Vec<Option<TypeId>>,
    /// The records with an annotation.
    pub annotated: Vec<Annotated<'a>>,
    /// Annotations on anything but a record.
    pub misplaced: Vec<&'a Member>,
    /// Types without content, whose problems have been reported: nothing is wrong with references to them.
    pub unbuilt: BTreeSet<TypeId>,
}

/// Builds the types of all roots and checks the defaults of their fields. `annotation` is the property of records that a
/// front end gives a meaning to.
pub fn build<'a>(
    roots: &'a [Root],
    declarations: &Declarations<'a>,
    annotation: Option<&str>,
    problems: &mut Vec<Problem>,
) -> Built<'a> {
    let (built, defaults) = build_types(roots, declarations, annotation, problems);
    // Defaults are checked last, because their types may be defined anywhere.
    for (default, type_id) in defaults {
        problems.extend(check_default(default, type_id, &built.types, &built.unbuilt));
    }
    built
}

/// A default of a field, with the type of the field.
type FieldDefault<'a> = (&'a Node, TypeId);

/// Builds the types of all roots. Returns the defaults of their fields unchecked.
pub(super) fn build_types<'a>(
    roots: &'a [Root],
    declarations: &Declarations<'a>,
    annotation: Option<&str>,
    problems: &mut Vec<Problem>,
) -> (Built<'a>, Vec<FieldDefault<'a>>) {
    let built = Built { types: declarations.ids.clone(), ..Built::default() };
    let mut builder = Builder {
        declarations,
        annotation,
        built,
        defaults: Vec::new(),
        begun: BTreeSet::new(),
        complete: BTreeSet::new(),
        is_idl: false,
        problems,
    };
    for root in roots {
        let namespace = root.namespace.as_deref();
        builder.is_idl = root.is_idl;
        let id = if root.is_parameter {
            builder.field(&root.node, namespace);
            None
        } else {
            builder.schema(&root.node, namespace)
        };
        builder.built.roots.push(id);
    }
    // Definitions that were not reached: they stand in a repeat of another definition, or where no schema is read.
    for declaration in declarations.iter() {
        if !builder.begun.contains(&declaration.id) {
            builder.named(declaration.node, declaration.name.namespace.as_deref());
        }
    }
    let Builder { mut built, defaults, complete, .. } = builder;
    let ids = declarations.iter().map(|declaration| declaration.id);
    built.unbuilt.extend(ids.filter(|id| !complete.contains(id)));
    (built, defaults)
}

struct Builder<'a, 'd> {
    declarations: &'d Declarations<'a>,
    annotation: Option<&'d str>,
    built: Built<'a>,
    defaults: Vec<FieldDefault<'a>>,
    /// Definitions that have been begun, and those that have content.
    begun: BTreeSet<TypeId>,
    complete: BTreeSet<TypeId>,
    /// Whether the root is written in Avro IDL.
    is_idl: bool,
    problems: &'d mut Vec<Problem>,
}

impl<'a> Builder<'a, '_> {
    fn schema(&mut self, node: &'a Node, namespace: Option<&str>) -> Option<TypeId> {
        match &node.value {
            Value::String(name) => self.reference(name, node, namespace),
            Value::Array(branches) => self.union(branches, node, namespace),
            Value::Object(_) => self.object(node, namespace),
            _ => self.fail(
                Problem::new(ProblemKind::NotASchema { found: node.kind() }, &node.span, "expected a schema")
                    .help("write \"string\", { \"type\": … } or [\"null\", …]"),
            ),
        }
    }

    fn fail<T>(&mut self, problem: Problem) -> Option<T> {
        self.problems.push(problem);
        None
    }

    fn reference(&mut self, name: &str, node: &Node, namespace: Option<&str>) -> Option<TypeId> {
        if let Some(primitive) = primitive(name) {
            return Some(self.built.types.add(primitive));
        }
        if let Some(Declaration { id, name: found, .. }) = self.declarations.resolve(name, namespace) {
            let is_open = self.begun.contains(id) && !self.complete.contains(id);
            if (is_open || self.is_idl) && found.namespace.is_none() && namespace.is_some() {
                self.problems.push(unreferable_type(name, node));
            }
            return Some(*id);
        }
        self.fail(unresolved_type(name, node, namespace))
    }

    fn union(&mut self, branches: &'a [Node], node: &Node, namespace: Option<&str>) -> Option<TypeId> {
        if branches.is_empty() {
            self.problems.push(
                Problem::new(ProblemKind::EmptyUnion, &node.span, "this list is empty")
                    .help("list the types that a value may have: [\"null\", \"string\"]"),
            );
        }
        let mut seen = BTreeSet::new();
        let mut ids = Vec::with_capacity(branches.len());
        for branch in branches {
            let Some(id) = self.schema(branch, namespace) else { continue };
            ids.push(id);
            if matches!(self.built.types.get(id), Type::Union(_)) {
                self.problems.push(
                    Problem::new(ProblemKind::NestedUnion, &branch.span, "this branch")
                        .help("put its branches into the outer union"),
                );
            } else if !seen.insert(self.branch_name(id)) {
                self.problems.push(
                    Problem::new(ProblemKind::DuplicateBranch, &branch.span, "this type is there already")
                        .help("only records, enums and fixed of different names may stand beside each other"),
                );
            }
        }
        (ids.len() == branches.len()).then(|| self.built.types.add(Type::Union(ids)))
    }

    /// The identity of a branch: the full name of a named type, the type of any other. The name comes from the
    /// declaration, because the type may not be built yet.
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
                Problem::new(ProblemKind::MissingType, &node.span, "this has no property `type`")
                    .help("add \"type\": a primitive type, record, enum, fixed, array or map"),
            );
        };
        if named_kind(node).is_some() {
            return self.named(node, namespace);
        }
        self.no_annotation(node);
        let base = match ty.as_str() {
            Some("array") => {
                beyond_64_bits(node, self.problems);
                let items = self.inner(node, "items", namespace)?;
                self.built.types.add(Type::Array(items))
            }
            Some("map") => {
                beyond_64_bits(node, self.problems);
                let values = self.inner(node, "values", namespace)?;
                self.built.types.add(Type::Map(values))
            }
            _ => {
                if ty.as_str().is_none() {
                    let kind = ProblemKind::TypeNotAName { found: ty.kind() };
                    self.problems.push(
                        Problem::new(kind, &ty.span, "this schema stands inside another one")
                            .help("replace the outer object with the inner schema"),
                    );
                }
                self.schema(ty, namespace)?
            }
        };
        let logical = logical(node, &self.base(base), self.problems);
        Some(logical.map_or(base, |logical| self.built.types.add(Type::Logical { logical, base })))
    }

    /// The type that a logical type stands on. A definition may not be built yet.
    fn base(&self, id: TypeId) -> Type {
        match self.declarations.full_name(id).and_then(|name| self.declarations.get(name)) {
            Some(declaration) => base_of_definition(declaration.node).unwrap_or(Type::Null),
            None => self.built.types.get(id).clone(),
        }
    }

    /// The annotation of an object, if it has one.
    fn annotation(&self, node: &'a Node) -> Option<&'a Member> {
        let name = self.annotation?;
        node.members().iter().find(|member| member.name == name)
    }

    /// Notes an annotation on anything but a record.
    fn no_annotation(&mut self, node: &'a Node) {
        self.built.misplaced.extend(self.annotation(node));
    }

    fn inner(&mut self, node: &'a Node, property: &'static str, namespace: Option<&str>) -> Option<TypeId> {
        match node.get(property) {
            Some(inner) => self.schema(inner, namespace),
            None => self.fail(
                Problem::new(
                    ProblemKind::MissingProperty { property },
                    &node.span,
                    format!("this needs a property `{property}`"),
                )
                .help(format!("add \"{property}\": and a schema")),
            ),
        }
    }

    fn named(&mut self, node: &'a Node, namespace: Option<&str>) -> Option<TypeId> {
        // Problems with names were reported when they were declared.
        let name = defined_name(node, namespace, &mut Vec::new())?;
        let declaration = self.declarations.get(&name.to_string())?;
        let id = declaration.id;
        if !self.begun.insert(id) {
            return Some(id);
        }
        let doc = node.get("doc").and_then(Node::as_str).map(str::to_owned);
        let all_aliases = aliases(node, &name, self.problems);
        let kind = named_kind(node)?;
        if matches!(kind, "enum" | "fixed") {
            self.no_annotation(node);
        }
        let ty = match kind {
            "enum" => {
                let symbols = symbols(node, self.problems)?;
                let default = enum_default(node, &symbols, self.problems);
                Type::Enum(Enum { name, doc, aliases: all_aliases, symbols, default })
            }
            "fixed" => {
                let size = fixed_size(node, self.problems)?;
                Type::Fixed(Fixed { name, doc, aliases: all_aliases, size })
            }
            _ => {
                beyond_64_bits(node, self.problems);
                if let Some(annotation) = self.annotation(node) {
                    let full_name = name.to_string();
                    self.built.annotated.push(Annotated { type_id: id, full_name, annotation });
                }
                let (fields, whole) = self.fields(node, name.namespace.as_deref())?;
                let record = Type::Record(Record { name, doc, aliases: all_aliases, fields });
                if !whole {
                    // The front end may still look up fields in it.
                    self.built.types.set(id, record);
                    return None;
                }
                record
            }
        };
        // A logical type on a fixed belongs to the name: references to it mean the logical type, not bytes.
        let logical = if matches!(ty, Type::Fixed(_)) { logical(node, &ty, self.problems) } else { None };
        let ty = match logical {
            Some(logical) => Type::Logical { logical, base: self.built.types.add(ty) },
            None => ty,
        };
        self.built.types.set(id, ty);
        self.complete.insert(id);
        Some(id)
    }

    /// The fields of a record that have a name, and whether these are all of them and each has a type.
    fn fields(&mut self, node: &'a Node, namespace: Option<&str>) -> Option<(Vec<Field>, bool)> {
        let Some(Value::Array(nodes)) = node.get("fields").map(|fields| &fields.value) else {
            return self.fail(
                Problem::new(
                    ProblemKind::MissingFields,
                    &node.get("fields").unwrap_or(node).span,
                    "a list of fields is needed",
                )
                .help("add \"fields\": [ … ]; the list may be empty"),
            );
        };
        let mut fields: Vec<Field> = Vec::with_capacity(nodes.len());
        let mut names = BTreeSet::new();
        for node in nodes {
            let Some(field) = self.field(node, namespace) else { continue };
            if !names.insert(field.name.clone()) {
                self.problems.push(
                    Problem::new(
                        ProblemKind::DuplicateField { name: field.name.clone() },
                        &node.get("name").unwrap_or(node).span,
                        "an earlier field has this name",
                    )
                    .help("rename or remove one of the two"),
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
            let has_name = node.get("name").is_some();
            let remark = if has_name { "its name is not a string" } else { "it has no name" };
            return self.fail(
                Problem::new(ProblemKind::UnnamedField, &node.span, remark)
                    .help("write { \"name\": \"id\", \"type\": \"string\" }"),
            );
        };
        if !is_name(name) {
            self.problems.push(
                Problem::new(invalid_field_name(name), &node.get("name").unwrap_or(node).span, "this field")
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
            self.problems.push(
                Problem::new(
                    ProblemKind::MisplacedLogicalType,
                    &member.name_span,
                    "it is a property of the field, not of the type",
                )
                .help(format!(
                    "put it into the type: \"type\": {{ \"type\": …, \"logicalType\": \"{}\" }}",
                    member.value.as_str().unwrap_or("…")
                )),
            );
        }
        invalid_order(node, self.problems);
        let default = node.get("default");
        if let Some(default) = default {
            self.defaults.push((default, type_id));
        }
        Some(Field {
            name: name.to_owned(),
            doc: node.get("doc").and_then(Node::as_str).map(str::to_owned),
            type_id,
            default: default.map(Node::to_json),
            aliases: strings_of(node, "aliases", self.problems),
        })
    }
}
