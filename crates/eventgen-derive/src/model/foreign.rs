//! The foreign types of an item, each under an index.

use crate::input::rust_type::ForeignType;

/// Foreign types in the order of their first use.
#[derive(Debug, Clone, Default)]
pub(crate) struct ForeignTypes(Vec<ForeignType>);

impl ForeignTypes {
    /// The index of a type, which is added if it is new.
    pub(crate) fn index(&mut self, ty: &ForeignType) -> usize {
        self.0.iter().position(|known| known.path == ty.path).unwrap_or_else(|| {
            self.0.push(ty.clone());
            self.0.len() - 1
        })
    }

    pub(crate) fn iter(&self) -> std::slice::Iter<'_, ForeignType> {
        self.0.iter()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The placeholder for a type while code is generated. No other identifier equals it, so the type is put
    /// back exactly where it belongs.
    pub(crate) fn placeholder(index: usize) -> String {
        format!("__EventgenForeign{index}")
    }
}
