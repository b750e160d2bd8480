//! Records whose strings and bytes are borrowed from the payload: `OrderEventRef<'a>` beside `OrderEvent`.
//!
//! Maps are lists of entries there, in the order of the payload, and arrays of numbers stay in it. What borrows nothing is the same type in both forms; so
//! are unions of several types.

use std::collections::BTreeSet;

use eventgen_schema::types::{Record, Type, TypeId};
use proc_macro2::TokenStream;
use quote::quote;

use crate::Generator;
use crate::codec::{Call, Spot};
use crate::docs::{docs, escaped};
use crate::literals::number;

impl Generator<'_> {
    /// The struct of a record in its borrowed form, and how it reads itself; nothing for a record that borrows nothing.
    pub(crate) fn borrowed_record(&self, id: TypeId, record: &Record) -> TokenStream {
        if !self.borrows(id, &mut BTreeSet::new()) {
            return TokenStream::new();
        }
        let module = self.names.module(id);
        let ident = self.names.borrowed_path(id, &module);
        let owned = self.names.ident(id);
        let doc = format!("[`{owned}`], borrowed from its payload.");
        let fields = self.names.fields(id);
        let field_docs = record.fields.iter().map(|field| {
            docs(field.doc.as_deref(), &format!("The field {} of the schema.", escaped(&field.name)))
        });
        let spot = Spot { module: &module, holder: Some(id), in_union: false };
        let types = record.fields.iter().map(|field| self.borrowed_type_of(field.type_id, spot));
        let decodes = record.fields.iter().map(|field| self.decode_borrowed(field.type_id));
        let size = number(self.sizes.get(id));
        let read = quote!(::std::result::Result::Ok(Self { #(#fields: #decodes?,)* }));
        let read = if self.cycles.is_recursive(id) { quote!(reader.nested(|reader| #read)) } else { read };
        quote! {
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
        }
    }

    /// Whether the borrowed form of a type is another than the owned one.
    fn borrows(&self, id: TypeId, seen: &mut BTreeSet<TypeId>) -> bool {
        match self.call(id) {
            Call::Borrowed(method) => matches!(method, "string" | "bytes"),
            Call::Text | Call::Map(_) => true,
            Call::Array(items) if self.numbers(items).is_some() => true,
            Call::Array(inner) | Call::Single(inner) | Call::Nullable { inner, .. } => {
                self.borrows(inner, seen)
            }
            Call::Named => match self.contract.types.get(id) {
                Type::Record(record) if !self.names.is_extern(id) && seen.insert(id) => {
                    record.fields.iter().any(|field| self.borrows(field.type_id, seen))
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// The Rust type in the borrowed form, as seen from a place.
    fn borrowed_type_of(&self, id: TypeId, spot: Spot<'_>) -> TokenStream {
        if !self.borrows(id, &mut BTreeSet::new()) {
            return self.rust_type(id, spot);
        }
        match self.call(id) {
            Call::Borrowed("bytes") => quote!(&'a [u8]),
            Call::Array(items) if self.numbers(items).is_some() => {
                let items = self.rust_type(items, spot.elsewhere());
                quote!(::eventgen::avro::NumberSlice<'a, #items>)
            }
            Call::Array(items) => {
                let items = self.borrowed_type_of(items, spot.elsewhere());
                quote!(::std::vec::Vec<#items>)
            }
            Call::Map(values) => {
                let values = self.borrowed_type_of(values, spot.elsewhere());
                quote!(::std::vec::Vec<(&'a str, #values)>)
            }
            Call::Single(inner) => self.borrowed_type_of(inner, spot),
            Call::Nullable { inner, .. } => {
                let inner = self.borrowed_type_of(inner, Spot { in_union: true, ..spot });
                quote!(::std::option::Option<#inner>)
            }
            Call::Named => {
                let path = self.names.borrowed_path(id, spot.module);
                if spot.holder.is_some_and(|holder| self.cycles.boxed(holder, id, spot.in_union)) {
                    quote!(::std::boxed::Box<#path<'a>>)
                } else {
                    quote!(#path<'a>)
                }
            }
            _ => quote!(&'a str),
        }
    }

    /// The call that reads a value in its borrowed form.
    fn decode_borrowed(&self, id: TypeId) -> TokenStream {
        if !self.borrows(id, &mut BTreeSet::new()) {
            return self.decode_call(id);
        }
        match self.call(id) {
            Call::Borrowed("bytes") => quote!(reader.bytes_ref()),
            Call::Array(items) if self.numbers(items).is_some() => quote!(reader.number_slice()),
            Call::Array(items) => {
                let (size, item) = (number(self.sizes.get(items)), self.borrowed_decoder(items));
                quote!(reader.array(#size, #item))
            }
            Call::Map(values) => {
                let (size, item) = (number(self.sizes.get(values)), self.borrowed_decoder(values));
                quote!(reader.map_ref(#size, #item))
            }
            Call::Single(inner) => {
                let item = self.borrowed_decoder(inner);
                quote!(reader.single(#item))
            }
            Call::Nullable { null, inner } => {
                let (null, item) = (number(null), self.borrowed_decoder(inner));
                quote!(reader.nullable(#null, #item))
            }
            Call::Named => quote!(reader.value()),
            _ => quote!(reader.string_ref()),
        }
    }

    /// A function that reads a value in its borrowed form: a path where one will do.
    fn borrowed_decoder(&self, id: TypeId) -> TokenStream {
        if !self.borrows(id, &mut BTreeSet::new()) {
            return self.decoder(id);
        }
        match self.call(id) {
            Call::Borrowed("bytes") => quote!(::eventgen::avro::Reader::bytes_ref),
            Call::Borrowed(_) | Call::Text => quote!(::eventgen::avro::Reader::string_ref),
            Call::Array(items) if self.numbers(items).is_some() => {
                quote!(::eventgen::avro::Reader::number_slice)
            }
            Call::Named => quote!(::eventgen::avro::Reader::value),
            _ => {
                let call = self.decode_borrowed(id);
                quote!(|reader| #call)
            }
        }
    }
}
