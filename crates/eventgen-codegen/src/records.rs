//! Records as structs with their codec.

use eventgen_schema::types::{Record, TypeId};
use proc_macro2::TokenStream;
use quote::quote;

use crate::Generator;
use crate::attributes::builder_names;
use crate::codec::{Place, Spot};
use crate::docs::{docs, escaped};
use crate::literals::number;

impl Generator<'_> {
    /// The struct of a record, and how it writes and reads itself.
    pub(crate) fn record(&self, id: TypeId, record: &Record) -> TokenStream {
        let (module, ident) = (self.names.module(id), self.names.ident(id));
        let doc = docs(record.doc.as_deref(), &format!("The record {}.", escaped(&record.name.to_string())));
        let fields = self.names.fields(id);
        let field_docs = record.fields.iter().map(|field| {
            docs(field.doc.as_deref(), &format!("The field {} of the schema.", escaped(&field.name)))
        });
        let spot = Spot { module: &module, holder: Some(id), in_union: false };
        let types = record.fields.iter().map(|field| self.rust_type(field.type_id, spot));
        let places = record.fields.iter().zip(&fields);
        let places: Vec<_> = places.map(|(field, ident)| (field.type_id, Place::field(ident))).collect();
        let encodes = self.encode_all(&places);
        let into = record.fields.iter().zip(&fields);
        let into = into.map(|(field, ident)| self.decode_into(field.type_id, ident));
        let decodes = record.fields.iter().map(|field| self.decode(field.type_id));
        let attributes = self.record_attributes(record, &module);
        let builder_names = builder_names(&fields);
        let named = fields.iter().zip(&builder_names);
        let field_attributes = record.fields.iter().zip(named).map(|(field, (ident, builder_name))| {
            self.field_attributes(record, (field, ident), builder_name.as_ref(), &module)
        });
        let size = number(self.sizes.get(id));
        // A record without fields writes and reads nothing.
        let [sink, reader, out] = if fields.is_empty() {
            [quote!(_), quote!(_), quote!(_)]
        } else {
            [quote!(sink), quote!(reader), quote!(out)]
        };
        let read = quote!(::std::result::Result::Ok(Self { #(#fields: #decodes,)* }));
        let into = quote!(#(#into)* ::std::result::Result::Ok(()));
        let (read, into) = if self.cycles.is_recursive(id) {
            (quote!(reader.nested(|reader| #read)), quote!(reader.nested(|reader| { #into })))
        } else {
            (read, into)
        };
        quote! {
            #doc
            #[derive(Debug, Clone, PartialEq)]
            #attributes
            pub struct #ident {
                #(#field_docs #field_attributes pub #fields: #types,)*
            }

            impl ::eventgen::avro::Encode for #ident {
                fn encode<S: ::eventgen::avro::Sink>(&self, #sink: &mut S) {
                    #(#encodes)*
                }
            }

            impl<'a> ::eventgen::avro::Decode<'a> for #ident {
                const MIN_WIRE_SIZE: usize = #size;

                fn decode(
                    #reader: &mut ::eventgen::avro::Reader<'a>,
                ) -> ::std::result::Result<Self, ::eventgen::avro::DecodeError> {
                    #read
                }

                fn decode_into(
                    #reader: &mut ::eventgen::avro::Reader<'a>,
                    #out: &mut Self,
                ) -> ::std::result::Result<(), ::eventgen::avro::DecodeError> {
                    #into
                }
            }
        }
    }
}
