//! The emitter: the model that is written, and the names in it as identifiers.

use eventgen_schema::types::TypeId;
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::emit::idents::{ident, idents, source};
use crate::model::analysis::Model;

/// Writes a model. Each file of this folder implements the methods for one kind of item.
#[derive(Clone, Copy)]
pub(crate) struct Emitter<'a> {
    pub(crate) model: &'a Model<'a>,
}

impl<'a> Emitter<'a> {
    pub(crate) fn new(model: &'a Model<'a>) -> Self {
        Self { model }
    }

    /// The identifier of a named type.
    pub(crate) fn ident(self, id: TypeId) -> Ident {
        ident(self.model.names.name(id))
    }

    /// The fields of a record, in order.
    pub(crate) fn fields(self, record: TypeId) -> Vec<Ident> {
        idents(self.model.names.fields(record))
    }

    /// The fields of an existing type that are not in the schema.
    pub(crate) fn skipped(self) -> Vec<Ident> {
        self.model.existing.map(|existing| idents(&existing.skipped)).unwrap_or_default()
    }

    /// The visibility of generated items.
    pub(crate) fn visibility(self) -> TokenStream {
        source(self.model.existing.map_or("pub", |existing| &existing.visibility))
    }

    /// The derives of the enum of a topic's events: an existing type may implement none of these traits.
    pub(crate) fn derives(self) -> TokenStream {
        if self.model.existing.is_some() {
            return TokenStream::new();
        }
        quote!(#[derive(Debug, Clone, PartialEq)])
    }
}
