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

    /// All of it. Outermost modules and items carry the attributes that the whole file needs: an included file cannot
    /// have them at its head.
    pub(crate) fn into_tokens(self) -> syn::Result<TokenStream> {
        let allow = allow();
        let items = self.items;
        let items = syn::parse2::<syn::File>(quote!(#(#items)*))?.items;
        let modules = self.inner.into_iter().map(|(name, module)| module.module(&name, &name, &allow));
        Ok(quote!(#(#allow #items)* #(#modules)*))
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
            clippy::doc_lazy_continuation,
            clippy::doc_markdown,
            clippy::doc_overindented_list_items,
            clippy::enum_variant_names,
            clippy::large_enum_variant,
            clippy::module_inception,
            clippy::new_ret_no_self,
            clippy::pub_underscore_fields,
            clippy::redundant_closure_for_method_calls,
            clippy::semicolon_if_nothing_returned,
            clippy::should_implement_trait,
            clippy::struct_excessive_bools,
            clippy::struct_field_names,
            clippy::too_many_lines,
            clippy::used_underscore_binding,
            clippy::used_underscore_items,
            clippy::wrong_self_convention,
            clippy::zero_sized_map_values,
            rustdoc::bare_urls
        )]
    }
}
