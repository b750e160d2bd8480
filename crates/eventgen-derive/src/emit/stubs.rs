//! Implementations for a type with errors, so that the compiler does not report its users as well.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

/// The implementations of a type in Avro.
pub(crate) fn stubs(input: &DeriveInput) -> TokenStream {
    let ident = &input.ident;
    if !input.generics.params.is_empty() {
        return TokenStream::new();
    }
    quote! {
        const _: () = {
            impl ::eventgen::avro::Encode for #ident {
                fn encode<S: ::eventgen::avro::Sink>(&self, _: &mut S) {}
            }

            impl<'a> ::eventgen::avro::Decode<'a> for #ident {
                const MIN_WIRE_SIZE: usize = 0;

                fn decode(
                    _: &mut ::eventgen::avro::Reader<'a>,
                ) -> ::std::result::Result<Self, ::eventgen::avro::DecodeError> {
                    loop {}
                }
            }

            impl ::eventgen::AvroType for #ident {
                fn definition() -> &'static ::eventgen::avro::Definition {
                    loop {}
                }
            }
        };
    }
}
