//! `Debug` of messages with maps: for an ordered map prost-derive (0.14.6) writes a path into the crate `prost`, whatever
//! its `prost_path` is.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{ItemStruct, parse_quote};

/// Disables prost's `Debug` of a message with an ordered map and returns an implementation to use instead.
pub(super) fn debug(message: &mut ItemStruct) -> Option<TokenStream> {
    let is_ordered = |field: &syn::Field| {
        field.attrs.iter().any(|attribute| attribute.meta.to_token_stream().to_string().contains("btree_map"))
    };
    if !message.fields.iter().any(is_ordered) {
        return None;
    }
    message.attrs.push(parse_quote!(#[prost(skip_debug)]));
    let (ident, name) = (&message.ident, message.ident.to_string());
    let fields: Vec<_> = message.fields.iter().filter_map(|field| field.ident.as_ref()).collect();
    let names = fields.iter().map(|field| field.to_string().trim_start_matches("r#").to_owned());
    Some(quote! {
        impl ::std::fmt::Debug for #ident {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_struct(#name)#(.field(#names, &self.#fields))*.finish()
            }
        }
    })
}
