//! A schema as a graph of what is on the wire: what a plan is compiled from, and what tells the field of an error.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use apache_avro::Schema;
use apache_avro::schema::{FixedSchema, InnerDecimalSchema, Name, UuidSchema};
use serde_json::Value;

use super::skim::Skims;

/// Index of a shape.
pub(super) type ShapeId = usize;

/// A schema's shapes; the first is the schema's own.
#[derive(Debug, Clone, Default)]
pub(super) struct Shapes {
    nodes: Vec<Node>,
    skims: Skims,
}

/// A shape with what is known of its size.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) shape: Shape,
    /// What the bytes stand for.
    pub(super) meaning: Meaning,
    /// Bytes of every value, where they are always as many.
    pub(super) size: Option<usize>,
    /// The fewest bytes of a value.
    pub(super) min: usize,
    /// Whether values contain values of the same shape.
    pub(super) recursive: bool,
}

#[derive(Debug, Clone)]
pub(super) enum Shape {
    Null,
    Boolean,
    Int,
    Long,
    Float,
    Double,
    Bytes,
    String,
    Fixed { names: Names, size: usize },
    Enum { names: Names, symbols: Vec<String>, default: Option<String> },
    Array(ShapeId),
    Map(ShapeId),
    Union(Vec<ShapeId>),
    Record { names: Names, fields: Vec<Field> },
}

/// The full name of a type, and those it had.
#[derive(Debug, Clone)]
pub(super) struct Names {
    pub(super) full: String,
    pub(super) aliases: Vec<String>,
}

#[derive(Debug, Clone)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) aliases: Vec<String>,
    pub(super) default: Option<Value>,
    pub(super) shape: ShapeId,
}

/// A logical type (specification 1.12, "Logical Types").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    None,
    Decimal { precision: usize, scale: usize },
    Named(&'static str),
}

impl fmt::Display for Meaning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("no logical type"),
            Self::Decimal { precision, scale } => write!(f, "decimal({precision}, {scale})"),
            Self::Named(name) => f.write_str(name),
        }
    }
}

impl Shapes {
    /// The shapes of a schema that may refer to types which others define; `None` if it refers to one that nobody does.
    pub(super) fn with_references(schema: &Schema, referenced: &[Schema]) -> Option<Self> {
        let mut referable = HashMap::new();
        for schema in referenced {
            definitions(schema, None, &mut referable);
        }
        let mut builder = Builder { shapes: Self::default(), named: HashMap::new(), referable };
        builder.add(schema, None)?;
        let mut shapes = builder.shapes;
        for id in 0..shapes.nodes.len() {
            shapes.nodes[id].recursive = shapes.reaches(id, id);
        }
        shapes.measure();
        shapes.skims = Skims::of(&shapes.nodes);
        Some(shapes)
    }

    /// The shapes of a schema of generated code. Cached, so that a topic full of undecodable payloads does not parse the
    /// schema for each of them.
    pub(super) fn kept(schema: &'static str) -> Option<Arc<Self>> {
        static KEPT: Mutex<BTreeMap<&str, Arc<Shapes>>> = Mutex::new(BTreeMap::new());
        let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(shapes) = kept.get(schema) {
            return Some(Arc::clone(shapes));
        }
        let shapes = Arc::new(crate::Schema::parse(schema).ok()?.shapes);
        kept.insert(schema, Arc::clone(&shapes));
        Some(shapes)
    }

    /// The names of the schema itself, if it has any.
    pub(super) fn names(&self) -> Option<&Names> {
        match &self.get(Self::ROOT).shape {
            Shape::Record { names, .. } | Shape::Enum { names, .. } | Shape::Fixed { names, .. } => {
                Some(names)
            }
            _ => None,
        }
    }

    /// The schema's own shape.
    pub(super) const ROOT: ShapeId = 0;

    pub(super) fn get(&self, id: ShapeId) -> &Node {
        &self.nodes[id]
    }

    /// How to go over values fast.
    pub(super) fn skims(&self) -> &Skims {
        &self.skims
    }

    /// The shapes that values of a shape are made of.
    fn inner(&self, id: ShapeId) -> Vec<ShapeId> {
        match &self.nodes[id].shape {
            Shape::Array(inner) | Shape::Map(inner) => vec![*inner],
            Shape::Union(branches) => branches.clone(),
            Shape::Record { fields, .. } => fields.iter().map(|field| field.shape).collect(),
            _ => Vec::new(),
        }
    }

    /// Whether values of a shape contain values of another.
    fn reaches(&self, from: ShapeId, to: ShapeId) -> bool {
        let (mut seen, mut open) = (vec![false; self.nodes.len()], self.inner(from));
        while let Some(id) = open.pop() {
            if id == to {
                return true;
            }
            if !std::mem::replace(&mut seen[id], true) {
                open.extend(self.inner(id));
            }
        }
        false
    }

    /// Sizes, from the leaves up; what contains itself has no fixed size, and takes the fewest bytes that show after as
    /// many steps as there are shapes.
    fn measure(&mut self) {
        for _ in 0..self.nodes.len() {
            let mut changed = false;
            for id in 0..self.nodes.len() {
                let (size, min) = self.sizes(id);
                let node = &mut self.nodes[id];
                changed |= (node.size, node.min) != (size, min);
                (node.size, node.min) = (size, min);
            }
            if !changed {
                break;
            }
        }
    }

    fn sizes(&self, id: ShapeId) -> (Option<usize>, usize) {
        let exactly = |size| (Some(size), size);
        match &self.nodes[id].shape {
            Shape::Null => exactly(0),
            Shape::Float => exactly(4),
            Shape::Double => exactly(8),
            Shape::Boolean => exactly(1),
            Shape::Fixed { size, .. } => exactly(*size),
            Shape::Union(branches) => {
                let smallest = branches.iter().map(|&branch| self.nodes[branch].min).min();
                (None, smallest.unwrap_or(0).saturating_add(1))
            }
            Shape::Record { fields, .. } => {
                let nodes = || fields.iter().map(|field| &self.nodes[field.shape]);
                let size = nodes().try_fold(0_usize, |sum, node| sum.checked_add(node.size?));
                let min = nodes().fold(0_usize, |sum, node| sum.saturating_add(node.min));
                (if self.nodes[id].recursive { None } else { size }, min)
            }
            _ => (None, 1),
        }
    }
}

struct Builder<'a> {
    shapes: Shapes,
    named: HashMap<String, ShapeId>,
    /// Definitions in other schemas, by full name, each with its enclosing namespace.
    referable: HashMap<String, (&'a Schema, Option<String>)>,
}

impl<'a> Builder<'a> {
    fn add(&mut self, schema: &'a Schema, namespace: Option<&str>) -> Option<ShapeId> {
        let id = match schema {
            Schema::Ref { name } => {
                let full = name.fullname(namespace);
                if let Some(&known) = self.named.get(&full) {
                    return Some(known);
                }
                let (schema, namespace) = self.referable.remove(&full)?;
                return self.add(schema, namespace.as_deref());
            }
            Schema::Null => self.leaf(Shape::Null),
            Schema::Boolean => self.leaf(Shape::Boolean),
            Schema::Int => self.leaf(Shape::Int),
            Schema::Long => self.leaf(Shape::Long),
            Schema::Float => self.leaf(Shape::Float),
            Schema::Double => self.leaf(Shape::Double),
            Schema::Bytes => self.leaf(Shape::Bytes),
            Schema::String => self.leaf(Shape::String),
            Schema::Date => self.logical(Shape::Int, "date"),
            Schema::TimeMillis => self.logical(Shape::Int, "time-millis"),
            Schema::TimeMicros => self.logical(Shape::Long, "time-micros"),
            Schema::TimestampMillis => self.logical(Shape::Long, "timestamp-millis"),
            Schema::TimestampMicros => self.logical(Shape::Long, "timestamp-micros"),
            Schema::TimestampNanos => self.logical(Shape::Long, "timestamp-nanos"),
            Schema::LocalTimestampMillis => self.logical(Shape::Long, "local-timestamp-millis"),
            Schema::LocalTimestampMicros => self.logical(Shape::Long, "local-timestamp-micros"),
            Schema::LocalTimestampNanos => self.logical(Shape::Long, "local-timestamp-nanos"),
            Schema::BigDecimal => self.logical(Shape::Bytes, "big-decimal"),
            Schema::Uuid(UuidSchema::String) => self.logical(Shape::String, "uuid"),
            Schema::Uuid(UuidSchema::Bytes) => self.logical(Shape::Bytes, "uuid"),
            Schema::Uuid(UuidSchema::Fixed(fixed)) => self.fixed(fixed, namespace, Meaning::Named("uuid")),
            Schema::Duration(fixed) => self.fixed(fixed, namespace, Meaning::Named("duration")),
            Schema::Fixed(fixed) => self.fixed(fixed, namespace, Meaning::None),
            Schema::Decimal(decimal) => {
                let meaning = Meaning::Decimal { precision: decimal.precision, scale: decimal.scale };
                match &decimal.inner {
                    InnerDecimalSchema::Bytes => self.push(Shape::Bytes, meaning),
                    InnerDecimalSchema::Fixed(fixed) => self.fixed(fixed, namespace, meaning),
                }
            }
            Schema::Enum(definition) => {
                let names = names(&definition.name, definition.aliases.as_ref(), namespace);
                let (symbols, default) = (definition.symbols.clone(), definition.default.clone());
                let full = names.full.clone();
                let id = self.leaf(Shape::Enum { names, symbols, default });
                self.named.insert(full, id);
                id
            }
            Schema::Array(array) => {
                let id = self.leaf(Shape::Null);
                let items = self.add(&array.items, namespace)?;
                self.set(id, Shape::Array(items))
            }
            Schema::Map(map) => {
                let id = self.leaf(Shape::Null);
                let values = self.add(&map.types, namespace)?;
                self.set(id, Shape::Map(values))
            }
            Schema::Union(union) => {
                let id = self.leaf(Shape::Null);
                let branches = union.variants().iter().map(|branch| self.add(branch, namespace));
                let branches = branches.collect::<Option<_>>()?;
                self.set(id, Shape::Union(branches))
            }
            Schema::Record(record) => {
                let names = names(&record.name, record.aliases.as_ref(), namespace);
                let namespace = names.full.rsplit_once('.').map(|(namespace, _)| namespace.to_owned());
                let id = self.leaf(Shape::Null);
                self.named.insert(names.full.clone(), id);
                let fields = record.fields.iter().map(|field| {
                    Some(Field {
                        name: field.name.clone(),
                        aliases: field.aliases.clone(),
                        default: field.default.clone(),
                        shape: self.add(&field.schema, namespace.as_deref())?,
                    })
                });
                let fields = fields.collect::<Option<_>>()?;
                self.set(id, Shape::Record { names, fields })
            }
        };
        Some(id)
    }

    fn leaf(&mut self, shape: Shape) -> ShapeId {
        self.push(shape, Meaning::None)
    }

    fn logical(&mut self, shape: Shape, name: &'static str) -> ShapeId {
        self.push(shape, Meaning::Named(name))
    }

    fn fixed(&mut self, fixed: &FixedSchema, namespace: Option<&str>, meaning: Meaning) -> ShapeId {
        let names = names(&fixed.name, fixed.aliases.as_ref(), namespace);
        let full = names.full.clone();
        let id = self.push(Shape::Fixed { names, size: fixed.size }, meaning);
        self.named.insert(full, id);
        id
    }

    fn push(&mut self, shape: Shape, meaning: Meaning) -> ShapeId {
        self.shapes.nodes.push(Node { shape, meaning, size: None, min: 0, recursive: false });
        self.shapes.nodes.len() - 1
    }

    fn set(&mut self, id: ShapeId, shape: Shape) -> ShapeId {
        self.shapes.nodes[id].shape = shape;
        id
    }
}

/// Collects the named types that a schema defines.
fn definitions<'a>(
    schema: &'a Schema,
    namespace: Option<&str>,
    found: &mut HashMap<String, (&'a Schema, Option<String>)>,
) {
    if let (Some(name), false) = (schema.name(), matches!(schema, Schema::Ref { .. })) {
        found.entry(name.fullname(namespace)).or_insert((schema, namespace.map(str::to_owned)));
    }
    match schema {
        Schema::Array(array) => definitions(&array.items, namespace, found),
        Schema::Map(map) => definitions(&map.types, namespace, found),
        Schema::Union(union) => {
            union.variants().iter().for_each(|branch| definitions(branch, namespace, found));
        }
        Schema::Record(record) => {
            let full = record.name.fullname(namespace);
            let own = full.rsplit_once('.').map(|(namespace, _)| namespace);
            record.fields.iter().for_each(|field| definitions(&field.schema, own, found));
        }
        _ => {}
    }
}

fn names(name: &Name, aliases: Option<&Vec<apache_avro::schema::Alias>>, namespace: Option<&str>) -> Names {
    let full = name.fullname(namespace);
    // An alias without a namespace is in the namespace of its type (specification 1.12, "Aliases").
    let own = full.rsplit_once('.').map(|(namespace, _)| namespace);
    let aliases = aliases.into_iter().flatten().map(|alias| alias.fullname(own)).collect();
    Names { full, aliases }
}
