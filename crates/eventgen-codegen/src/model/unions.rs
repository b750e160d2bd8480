//! Unions: which of them are an `Option`, which need an enum, and what that enum is called.
//!
//! An enum is named after the record and the field that hold it. Fields of one record that hold the same union share
//! an enum. Records do not share enums, so that a new record in another file never renames a type.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use eventgen_schema::types::{Record, Type, TypeGraph, TypeId};

use crate::model::case::{joined, type_name};

/// The representation of a union in Rust.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum UnionShape {
    /// One branch: the type of the branch.
    Single(TypeId),
    /// Null and one other branch: an `Option` of that branch. `null` is the index of null.
    Nullable { null: u8, inner: TypeId },
    /// Several branches: an enum. With null, whose index is `null`, an `Option` of the enum of the other branches.
    Enum { null: Option<u32>, branches: Vec<(u32, TypeId)> },
}

impl UnionShape {
    /// The representation of a union with these branches.
    pub(crate) fn of(branches: &[TypeId], types: &TypeGraph) -> Self {
        let is_null = |id: TypeId| *types.get(id) == Type::Null;
        match *branches {
            [only] => return Self::Single(only),
            [first, second] if is_null(first) => return Self::Nullable { null: 0, inner: second },
            [first, second] if is_null(second) => return Self::Nullable { null: 1, inner: first },
            _ => {}
        }
        let (null, branches): (Vec<_>, Vec<_>) =
            (0_u32..).zip(branches.iter().copied()).partition(|&(_, id)| is_null(id));
        Self::Enum { null: null.first().map(|&(index, _)| index), branches }
    }
}

/// A union that is an enum.
#[derive(Debug, Clone)]
pub(crate) struct UnionEnum {
    /// The union, where a record holds it first.
    pub(crate) id: TypeId,
    /// The record that holds it.
    pub(crate) record: TypeId,
    /// The field that holds it first.
    pub(crate) field: String,
    /// The preferred name of the enum.
    pub(crate) name: String,
}

/// All unions that are enums.
#[derive(Debug, Default)]
pub(crate) struct Unions {
    pub(crate) enums: Vec<UnionEnum>,
    /// For every union that is an enum, the union that the enum is generated for.
    first: BTreeMap<TypeId, TypeId>,
}

impl Unions {
    pub(crate) fn of(types: &TypeGraph) -> Self {
        let mut unions = Self::default();
        for (id, ty) in types.iter() {
            let Type::Record(record) = ty else { continue };
            // The unions of this record by identity.
            let mut known = BTreeMap::new();
            for field in &record.fields {
                let holder = Holder { id, record, field: &field.name };
                unions.walk(field.type_id, holder, String::new(), types, &mut known);
            }
        }
        unions
    }

    /// The union that this union's enum is generated for; `None` for a type that is not such a union.
    pub(crate) fn first(&self, id: TypeId) -> Option<TypeId> {
        self.first.get(&id).copied()
    }

    /// The enums of a record, in the order of its fields.
    pub(crate) fn of_record(&self, record: TypeId) -> &[UnionEnum] {
        // Records are walked in the order of their ids.
        let start = self.enums.partition_point(|union| union.record < record);
        let end = self.enums.partition_point(|union| union.record <= record);
        &self.enums[start..end]
    }

    /// Every union that is an enum, with the union that the enum is generated for.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (TypeId, TypeId)> {
        self.first.iter().map(|(&id, &first)| (id, first))
    }

    fn walk(
        &mut self,
        id: TypeId,
        holder: Holder<'_>,
        inside: String,
        types: &TypeGraph,
        known: &mut BTreeMap<String, TypeId>,
    ) {
        match types.get(id) {
            Type::Array(items) => self.walk(*items, holder, inside + "Item", types, known),
            Type::Map(values) => self.walk(*values, holder, inside + "Value", types, known),
            Type::Union(branches) => {
                if let UnionShape::Enum { .. } = UnionShape::of(branches, types) {
                    let mut key = String::new();
                    identity(id, types, &mut key);
                    let first = *known.entry(key).or_insert(id);
                    self.first.insert(id, first);
                    if first == id {
                        let Holder { id: record, field, .. } = holder;
                        let name =
                            joined(&joined(&type_name(&holder.record.name.name), &type_name(field)), &inside);
                        self.enums.push(UnionEnum { id, record, field: field.to_owned(), name });
                    }
                }
                for &branch in branches {
                    self.walk(branch, holder, inside.clone(), types, known);
                }
            }
            _ => {}
        }
    }
}

/// The field whose type is walked.
#[derive(Clone, Copy)]
struct Holder<'a> {
    id: TypeId,
    record: &'a Record,
    field: &'a str,
}

/// Writes text that is equal for two types if and only if the types are the same.
fn identity(id: TypeId, types: &TypeGraph, out: &mut String) {
    match types.get(id) {
        Type::Array(items) => {
            out.push_str("[]");
            identity(*items, types, out);
        }
        Type::Map(values) => {
            out.push_str("{}");
            identity(*values, types, out);
        }
        Type::Union(branches) => {
            out.push('(');
            for &branch in branches {
                identity(branch, types, out);
                out.push('|');
            }
            out.push(')');
        }
        Type::Logical { logical, base } => {
            let _ = write!(out, "{logical:?} ");
            identity(*base, types, out);
        }
        named if named.name().is_some() => {
            let _ = write!(out, "{id:?}");
        }
        plain => {
            let _ = write!(out, "{plain:?}");
        }
    }
}
