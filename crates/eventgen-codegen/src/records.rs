//! Records as structs with their codec.

use eventgen_schema::types::{Record, Type, TypeId};
use proc_macro2::TokenStream;
use quote::quote;

use crate::Generator;
use crate::attributes::builder_names;
use crate::codec::{Place, Spot};
use crate::docs::{docs, escaped};
use crate::existing::Existing;

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
        let attributes = self.record_attributes(record, &module);
        let builder_names = builder_names(&fields);
        let named = fields.iter().zip(&builder_names);
        let field_attributes = record.fields.iter().zip(named).map(|(field, (ident, builder_name))| {
            self.field_attributes(record, (field, ident), builder_name.as_ref(), &module)
        });
        let codec = self.record_codec(id, self.cycles.is_recursive(id));
        quote! {
            #doc
            #[derive(Debug, Clone, PartialEq)]
            #attributes
            pub struct #ident {
                #(#field_docs #field_attributes pub #fields: #types,)*
            }

            #codec
        }
    }

    /// How a record writes and reads itself.
    pub(crate) fn record_codec(&self, id: TypeId, recursive: bool) -> TokenStream {
        let Type::Record(record) = self.contract.types.get(id) else { return TokenStream::new() };
        let (ident, fields) = (self.names.ident(id), self.names.fields(id));
        let encodes = self.encode_fields(id, |index| Place::field(&fields[index]));
        let into = record.fields.iter().zip(&fields);
        let into = into.map(|(field, ident)| self.decode_into(field.type_id, ident));
        let decodes = self.decode_fields(id);
        let size = self.size(id);
        // A record without fields writes and reads nothing.
        let [sink, reader] =
            if fields.is_empty() { [quote!(_), quote!(_)] } else { [quote!(sink), quote!(reader)] };
        let skipped = self.existing.map(Existing::skipped).unwrap_or_default();
        let out = if fields.is_empty() && skipped.is_empty() { quote!(_) } else { quote!(out) };
        let read = quote!(::std::result::Result::Ok(Self {
            #(#fields: #decodes,)* #(#skipped: ::std::default::Default::default(),)*
        }));
        let into = quote!(#(#into)* #(out.#skipped = ::std::default::Default::default();)* ::std::result::Result::Ok(()));
        let (read, into) = if recursive {
            (quote!(reader.nested(|reader| #read)), quote!(reader.nested(|reader| { #into })))
        } else {
            (read, into)
        };
        quote! {
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

    /// The statements that write the fields of a record, which stand in these places.
    pub(crate) fn encode_fields(&self, id: TypeId, place: impl Fn(usize) -> Place) -> Vec<TokenStream> {
        let Type::Record(record) = self.contract.types.get(id) else { return Vec::new() };
        let places = record.fields.iter().enumerate();
        let places: Vec<_> = places.map(|(index, field)| (field.type_id, place(index))).collect();
        self.encode_all(&places)
    }

    /// The expressions that read the fields of a record, in order.
    pub(crate) fn decode_fields(&self, id: TypeId) -> Vec<TokenStream> {
        let Type::Record(record) = self.contract.types.get(id) else { return Vec::new() };
        record.fields.iter().map(|field| self.decode(field.type_id)).collect()
    }
}
