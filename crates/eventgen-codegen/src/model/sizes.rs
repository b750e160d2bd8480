//! The minimum encoded size of each type. The reader compares it with the count of an array or map, so that a forged
//! count allocates nothing.

use std::collections::{BTreeMap, BTreeSet};

use eventgen_schema::types::{Type, TypeGraph, TypeId};

use crate::model::unions::UnionShape;

/// The upper bound of all sizes, also for types without values. It fits `usize` on every target.
const MOST: usize = 0x7fff_ffff;

/// The minimum encoded size of each type in bytes (specification 1.12, "Binary Encoding").
pub(crate) struct MinWireSizes<'a> {
    types: &'a TypeGraph,
    sizes: BTreeMap<TypeId, usize>,
}

impl<'a> MinWireSizes<'a> {
    /// Starts every type at the upper bound and lowers sizes until nothing changes, which ends for recursive types too.
    pub(crate) fn of(types: &'a TypeGraph) -> Self {
        let mut users: BTreeMap<TypeId, Vec<TypeId>> = BTreeMap::new();
        for (id, ty) in types.iter() {
            let used: Vec<TypeId> = match ty {
                Type::Union(branches) => branches.clone(),
                Type::Record(record) => record.fields.iter().map(|field| field.type_id).collect(),
                Type::Logical { base, .. } => vec![*base],
                _ => Vec::new(),
            };
            for used in used {
                users.entry(used).or_default().push(id);
            }
        }
        let mut sizes = Self { types, sizes: BTreeMap::new() };
        // In rounds: a record with thousands of fields is looked at once after all of them, not after each.
        let mut open: BTreeSet<TypeId> = types.iter().map(|(id, _)| id).collect();
        while !open.is_empty() {
            let mut next = BTreeSet::new();
            for id in open {
                let size = sizes.size(types.get(id));
                if size < sizes.get(id) {
                    sizes.sizes.insert(id, size);
                    next.extend(users.get(&id).into_iter().flatten());
                }
            }
            open = next;
        }
        sizes
    }

    pub(crate) fn get(&self, id: TypeId) -> usize {
        self.sizes.get(&id).copied().unwrap_or(MOST)
    }

    /// The minimum size of the enum of a union: of all branches but null.
    pub(crate) fn of_enum(&self, union: TypeId) -> usize {
        let Type::Union(branches) = self.types.get(union) else { return 0 };
        match UnionShape::of(branches, self.types) {
            UnionShape::Enum { branches, .. } => self.union(branches.iter().map(|&(_, id)| id)),
            _ => self.get(union),
        }
    }

    fn union(&self, branches: impl Iterator<Item = TypeId>) -> usize {
        branches.map(|branch| self.get(branch)).min().unwrap_or(0).saturating_add(1).min(MOST)
    }

    fn size(&self, ty: &Type) -> usize {
        match ty {
            Type::Null => 0,
            Type::Boolean
            | Type::Int
            | Type::Long
            | Type::Bytes
            | Type::String
            | Type::Array(_)
            | Type::Map(_)
            | Type::Enum(_) => 1,
            Type::Float => 4,
            Type::Double => 8,
            Type::Fixed(fixed) => (fixed.size as usize).min(MOST),
            Type::Union(branches) => self.union(branches.iter().copied()),
            Type::Record(record) => {
                let sizes = record.fields.iter().map(|field| self.get(field.type_id));
                sizes.fold(0, usize::saturating_add).min(MOST)
            }
            Type::Logical { base, .. } => self.get(*base),
        }
    }
}
