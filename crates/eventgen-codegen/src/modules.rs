//! Namespaces as Rust modules.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;

use crate::docs::markdown;
use crate::names::{ModulePath, ident};

/// A module: its items in the order of adding, and the modules in it by name.
#[derive(Default)]
pub(crate) struct Modules {
    items: Vec<TokenStream>,
    inner: BTreeMap<String, Modules>,
}

impl Modules {
    pub(crate) fn add(&mut self, path: ModulePath, items: TokenStream) {
        let module = path.into_iter().fold(self, |module, step| module.inner.entry(step).or_default());
        module.items.push(items);
    }

    /// All of it. Outermost modules and items carry the attributes that the whole file needs.
    pub(crate) fn into_tokens(self) -> TokenStream {
        let allow = allow();
        let items = self.items.into_iter().map(|items| quote!(#items));
        let modules = self.inner.into_iter().map(|(name, module)| module.module(&name, &name, &allow));
        quote!(#(#items)* #(#modules)*)
    }

    fn module(self, name: &str, path: &str, attributes: &TokenStream) -> TokenStream {
        let ident = ident(name);
        let doc = markdown(&format!("The namespace `{path}`."));
        let items = self.items;
        let inner = self
            .inner
            .into_iter()
            .map(|(inner, module)| module.module(&inner, &format!("{path}.{inner}"), &TokenStream::new()));
        quote! {
            #doc
            #attributes
            pub mod #ident {
                #(#items)*
                #(#inner)*
            }
        }
    }
}

/// Lints about what the schema's author decides: names, shapes, documentation, and what an application leaves unused.
fn allow() -> TokenStream {
    quote! {
        #[allow(
            dead_code,
            unreachable_pub,
            clippy::doc_markdown,
            clippy::enum_variant_names,
            clippy::large_enum_variant,
            clippy::module_inception,
            clippy::struct_excessive_bools,
            clippy::struct_field_names,
            rustdoc::bare_urls
        )]
    }
}
