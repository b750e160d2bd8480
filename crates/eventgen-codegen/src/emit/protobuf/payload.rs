//! The payload of a message.

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::language::Payload;

/// How a message is written and read; `nested` is the table of its type, for limits.
pub(super) fn payload(schema: TokenStream, nested: &TokenStream) -> Payload {
    Payload {
        schema,
        write: quote! {
            ::eventgen::protobuf::write(self, payload);
            ::std::result::Result::Ok(())
        },
        options: quote!(options),
        read: quote!(::eventgen::protobuf::read(payload, options, #nested)),
    }
}
