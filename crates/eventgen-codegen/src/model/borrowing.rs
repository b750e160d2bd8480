//! Borrowing: which types have a borrowed representation that differs from the owned one.

use std::collections::{BTreeMap, BTreeSet};

use eventgen_schema::types::{Type, TypeGraph, TypeId};

use crate::model::codec::{Call, Codecs, Method};

/// Whether a value owns its memory or borrows strings and bytes from the payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ownership {
    Owned,
    Borrowed,
}

/// The types that borrow from the payload in their borrowed representation.
#[derive(Debug, Default)]
pub(crate) struct Borrowing(BTreeSet<TypeId>);

impl Borrowing {
    /// Strings, bytes, maps and arrays of numbers borrow; so does every type that contains one of them. Types of other
    /// crates and unions of several types are always owned.
    pub(crate) fn of(types: &TypeGraph, codecs: &Codecs<'_>, is_extern: impl Fn(TypeId) -> bool) -> Self {
        let mut borrowing = BTreeSet::new();
        let mut users: BTreeMap<TypeId, Vec<TypeId>> = BTreeMap::new();
        let mut found = Vec::new();
        for (id, ty) in types.iter() {
            match codecs.call(id) {
                Call::Method(Method::String | Method::Bytes) | Call::Text | Call::Map(_) => found.push(id),
                Call::Array(items) if codecs.numbers(items).is_some() => found.push(id),
                Call::Array(inner) | Call::Single(inner) | Call::Nullable { inner, .. } => {
                    users.entry(inner).or_default().push(id);
                }
                Call::Named if !is_extern(id) => {
                    let Type::Record(record) = ty else { continue };
                    for field in &record.fields {
                        users.entry(field.type_id).or_default().push(id);
                    }
                }
                _ => {}
            }
        }
        while let Some(id) = found.pop() {
            if borrowing.insert(id) {
                found.extend(users.get(&id).into_iter().flatten());
            }
        }
        Self(borrowing)
    }

    /// The ownership of a type where `wanted` is asked for: what borrows nothing is owned.
    pub(crate) fn of_type(&self, id: TypeId, wanted: Ownership) -> Ownership {
        if self.0.contains(&id) { wanted } else { Ownership::Owned }
    }

    /// Whether a type has a borrowed representation.
    pub(crate) fn borrows(&self, id: TypeId) -> bool {
        self.0.contains(&id)
    }
}
