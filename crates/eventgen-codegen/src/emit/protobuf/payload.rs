//! The payload of a message.

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::language::Payload;

/// How a message is written and read. prost bounds what reading allocates itself, so the options are unused.
pub(super) fn payload(schema: TokenStream) -> Payload {
    Payload {
        schema,
        write: quote! {
            ::eventgen::protobuf::write(self, payload);
            ::std::result::Result::Ok(())
        },
        options: quote!(_),
        read: quote!(::eventgen::protobuf::read(payload).map_err(::eventgen::DecodeError::from)),
    }
}
