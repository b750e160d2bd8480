//! Puts formatted items into nested modules.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::docs::markdown;
use crate::emit::idents::ident;
use crate::emit::lints::allow;
use crate::format::items::{format, indented};
use crate::model::paths::ModulePath;

/// A module: its formatted items in the order they were added, and its inner modules by name.
#[derive(Default)]
pub(crate) struct Modules {
    items: Vec<String>,
    inner: BTreeMap<String, Modules>,
}

impl Modules {
    /// Adds items to a module.
    pub(crate) fn add(&mut self, path: ModulePath, items: String) {
        let module = path.into_iter().fold(self, |module, step| module.inner.entry(step).or_default());
        module.items.push(items);
    }

    /// The length of all items in bytes.
    fn len(&self) -> usize {
        self.items.iter().map(String::len).chain(self.inner.values().map(Self::len)).sum()
    }

    /// Writes all modules.
    ///
    /// # Errors
    /// A module's name is not valid Rust: a bug in eventgen.
    pub(crate) fn write(self, out: &mut String) -> syn::Result<()> {
        // Items are almost all of the text, which may be many megabytes: it is allocated once.
        out.reserve(self.len() / 64 * 65);
        self.write_items(out);
        for (index, (name, module)) in self.inner.into_iter().enumerate() {
            if index > 0 || !self.items.is_empty() {
                out.push('\n');
            }
            // The outermost modules carry the attributes for the whole file: an included file cannot start with inner
            // attributes.
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
