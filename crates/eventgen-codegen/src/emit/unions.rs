//! Enums of unions with their codec.

use eventgen_schema::types::Type;
use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::docs::{docs, escaped};
use crate::emit::emitter::Emitter;
use crate::emit::idents::idents;
use crate::emit::literals::number;
use crate::emit::place::Place;
use crate::model::borrowing::Ownership;
use crate::model::branches::{branch_name, branch_variants};
use crate::model::position::Position;
use crate::model::unions::{UnionEnum, UnionShape};

impl Emitter<'_> {
    /// The enum of a union with its codec.
    pub(crate) fn union(self, union: &UnionEnum) -> TokenStream {
        let types = &self.model.contract.types;
        let Type::Union(all) = types.get(union.id) else { return TokenStream::new() };
        let UnionShape::Enum { branches, .. } = UnionShape::of(all, types) else { return TokenStream::new() };
        let (module, ident) = (self.model.names.module(union.id), self.ident(union.id));
        let record = types.get(union.record).name().map(ToString::to_string).unwrap_or_default();
        let doc =
            docs(None, &format!("The types of the field {} of {}.", escaped(&union.field), escaped(&record)));
        let position = Position::owned(module, Some(union.id)).branch();
        let variants = idents(&branch_variants(&branches, types));
        let ids = branches.iter().map(|&(_, id)| id);
        let variant_docs =
            ids.clone().map(|id| docs(None, &format!("The branch {}.", escaped(&branch_name(id, types)))));
        let held = ids.clone().map(|id| self.rust_type(id, position));
        let indices: Vec<_> = branches.iter().map(|&(index, _)| number(index)).collect();
        let encodes = ids.clone().map(|id| self.encode(id, &Place::reference("value")));
        let decodes = ids.map(|id| self.decode_call(id, Ownership::Owned));
        let (size, count) = (number(self.model.sizes.of_enum(union.id)), number(all.len()));
        let attributes = self.type_attributes(&format!("{record}.{}", union.field));
        let variant_attributes = branches.iter().zip(&variants).map(|(&(_, id), variant)| {
            let (rename, fixed) = (self.serde_rename(&branch_name(id, types), variant), self.serde_fixed(id));
            quote!(#rename #fixed)
        });
        quote! {
            #doc
            #[derive(Debug, Clone, PartialEq)]
            #attributes
            pub enum #ident {
                #(#variant_docs #variant_attributes #variants(#held),)*
            }

            impl ::eventgen::avro::Encode for #ident {
                fn encode<S: ::eventgen::avro::Sink>(&self, sink: &mut S) {
                    match self {
                        #(Self::#variants(value) => {
                            sink.long(#indices);
                            #encodes;
                        })*
                    }
                }
            }

            impl<'a> ::eventgen::avro::Decode<'a> for #ident {
                const MIN_WIRE_SIZE: usize = #size;

                fn decode(
                    reader: &mut ::eventgen::avro::Reader<'a>,
                ) -> ::std::result::Result<Self, ::eventgen::avro::DecodeError> {
                    let position = reader.position();
                    match reader.long()? {
                        #(#indices => #decodes.map(Self::#variants),)*
                        index => ::std::result::Result::Err(::eventgen::avro::DecodeError::unknown_branch(
                            position, index, #count,
                        )),
                    }
                }
            }
        }
    }
}
