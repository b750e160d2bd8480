//! Records as structs with their codec.

use eventgen_schema::types::{Record, TypeId};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::Generator;
use crate::codec::Place;
use crate::docs::{docs, escaped};
use crate::names::field_idents;

impl Generator<'_> {
    /// The struct of a record, and how it writes and reads itself.
    pub(crate) fn record(&self, id: TypeId, record: &Record) -> TokenStream {
        let (module, ident) = (self.names.module(id), self.names.ident(id));
        let doc = docs(record.doc.as_deref(), &format!("The record {}.", record.name));
        let fields = field_idents(record.fields.iter().map(|field| field.name.as_str()));
        let field_docs = record.fields.iter().map(|field| {
            docs(field.doc.as_deref(), &format!("The field {} of the schema.", escaped(&field.name)))
        });
        let types = record.fields.iter().map(|field| self.rust_type(field.type_id, &module));
        let encodes = record
            .fields
            .iter()
            .zip(&fields)
            .map(|(field, ident)| self.encode(field.type_id, &Place::field(ident)));
        let decodes = record.fields.iter().map(|field| self.decode(field.type_id));
        let size = Literal::usize_unsuffixed(self.sizes.get(id));
        // A record without fields writes and reads nothing.
        let (sink, reader) =
            if fields.is_empty() { (quote!(_), quote!(_)) } else { (quote!(sink), quote!(reader)) };
        quote! {
            #doc
            #[derive(Debug, Clone, PartialEq)]
            pub struct #ident {
                #(#field_docs pub #fields: #types,)*
            }

            impl ::eventgen::avro::Encode for #ident {
                fn encode<S: ::eventgen::avro::Sink>(&self, #sink: &mut S) {
                    #(#encodes;)*
                }
            }

            impl<'a> ::eventgen::avro::Decode<'a> for #ident {
                const MIN_WIRE_SIZE: usize = #size;

                fn decode(
                    #reader: &mut ::eventgen::avro::Reader<'a>,
                ) -> ::std::result::Result<Self, ::eventgen::avro::DecodeError> {
                    ::std::result::Result::Ok(Self { #(#fields: #decodes,)* })
                }
            }
        }
    }
}
