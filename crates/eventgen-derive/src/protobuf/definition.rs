//! The runtime's definition of a schema.

use proc_macro2::TokenStream;
use quote::quote;

use super::item::{Content, Item};
use super::text::{Fragment, Text};
use crate::emit::tokens::option;

/// The definition of an item; of an event with its option.
pub(super) fn definition(item: &Item, text: &Text, kafka: Option<&str>) -> TokenStream {
    let (name, doc) = (&item.name.0, item.doc.as_deref().unwrap_or_default());
    // An event has a file of its own, even without a package.
    let package = item.package.as_ref().map(|(package, _)| package.as_str()).or(kafka.map(|_| ""));
    let (package, kafka) = (option(package), option(kafka));
    let kind = match &item.content {
        Content::Message(_) => quote!(Message),
        Content::Enum(_) => quote!(Enum),
        Content::Oneof(_) => quote!(Oneof),
    };
    let of = |index: usize| {
        let ty = &text.stubs[index].ty.tokens;
        quote!(<#ty as ::eventgen::ProtobufType>::definition)
    };
    let fragments = text.fragments.iter().map(|fragment| match fragment {
        Fragment::Text(text) => quote!(::eventgen::protobuf::Piece::Text(#text)),
        Fragment::Type(index) => {
            let definition = of(*index);
            quote!(::eventgen::protobuf::Piece::Type(#definition))
        }
        Fragment::Members(index) => {
            let definition = of(*index);
            quote!(::eventgen::protobuf::Piece::Members(#definition))
        }
    });
    quote! {
        ::eventgen::protobuf::Definition {
            name: #name,
            package: #package,
            kind: ::eventgen::protobuf::Kind::#kind,
            doc: #doc,
            option: #kafka,
            body: &[#(#fragments),*],
        }
    }
}
