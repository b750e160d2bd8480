//! Statements that set the key of an event.

use eventgen_schema::contract::{FieldPath, Ordering, Topic};
use eventgen_schema::{Contract, Event};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::emit::docs::markdown;
use crate::emit::idents::idents;
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

/// The function that returns the key of given values, for events of a compacted topic.
pub(crate) fn key_of(contract: &Contract, event: &Event) -> TokenStream {
    let is_compacted = contract.topics.get(&event.topic).is_some_and(Topic::is_compacted);
    if event.key.is_empty() || !is_compacted {
        return TokenStream::new();
    }
    let paths: Vec<String> = event.key.iter().map(|path| path.fields.join(".")).collect();
    let names: Vec<String> = event.key.iter().map(|path| path.fields.join("_")).collect();
    let parameters = idents(&method_names(names.iter().map(String::as_str)));
    let listed = paths.iter().map(|path| format!("`{path}`")).collect::<Vec<_>>().join(", ");
    let doc = markdown(&format!(
        "The record key of the event whose key fields ({listed}) have these values, for \
         [`Producer::delete`](::eventgen::Producer::delete)."
    ));
    let values: Vec<_> = parameters.iter().map(|parameter| quote!(&#parameter)).collect();
    let set = set_key(&values);
    quote! {
        #doc
        pub fn key_of(#(#parameters: impl ::eventgen::Text),*) -> ::eventgen::KeyBuffer {
            let mut key = ::eventgen::KeyBuffer::new();
            #set
            key
        }
    }
}
