//! Records as structs with their codec, owned and borrowed from the payload.

use eventgen_schema::types::{Record, Type, TypeId};
use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::builders::builder_names;
use crate::emit::docs::{docs, escaped};
use crate::emit::emitter::Emitter;
use crate::emit::idents::ident;
use crate::emit::place::Place;
use crate::model::borrowing::Ownership;
use crate::model::position::Position;

impl Emitter<'_> {
    /// The struct of a record with its codec.
    pub(crate) fn record(self, id: TypeId, record: &Record) -> TokenStream {
        let (module, ident) = (self.model.names.module(id), self.ident(id));
        let doc = docs(record.doc.as_deref(), &format!("The record {}.", escaped(&record.name.to_string())));
        let fields = self.fields(id);
        let field_docs = field_docs(record);
        let types = self.field_types(id, record, Ownership::Owned);
        let attributes = self.record_attributes(record, module);
        let builder_names = builder_names(&fields);
        let named = fields.iter().zip(&builder_names);
        let field_attributes = record.fields.iter().zip(named).map(|(field, (ident, builder_name))| {
            self.field_attributes(record, (field, ident), builder_name.as_ref(), module)
        });
        let codec = self.record_codec(id, self.model.cycles.is_recursive(id));
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

    /// The struct of a record that borrows from the payload; nothing for a record that borrows nothing.
    ///
    /// In it, maps are lists of entries in the order of the payload, and arrays of numbers stay encoded. A type that
    /// borrows nothing is the same type in both structs; so is a union of several types.
    pub(crate) fn borrowed_record(self, id: TypeId, record: &Record) -> Option<TokenStream> {
        if !self.model.borrowing.borrows(id) {
            return None;
        }
        let (owned, ident) = (self.ident(id), ident(&self.model.names.borrowed(id).name));
        let doc = format!("[`{owned}`], borrowed from its payload.");
        let fields = self.fields(id);
        let field_docs = field_docs(record);
        let types = self.field_types(id, record, Ownership::Borrowed);
        let size = self.min_size(id);
        let decodes = self.decode_fields(id, Ownership::Borrowed);
        let read = quote!(::std::result::Result::Ok(Self { #(#fields: #decodes,)* }));
        let read =
            if self.model.cycles.is_recursive(id) { quote!(reader.nested(|reader| #read)) } else { read };
        Some(quote! {
            #[doc = #doc]
            #[derive(Debug, Clone, PartialEq)]
            pub struct #ident<'a> {
                #(#field_docs pub #fields: #types,)*
            }

            impl<'a> ::eventgen::avro::Decode<'a> for #ident<'a> {
                const MIN_WIRE_SIZE: usize = #size;

                fn decode(
                    reader: &mut ::eventgen::avro::Reader<'a>,
                ) -> ::std::result::Result<Self, ::eventgen::avro::DecodeError> {
                    #read
                }
            }
        })
    }

    fn field_types(self, id: TypeId, record: &Record, ownership: Ownership) -> Vec<TokenStream> {
        let owned = Position::owned(self.model.names.module(id), Some(id));
        let position = Position { ownership, ..owned };
        record.fields.iter().map(|field| self.rust_type(field.type_id, position)).collect()
    }

    /// The codec of a record.
    pub(crate) fn record_codec(self, id: TypeId, recursive: bool) -> TokenStream {
        let Type::Record(record) = self.model.contract.types.get(id) else { return TokenStream::new() };
        let (ident, fields) = (self.ident(id), self.fields(id));
        let encodes = self.encode_fields(id, |index| Place::field(&fields[index]));
        let into = record.fields.iter().zip(&fields);
        let into = into.map(|(field, ident)| self.decode_into(field.type_id, ident));
        let decodes = self.decode_fields(id, Ownership::Owned);
        let size = self.min_size(id);
        // The parameters of a record without fields are unused.
        let [sink, reader] =
            if fields.is_empty() { [quote!(_), quote!(_)] } else { [quote!(sink), quote!(reader)] };
        let skipped = self.skipped();
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
}

/// The documentation of the fields of a record.
fn field_docs(record: &Record) -> Vec<TokenStream> {
    let doc = |field: &eventgen_schema::types::Field| {
        docs(field.doc.as_deref(), &format!("The field {} of the schema.", escaped(&field.name)))
    };
    record.fields.iter().map(doc).collect()
}
