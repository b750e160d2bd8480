//! Codecs of existing structs and enums that no generated type has: newtypes and enums of symbols.

use eventgen_schema::types::TypeId;
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::emit::emitter::Emitter;
use crate::emit::idents::{ident, idents, source};
use crate::emit::literals::number;
use crate::emit::place::Place;
use crate::model::borrowing::Ownership;
use crate::model::existing::{Existing, Representation};

impl Emitter<'_> {
    /// The codec of a newtype: that of its only field.
    pub(crate) fn newtype_codec(self, existing: &Existing, id: TypeId) -> TokenStream {
        let (ident, size) = (ident(&existing.name), self.min_size(id));
        let encode = self.encode(id, &Place::index(0));
        let decode = self.decode(id, Ownership::Owned);
        let read = nested(quote!(::std::result::Result::Ok(Self(#decode))), existing.recursive);
        codec(&ident, &quote!(#encode;), &size, &read)
    }

    /// How a newtype of a foreign type is written and read as a branch of a union.
    pub(crate) fn newtype_branches(self, id: TypeId) -> TokenStream {
        let Some(Representation::Foreign { path, .. }) = self.model.codecs.forms.get(&id) else {
            return TokenStream::new();
        };
        let path = source(path);
        quote! {
            const BRANCHES: u32 = <#path as ::eventgen::AvroType>::BRANCHES;

            fn encode_branch<S: ::eventgen::avro::Sink>(&self, sink: &mut S, first: u32) {
                ::eventgen::AvroType::encode_branch(&self.0, sink, first);
            }

            fn decode_branch(
                reader: &mut ::eventgen::avro::Reader<'_>,
                branch: ::eventgen::avro::Branch,
            ) -> ::std::result::Result<Self, ::eventgen::avro::DecodeError> {
                ::eventgen::AvroType::decode_branch(reader, branch).map(Self)
            }
        }
    }

    /// The codec of an enum of symbols.
    pub(crate) fn symbols_codec(existing: &Existing, variants: &[String]) -> TokenStream {
        let (ident, variants) = (ident(&existing.name), idents(variants));
        let indices: Vec<_> = (0..variants.len()).map(number).collect();
        let last = indices.last().into_iter().map(|_| {
            let variant = &variants[variants.len() - 1];
            quote!(_ => Self::#variant,)
        });
        let arms = variants.iter().zip(&indices).take(variants.len().saturating_sub(1));
        let arms = arms.map(|(variant, index)| quote!(#index => Self::#variant,));
        let read = quote! {
            ::std::result::Result::Ok(match reader.symbol::<u32>(&[#(#indices),*])? { #(#arms)* #(#last)* })
        };
        let write = quote!(sink.int(match self { #(Self::#variants => #indices,)* }););
        codec(&ident, &write, &number(1_u8), &read)
    }
}

/// The expression that reads a value, counting levels if values may be nested without a bound.
pub(crate) fn nested(read: TokenStream, recursive: bool) -> TokenStream {
    if recursive { quote!(reader.nested(|reader| { #read })) } else { read }
}

/// The implementations of `Encode` and `Decode`.
pub(crate) fn codec(
    ident: &Ident,
    write: &TokenStream,
    size: &TokenStream,
    read: &TokenStream,
) -> TokenStream {
    quote! {
        impl ::eventgen::avro::Encode for #ident {
            fn encode<S: ::eventgen::avro::Sink>(&self, sink: &mut S) {
                #write
            }
        }

        impl<'a> ::eventgen::avro::Decode<'a> for #ident {
            const MIN_WIRE_SIZE: usize = #size;

            fn decode(
                reader: &mut ::eventgen::avro::Reader<'a>,
            ) -> ::std::result::Result<Self, ::eventgen::avro::DecodeError> {
                #read
            }
        }
    }
}
