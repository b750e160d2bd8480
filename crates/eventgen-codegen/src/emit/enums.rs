//! Enums with their symbols and codec.

use eventgen_schema::types::{Enum, TypeId};
use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::docs::{docs, escaped};
use crate::emit::emitter::Emitter;
use crate::emit::idents::idents;
use crate::model::scope::variant_names;

impl Emitter<'_> {
    /// An enum with its symbols and codec.
    pub(crate) fn enumeration(self, id: TypeId, definition: &Enum) -> TokenStream {
        let ident = self.ident(id);
        let doc = docs(definition.doc.as_deref(), &format!("The enum {}.", definition.name));
        let symbols = &definition.symbols;
        let variants = idents(&variant_names(symbols.iter().map(String::as_str)));
        let variant_docs =
            symbols.iter().map(|symbol| docs(None, &format!("The symbol {}.", escaped(symbol))));
        let full_name = definition.name.to_string();
        let attributes = self.type_attributes(&full_name);
        let variant_attributes = symbols.iter().zip(&variants).map(|(symbol, variant)| {
            let (rename, own) =
                (self.serde_rename(symbol, variant), self.member_attributes(&full_name, symbol));
            quote!(#rename #own)
        });
        quote! {
            #doc
            #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
            #attributes
            pub enum #ident {
                #(#variant_docs #variant_attributes #variants,)*
            }

            impl #ident {
                /// Every value, in the order of the schema.
                pub const ALL: &'static [Self] = &[#(Self::#variants),*];

                /// The symbol, as the schema has it.
                #[must_use]
                pub const fn as_str(self) -> &'static str {
                    match self {
                        #(Self::#variants => #symbols,)*
                    }
                }
            }

            impl ::eventgen::avro::Encode for #ident {
                fn encode<S: ::eventgen::avro::Sink>(&self, sink: &mut S) {
                    sink.int(*self as i32);
                }
            }

            impl<'a> ::eventgen::avro::Decode<'a> for #ident {
                const MIN_WIRE_SIZE: usize = 1;

                fn decode(
                    reader: &mut ::eventgen::avro::Reader<'a>,
                ) -> ::std::result::Result<Self, ::eventgen::avro::DecodeError> {
                    reader.symbol(Self::ALL)
                }
            }
        }
    }
}
