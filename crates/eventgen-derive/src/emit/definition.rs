//! Definitions of schemas as the runtime has them.

use proc_macro2::TokenStream;
use quote::quote;

use super::tokens::option;
use crate::model::definition::{AnnotationFragment, Definition, Fragment};

/// A reference to a static definition. The runtime distinguishes definitions by their addresses.
pub(crate) fn definition(schema: &Definition, foreign: &[TokenStream]) -> TokenStream {
    let (name, namespace) = (option(schema.name.as_ref()), option(schema.namespace.as_ref()));
    let (text, canonical) = (fragments(&schema.text, foreign), fragments(&schema.canonical, foreign));
    let is_union = schema.is_union;
    let fields = schema.fields.iter().map(|field| {
        let (rust_name, name) = (&field.rust_name, &field.name);
        let definition = option(
            field
                .foreign
                .and_then(|index| foreign.get(index))
                .map(|ty| quote!(<#ty as ::eventgen::AvroType>::definition)),
        );
        quote!(::eventgen::avro::Field { rust_name: #rust_name, name: #name, definition: #definition })
    });
    quote!({
        static DEFINITION: ::eventgen::avro::Definition = ::eventgen::avro::Definition {
            name: #name,
            namespace: #namespace,
            is_union: #is_union,
            text: #text,
            canonical: #canonical,
            fields: &[#(#fields),*],
        };
        &DEFINITION
    })
}

fn fragments(fragments: &[Fragment], foreign: &[TokenStream]) -> TokenStream {
    let fragments = fragments.iter().map(|fragment| match fragment {
        Fragment::Text(text) => quote!(::eventgen::avro::Fragment::Text(#text)),
        Fragment::Name(name) => quote!(::eventgen::avro::Fragment::Name(#name)),
        Fragment::Foreign(index) => {
            let ty = foreign.get(*index);
            quote!(::eventgen::avro::Fragment::Type(<#ty as ::eventgen::AvroType>::definition))
        }
        Fragment::Branch(index) => {
            let ty = foreign.get(*index);
            quote!(::eventgen::avro::Fragment::Branch(<#ty as ::eventgen::AvroType>::definition))
        }
        Fragment::Inner(inner) => {
            let inner = definition(inner, foreign);
            quote!(::eventgen::avro::Fragment::Type(|| #inner))
        }
        Fragment::Annotation(fragments) => {
            let fragments = fragments.iter().map(|fragment| match fragment {
                AnnotationFragment::Text(text) => quote!(::eventgen::avro::Fragment::Text(#text)),
                AnnotationFragment::Path(path) => quote!(::eventgen::avro::Fragment::Path(&[#(#path),*])),
            });
            quote!(::eventgen::avro::Fragment::Annotation(&[#(#fragments),*]))
        }
    });
    quote!(&[#(#fragments),*])
}
