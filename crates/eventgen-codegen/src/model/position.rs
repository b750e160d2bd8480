//! Positions of types: what decides how a type is named where it is used.

use eventgen_schema::types::TypeId;

use crate::model::borrowing::Ownership;
use crate::model::paths::ModulePath;

/// The position of a type in the generated code.
#[derive(Clone, Copy)]
pub(crate) struct Position<'a> {
    /// The module that names the type.
    pub(crate) module: &'a ModulePath,
    /// The record or union enum that holds the value in its own memory; `None` inside a vector or a map.
    pub(crate) holder: Option<TypeId>,
    /// Whether the value is a branch of a union of the holder.
    pub(crate) in_union: bool,
    /// Whether the value may be borrowed from the payload.
    pub(crate) ownership: Ownership,
}

impl<'a> Position<'a> {
    /// A field of a record, or what has no holder.
    pub(crate) fn owned(module: &'a ModulePath, holder: Option<TypeId>) -> Self {
        Self { module, holder, in_union: false, ownership: Ownership::Owned }
    }

    /// Inside a vector or a map.
    pub(crate) fn elsewhere(self) -> Self {
        Self { holder: None, in_union: false, ..self }
    }

    /// A branch of a union at this position.
    pub(crate) fn branch(self) -> Self {
        Self { in_union: true, ..self }
    }
}
