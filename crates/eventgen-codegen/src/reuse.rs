//! Reading into a value that is there already: what has memory of its own keeps it.

use eventgen_schema::types::{Type, TypeId};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use crate::Generator;
use crate::codec::Call;
use crate::literals::number;

impl Generator<'_> {
    /// The statement that reads into a field of `out`.
    pub(crate) fn decode_into(&self, id: TypeId, field: &Ident) -> TokenStream {
        match self.reuse_call(id, &quote!(&mut out.#field)) {
            Some(call) => quote!(#call?;),
            None => {
                let call = self.decode(id);
                quote!(out.#field = #call;)
            }
        }
    }

    /// The call that reads into a place, given as a reference; `None` where nothing can be used again.
    fn reuse_call(&self, id: TypeId, place: &TokenStream) -> Option<TokenStream> {
        Some(match self.call(id) {
            Call::Borrowed(method @ ("bytes" | "string")) => {
                let method = format_ident!("{method}_into");
                quote!(reader.#method(#place))
            }
            Call::Array(items) => match self.numbers(items) {
                Some(method) => {
                    let method = format_ident!("{method}_into");
                    quote!(reader.#method(#place))
                }
                None => {
                    let size = self.size(items);
                    let (item, into) = (self.decoder(items), self.decoder_into(items));
                    quote!(reader.array_into(#place, #size, #item, #into))
                }
            },
            Call::Map(values) if !self.forms.contains_key(&id) => {
                let size = self.size(values);
                let (item, into) = (self.decoder(values), self.decoder_into(values));
                quote!(reader.map_into(#place, #size, #item, #into))
            }
            Call::Nullable { null, inner } => {
                let null = number(null);
                let (item, into) = (self.decoder(inner), self.decoder_into(inner));
                quote!(reader.nullable_into(#place, #null, #item, #into))
            }
            Call::Named
                if self.forms.contains_key(&id) || matches!(self.contract.types.get(id), Type::Record(_)) =>
            {
                quote!(reader.value_into(#place))
            }
            _ => return None,
        })
    }

    /// A function that reads into a value: a path where one will do.
    fn decoder_into(&self, id: TypeId) -> TokenStream {
        match (self.call(id), self.reuse_call(id, &quote!(out))) {
            (Call::Borrowed(method), Some(_)) => {
                let method = format_ident!("{method}_into");
                quote!(::eventgen::avro::Reader::#method)
            }
            (Call::Named, Some(_)) => quote!(::eventgen::avro::Reader::value_into),
            (_, Some(call)) => quote!(|reader, out| #call),
            (_, None) => {
                let item = self.decoder(id);
                quote!(::eventgen::avro::Reader::anew(#item))
            }
        }
    }
}
