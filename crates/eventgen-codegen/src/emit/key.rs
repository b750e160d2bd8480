//! Statements that set the key of an event.

use eventgen_schema::contract::{FieldPath, Ordering};
use eventgen_schema::{Contract, Event};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::emit::docs::markdown;
use crate::emit::emitter::Emitter;
use crate::emit::idents::idents;
use crate::emit::language::{KeyParameter, Language, ReadKey, TypedKey, key_part, tuple};
use crate::model::scope::method_names;

/// The statement that sets the key to these values, which have a text representation.
pub(crate) fn set_key(parts: &[TokenStream]) -> TokenStream {
    match parts {
        [] => TokenStream::new(),
        [only] => quote!(key.set(#only);),
        parts => quote!(key.compose(&[#(&#parts),*]);),
    }
}

/// The statement that sets the key if all of these options are present. `text` writes the text of a value.
pub(crate) fn set_key_if_present(
    options: &[TokenStream],
    text: impl Fn(usize, TokenStream) -> TokenStream,
) -> TokenStream {
    if options.is_empty() {
        return TokenStream::new();
    }
    let parts: Vec<_> = (0..options.len()).map(|index| format_ident!("part_{index}")).collect();
    let texts = parts.iter().enumerate().map(|(index, part)| text(index, quote!(#part)));
    let set = set_key(&texts.collect::<Vec<_>>());
    quote! {
        if let (#(::std::option::Option::Some(#parts),)*) = (#(#options,)*) {
            #set
        }
    }
}

/// What follows [`set_key_if_present`] in Protobuf where records are ordered by key: it names the fields whose messages may
/// be absent, for the error of an event without a key.
pub(crate) fn or_absent(contract: &Contract, event: &Event) -> TokenStream {
    let topic = contract.topics.get(&event.topic);
    let inside_messages: Vec<String> = event
        .key
        .iter()
        .filter(|path| path.fields.len() > 1)
        .map(|path: &FieldPath| path.fields.join("."))
        .collect();
    if inside_messages.is_empty() || topic.is_none_or(|topic| topic.ordering != Ordering::Key) {
        return TokenStream::new();
    }
    let fields = inside_messages.join(", ");
    quote!(else { key.set_absent(#fields); })
}

/// The number of parameters that Clippy accepts.
const FEW: usize = 7;

/// The function that returns the key of given values, for events of a compacted topic.
pub(crate) fn key_of(emitter: Emitter<'_>, event: &Event, language: &dyn Language) -> Option<TokenStream> {
    let topic = emitter.model.contract.topics.get(&event.topic)?;
    if event.key.is_empty() || !topic.is_compacted() {
        return None;
    }
    let names: Vec<String> = event.key.iter().map(|path| path.fields.join("_")).collect();
    let names = idents(&method_names(names.iter().map(String::as_str)));
    let parameters: Option<Vec<_>> = event
        .key
        .iter()
        .zip(&names)
        .map(|(path, name)| language.key_parameter(emitter, event, path, name))
        .collect();
    let (types, texts): (Vec<_>, Vec<_>) =
        parameters?.into_iter().map(|KeyParameter { ty, text }| (ty, text)).unzip();
    let paths = event.key.iter().map(|path| format!("`{}`", path.fields.join("."))).collect::<Vec<_>>();
    let doc = markdown(&format!(
        "The key of an event with these values ({}), for [`Producer::delete`](::eventgen::Producer::delete).",
        paths.join(", ")
    ));
    let mut many = TokenStream::new();
    many.extend((names.len() > FEW).then(|| quote!(#[allow(clippy::too_many_arguments)])));
    // The names of parameters are those of fields, also if the statement uses the same: it has names of its own.
    let (parts, set) = match language.typed_key(emitter, event) {
        Some(key) => {
            let parts = (0..names.len()).map(key_part);
            // Of more than ten, `part_1` and `part_10` are similar.
            many.extend((names.len() > 10).then(|| quote!(#[allow(clippy::similar_names)])));
            (quote!(let (#(#parts,)*) = (#(#names,)*);), key.set)
        }
        None => (TokenStream::new(), set_key(&texts)),
    };
    Some(quote! {
        #doc
        #many
        #[must_use]
        pub fn key_of(#(#names: #types),*) -> ::eventgen::KeyBuffer {
            #parts
            let mut key = ::eventgen::KeyBuffer::new();
            #set
            key
        }
    })
}

/// The function that returns the fields of a typed key, for deletions, which have no event.
pub(crate) fn read_key(event: &Event, typed: &TypedKey) -> TokenStream {
    let ReadKey { generics, types, body } = &typed.read;
    let generics = (!generics.is_empty()).then(|| quote!(<#(#generics),*>));
    let paths = event.key.iter().map(|path| format!("`{}`", path.fields.join("."))).collect::<Vec<_>>();
    let doc = markdown(&format!(
        "The fields of the key of a record ({}), such as one that deletes its key and has no event.\n\n# Errors\n\nThe key was \
         not written with the schema of the key.",
        paths.join(", ")
    ));
    // Three timestamps, each with its zone, are more than Clippy accepts.
    let many = (types.len() > 2).then(|| quote!(#[allow(clippy::type_complexity)]));
    let ty = tuple(types);
    quote! {
        #doc
        #many
        pub fn read_key #generics(key: &[u8]) -> ::std::result::Result<#ty, ::eventgen::DecodeError> {
            #body
        }
    }
}
