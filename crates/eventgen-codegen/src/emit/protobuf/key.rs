//! Typed keys in Protobuf: the statement that writes the fields of the key, and the file of its schema.

use eventgen_schema::contract::KeySchema;
use proc_macro2::{Ident, Literal, TokenStream};
use prost_types::field_descriptor_proto::Type;
use quote::quote;

use crate::emit::idents::ident;
use crate::emit::language::ReadKey;
use crate::emit::literals::raw_string;

/// The schema of a key, in a file of its own.
pub(super) fn key_schema(key: &KeySchema) -> TokenStream {
    let name = format!("{}.proto", key.name.as_deref().unwrap_or(&key.subject));
    let (subject, text) = (&name, raw_string(&key.text));
    quote! {{
        const FILE: ::eventgen::ProtobufFile =
            ::eventgen::ProtobufFile { name: #name, subject: #subject, text: #text, imports: &[] };
        ::eventgen::Schema::protobuf(&FILE, &[0])
    }}
}

/// The statement that writes fields of these types to the key. The values of strings are references.
pub(super) fn write_key(fields: impl Iterator<Item = (Type, TokenStream)>) -> TokenStream {
    let writes = fields.zip(1_u32..).map(|((ty, value), number)| {
        let (method, number) = (method(ty), Literal::u32_unsuffixed(number));
        quote!(fields.#method(#number, #value);)
    });
    quote! {
        key.set_typed(|bytes| {
            let mut fields = ::eventgen::protobuf::KeyFields::new(bytes);
            #(#writes)*
            ::std::result::Result::Ok(())
        });
    }
}

/// How fields of these types are read.
pub(super) fn read_key(types: &[Type]) -> ReadKey {
    let reads: Vec<_> = types
        .iter()
        .zip(1_u32..)
        .map(|(ty, number)| {
            let (method, number) = (method(*ty), Literal::u32_unsuffixed(number));
            quote!(fields.#method(#number))
        })
        .collect();
    let read = match &reads[..] {
        [only] => only.clone(),
        reads => quote!(::std::result::Result::Ok((#(#reads?),*))),
    };
    let body = quote! {
        let fields = ::eventgen::protobuf::KeyReader::new(key)?;
        #read
    };
    let types = types.iter().map(|ty| match ty {
        Type::Bool => quote!(bool),
        Type::Uint32 | Type::Fixed32 => quote!(u32),
        Type::Int64 | Type::Sint64 | Type::Sfixed64 => quote!(i64),
        Type::Uint64 | Type::Fixed64 => quote!(u64),
        Type::Int32 | Type::Sint32 | Type::Sfixed32 | Type::Enum => quote!(i32),
        _ => quote!(::std::string::String),
    });
    ReadKey { generics: Vec::new(), types: types.collect(), body }
}

/// The method of `KeyFields` and `KeyReader` for a type that keys can have.
fn method(ty: Type) -> Ident {
    ident(match ty {
        Type::Bool => "bool",
        Type::Int64 => "int64",
        Type::Uint32 => "uint32",
        Type::Uint64 => "uint64",
        Type::Sint32 => "sint32",
        Type::Sint64 => "sint64",
        Type::Fixed32 => "fixed32",
        Type::Fixed64 => "fixed64",
        Type::Sfixed32 => "sfixed32",
        Type::Sfixed64 => "sfixed64",
        Type::Int32 | Type::Enum => "int32",
        _ => "string",
    })
}
