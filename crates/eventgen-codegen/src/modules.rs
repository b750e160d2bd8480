//! Namespaces as Rust modules.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;

use crate::docs::markdown;
use crate::names::{ModulePath, ident};

/// A module: its items in the order of adding, formatted and indented, and the modules in it by name.
#[derive(Default)]
pub(crate) struct Modules {
    items: Vec<String>,
    inner: BTreeMap<String, Modules>,
}

impl Modules {
    pub(crate) fn add(&mut self, path: ModulePath, items: String) {
        let module = path.into_iter().fold(self, |module, step| module.inner.entry(step).or_default());
        module.items.push(items);
    }

    /// The bytes of all items.
    fn len(&self) -> usize {
        self.items.iter().map(String::len).chain(self.inner.values().map(Self::len)).sum()
    }

    /// All of it.
    pub(crate) fn write(self, out: &mut String) -> syn::Result<()> {
        // What is not items is little: the text does not have to move while it grows to many megabytes.
        out.reserve(self.len() / 64 * 65);
        self.write_items(out);
        for (index, (name, module)) in self.inner.into_iter().enumerate() {
            if index > 0 || !self.items.is_empty() {
                out.push('\n');
            }
            // The outermost modules carry the attributes that the whole file needs: an included file cannot have them
            // at its head.
            module.write_module(&name, &name, &allow(), 0, out)?;
        }
        Ok(())
    }

    fn write_module(
        self,
        name: &str,
        path: &str,
        attributes: &TokenStream,
        depth: usize,
        out: &mut String,
    ) -> syn::Result<()> {
        let (ident, doc) = (ident(name), markdown(&format!("The namespace `{path}`.")));
        let empty = format(quote!(#doc #attributes pub mod #ident {}))?;
        out.push_str(&indented(empty.trim_end().trim_end_matches('}'), depth));
        out.push('\n');
        self.write_items(out);
        for (index, (inner, module)) in self.inner.into_iter().enumerate() {
            if index > 0 || !self.items.is_empty() {
                out.push('\n');
            }
            module.write_module(&inner, &format!("{path}.{inner}"), &TokenStream::new(), depth + 1, out)?;
        }
        out.push_str(&indented("}\n", depth));
        Ok(())
    }

    fn write_items(&self, out: &mut String) {
        for (index, items) in self.items.iter().enumerate() {
            if index > 0 {
                out.push('\n');
            }
            out.push_str(items);
        }
    }
}

/// Lines, moved to the right. No literal in generated code goes over several lines.
pub(crate) fn indented(lines: &str, depth: usize) -> String {
    let margin = "    ".repeat(depth);
    let mut out = String::with_capacity(lines.len() + lines.len() / 4 * depth.min(4));
    for line in lines.split_inclusive('\n') {
        if line != "\n" {
            out.push_str(&margin);
        }
        out.push_str(line);
    }
    out
}

/// The items of one place in a module, formatted. Piece by piece: the syntax tree of all code at once would take
/// hundreds of megabytes where there are a thousand events.
pub(crate) fn format(items: TokenStream) -> syn::Result<String> {
    syn::parse2(items).map(|file| prettyplease::unparse(&file))
}

/// The same for items outside of any module, which carry the attributes themselves.
pub(crate) fn format_bare(items: TokenStream) -> syn::Result<String> {
    let (allow, items) = (allow(), syn::parse2::<syn::File>(items)?.items);
    format(quote!(#(#allow #items)*))
}

/// Lints about what the schema's author decides: names, shapes, documentation, and what an application leaves unused.
pub(crate) fn allow() -> TokenStream {
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
