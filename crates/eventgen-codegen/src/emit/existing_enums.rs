//! Codecs of existing enums with data, which are unions.

use eventgen_schema::types::{Type, TypeId};
use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::emitter::Emitter;
use crate::emit::existing::{codec, nested};
use crate::emit::idents::{ident, idents, source};
use crate::emit::literals::number;
use crate::emit::place::Place;
use crate::model::borrowing::Ownership;
use crate::model::existing::{Branch, Data, Existing};

impl Emitter<'_> {
    /// The codec of an enum with data.
    pub(crate) fn branches_codec(self, existing: &Existing, id: TypeId) -> TokenStream {
        let read = nested(
            quote! {
                let branch = reader.branch_of(0)?;
                ::eventgen::AvroType::decode_branch(reader, branch)
            },
            existing.recursive,
        );
        let write = quote!(::eventgen::AvroType::encode_branch(self, sink, 0););
        // The sizes of foreign types are not added: a foreign type may contain this one.
        let size = number(self.model.sizes.of_enum(id));
        let (codec, checks) =
            (codec(&ident(&existing.name), &write, &size, &read), self.no_unions_in_unions(id));
        quote!(#codec #checks)
    }

    /// Checks at compile time that no branch is a union: only the compiler knows foreign types.
    fn no_unions_in_unions(self, id: TypeId) -> TokenStream {
        let Type::Union(ids) = self.model.contract.types.get(id) else { return TokenStream::new() };
        let foreign = ids.iter().filter_map(|id| self.model.codecs.unresolved(*id).map(source));
        let checks = foreign.map(|path| {
            quote! {
                const _: () = ::std::assert!(
                    <#path as ::eventgen::AvroType>::BRANCHES == 0,
                    "a union cannot be a branch of a union: put the variants of the inner enum into the outer one"
                );
            }
        });
        checks.collect()
    }

    /// How an enum with data is written and read as the branches of a union.
    pub(crate) fn branches(self, id: TypeId, branches: &[Branch]) -> TokenStream {
        let Type::Union(ids) = self.model.contract.types.get(id) else { return TokenStream::new() };
        let count = number(ids.len());
        let indices: Vec<_> = (0..ids.len()).map(number).collect();
        let pairs = || ids.iter().copied().zip(branches);
        let writes = pairs().zip(&indices).map(|((id, branch), index)| {
            let variant = ident(&branch.name);
            let (pattern, encode) = match &branch.data {
                Data::One => {
                    let encode = self.encode(id, &Place::reference("value"));
                    (quote!((value)), quote!(#encode;))
                }
                Data::Nothing => (TokenStream::new(), TokenStream::new()),
                Data::Fields(..) => {
                    let fields = self.fields(id);
                    let bound: Vec<_> =
                        (0..fields.len()).map(|field| quote::format_ident!("field_{field}")).collect();
                    let statements = self.encode_fields(id, |index| Place::reference(&format!("field_{index}")));
                    (quote!({ #(#fields: #bound,)* .. }), quote!(#(#statements)*))
                }
            };
            quote!(Self::#variant #pattern => { sink.long(::std::primitive::i64::from(first) + #index); #encode })
        });
        let reads = pairs().zip(&indices).map(|((id, branch), index)| {
            let variant = ident(&branch.name);
            let read = match &branch.data {
                Data::One => {
                    let decode = self.decode_call(id, Ownership::Owned);
                    quote!(#decode.map(Self::#variant))
                }
                Data::Nothing => quote!(::std::result::Result::Ok(Self::#variant)),
                Data::Fields(_, skipped) => {
                    let (fields, values) = (self.fields(id), self.decode_fields(id, Ownership::Owned));
                    let skipped = idents(skipped);
                    quote!(::std::result::Result::Ok(Self::#variant {
                        #(#fields: #values,)* #(#skipped: ::std::default::Default::default(),)*
                    }))
                }
            };
            quote!(#index => #read,)
        });
        quote! {
            const BRANCHES: u32 = #count;

            fn encode_branch<S: ::eventgen::avro::Sink>(&self, sink: &mut S, first: u32) {
                match self { #(#writes)* }
            }

            fn decode_branch(
                reader: &mut ::eventgen::avro::Reader<'_>,
                branch: ::eventgen::avro::Branch,
            ) -> ::std::result::Result<Self, ::eventgen::avro::DecodeError> {
                match branch.index() {
                    #(#reads)*
                    _ => ::std::result::Result::Err(branch.unknown(Self::BRANCHES)),
                }
            }
        }
    }
}
