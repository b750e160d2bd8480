//! The fewest bytes of a type on the wire: what tells a hostile count from an honest one.

use std::collections::BTreeMap;

use eventgen_schema::types::{Type, TypeGraph, TypeId};

/// The fewest bytes that a value of each type takes (specification 1.12, "Binary Encoding"). Types that contain
/// themselves do not get here.
pub(crate) struct MinWireSizes(BTreeMap<TypeId, usize>);

impl MinWireSizes {
    pub(crate) fn of(types: &TypeGraph) -> Self {
        let mut sizes = Self(BTreeMap::new());
        for (id, _) in types.iter() {
            sizes.size(id, types);
        }
        sizes
    }

    pub(crate) fn get(&self, id: TypeId) -> usize {
        self.0.get(&id).copied().unwrap_or(0)
    }

    /// Each type once: records that hold one another twice over would double the work at every level.
    fn size(&mut self, id: TypeId, types: &TypeGraph) -> usize {
        if let Some(&size) = self.0.get(&id) {
            return size;
        }
        let size = match types.get(id) {
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
            Type::Fixed(fixed) => fixed.size as usize,
            Type::Union(branches) => {
                let smallest = branches.iter().map(|&branch| self.size(branch, types)).min();
                smallest.unwrap_or(0).saturating_add(1)
            }
            Type::Record(record) => {
                let sizes = record.fields.iter().map(|field| self.size(field.type_id, types));
                sizes.fold(0, usize::saturating_add)
            }
            Type::Logical { base, .. } => self.size(*base, types),
        };
        self.0.insert(id, size);
        size
    }
}
