//! Place expressions: where a value is that is written.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::Index;

use crate::emit::idents::ident;

/// A place expression in the three forms that calls take.
pub(crate) struct Place {
    pub(crate) value: TokenStream,
    pub(crate) reference: TokenStream,
    /// An option of a reference, where the value is an `Option`.
    pub(crate) option: TokenStream,
}

impl Place {
    /// A named field of `self`.
    pub(crate) fn field(field: &impl ToTokens) -> Self {
        Self {
            value: quote!(self.#field),
            reference: quote!(&self.#field),
            option: quote!(self.#field.as_ref()),
        }
    }

    /// An unnamed field of `self`.
    pub(crate) fn index(index: usize) -> Self {
        Self::field(&Index::from(index))
    }

    /// A variable that is a reference.
    pub(crate) fn reference(name: &str) -> Self {
        let name = ident(name);
        Self { value: quote!(*#name), reference: quote!(#name), option: quote!(#name.as_ref()) }
    }

    /// The parameter of a closure.
    pub(crate) fn item() -> Self {
        Self::reference("item")
    }
}
