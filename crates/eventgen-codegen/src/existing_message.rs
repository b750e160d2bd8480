//! Messages that are there already: prost's derive writes and reads them, and what of their fields can be a key or a header
//! they say themselves, through the runtime's traits.

use eventgen_schema::contract::{FieldPath, HeaderValue};
use eventgen_schema::{Event, EventFormat};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use crate::Generator;
use crate::existing::Kind;
use crate::literals::hex;

/// The number that stands for a field's name where traits are told by it, as an expression.
pub fn field_number(name: &str) -> TokenStream {
    hex(eventgen_schema::avro::fingerprint(name))
}

impl Generator<'_> {
    /// Whether an event is a message that is there already.
    pub(crate) fn is_existing_message(&self, event: &Event) -> bool {
        matches!(event.format, EventFormat::Protobuf { .. })
            && self.existing.is_some_and(|existing| matches!(existing.kind, Kind::Message(_)))
    }

    /// The schema, which is put together of what all types say.
    pub(crate) fn existing_message_schema(&self, event: &Event) -> TokenStream {
        let ident = self.names.event_ident(event);
        quote! {
            static SCHEMA: ::std::sync::LazyLock<::eventgen::Schema> = ::std::sync::LazyLock::new(|| {
                ::eventgen::protobuf::compose(<#ident as ::eventgen::ProtobufType>::definition())
            });
            *SCHEMA
        }
    }

    /// The statement that sets the key. What is absent on the way counts as the field's default, as Protobuf has it; only
    /// where there is no order a record has no key while a field of it is absent.
    pub(crate) fn existing_message_key(&self, event: &Event) -> TokenStream {
        let ident = self.names.event_ident(event);
        let values: Vec<Ident> = (0..event.key.len()).map(|index| format_ident!("part_{index}")).collect();
        let set = match &values[..] {
            [] => return TokenStream::new(),
            [only] => quote!(key.set(#only);),
            parts => quote!(key.compose(&[#(&#parts),*]);),
        };
        let options = event.key.iter().map(|path| {
            let (value, field) = (value(path), text_field(&ident, path));
            if path.nullable.contains(&true) {
                return value;
            }
            quote!(::std::option::Option::Some(#value.unwrap_or_else(#field::absent)))
        });
        let checks = event.key.iter().filter(|path| !path.nullable.contains(&true)).map(|path| {
            let field = text_field(&ident, path);
            quote! {
                const {
                    ::std::assert!(
                        !#field::OPTIONAL,
                        "a field of the key may be absent: choose one that is not `optional`"
                    );
                }
            }
        });
        quote! {
            #(#checks)*
            if let (#(::std::option::Option::Some(#values),)*) = (#(#options,)*) {
                #set
            }
        }
    }

    /// The statement that sets a header; one of a field that is absent is not set.
    pub(crate) fn existing_message_header(name: &str, header: &HeaderValue) -> TokenStream {
        match header {
            HeaderValue::Literal(text) => quote!(headers.set(#name, #text);),
            HeaderValue::Field(path) => {
                let value = value(path);
                quote! {
                    if let ::std::option::Option::Some(value) = #value {
                        headers.set(#name, value);
                    }
                }
            }
        }
    }
}

/// The value at the end of a path, as an option.
fn value(path: &FieldPath) -> TokenStream {
    let Some((last, before)) = path.fields.split_last() else { return TokenStream::new() };
    let mut place = quote!(::std::option::Option::Some(self));
    for step in before {
        let number = field_number(step);
        place = quote!(#place.and_then(::eventgen::protobuf::MessageField::<#number>::message));
    }
    let number = field_number(last);
    quote!(#place.and_then(::eventgen::protobuf::TextField::<#number>::text))
}

/// The trait of the field at the end of a path, as of the message that it is in.
fn text_field(event: &Ident, path: &FieldPath) -> TokenStream {
    let Some((last, before)) = path.fields.split_last() else { return TokenStream::new() };
    let mut message = quote!(#event);
    for step in before {
        let number = field_number(step);
        message = quote!(<#message as ::eventgen::protobuf::MessageField<#number>>::Message);
    }
    let number = field_number(last);
    quote!(<#message as ::eventgen::protobuf::TextField<#number>>)
}
