//! The text form of a type, which makes it usable as a key or a header.

use eventgen_codegen::{Dates, Existing, Kind};
use proc_macro2::TokenStream;
use quote::quote;

use super::tokens::ident;
use crate::errors::Errors;
use crate::input::item::{Content, Item};
use crate::input::rust_type::RustType;
use crate::input::scalar::Scalar;

/// `impl Text` for an enum without data, whose text form is its symbol, and for a newtype of a type with a text form.
pub(super) fn text_form(item: &Item, existing: &Existing, symbols: &[String]) -> TokenStream {
    let name = &item.ident;
    if let Content::Newtype(field) = &item.content
        && has_text_form(&field.ty)
    {
        return quote! {
            impl ::eventgen::Text for #name {
                fn write_text(&self, out: &mut ::std::vec::Vec<u8>) {
                    ::eventgen::Text::write_text(&self.0, out);
                }
            }
        };
    }
    let Kind::Symbols(_, variants) = &existing.kind else {
        return TokenStream::new();
    };
    let variants = variants.iter().map(|variant| ident(variant));
    quote! {
        impl ::eventgen::Text for #name {
            fn write_text(&self, out: &mut ::std::vec::Vec<u8>) {
                let symbol = match self { #(Self::#variants => #symbols,)* };
                ::eventgen::Text::write_text(symbol, out);
            }
        }
    }
}

/// Whether a type has the same text form in every field.
fn has_text_form(ty: &syn::Type) -> bool {
    let Some(RustType::Scalar(scalar, _)) = RustType::read(ty, &mut Errors::default()) else {
        return false;
    };
    matches!(
        scalar,
        Scalar::Boolean
            | Scalar::Integer(_)
            | Scalar::String
            | Scalar::Text(_)
            | Scalar::Uuid
            | Scalar::Date(Dates::Chrono)
            | Scalar::Timestamp(Dates::Chrono)
    )
}
