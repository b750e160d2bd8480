//! Formats tokens as text.

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::lints::allow;

/// The items of a module, formatted and indented by the module's depth. Items are formatted in pieces: the syntax tree of
/// a thousand events would take hundreds of megabytes.
///
/// # Errors
/// The tokens are not valid Rust.
pub(crate) fn formatted(depth: usize, items: TokenStream) -> syn::Result<String> {
    let code = if depth == 0 { format_root(items) } else { format(items) }?;
    Ok(indented(&code, depth))
}

/// Formats items.
pub(crate) fn format(items: TokenStream) -> syn::Result<String> {
    syn::parse2(items).map(|file| prettyplease::unparse(&file))
}

/// Formats items outside of modules: they carry the attributes that modules carry otherwise.
fn format_root(items: TokenStream) -> syn::Result<String> {
    let (allow, items) = (allow(), syn::parse2::<syn::File>(items)?.items);
    format(quote!(#(#allow #items)*))
}

/// Indents lines. No literal in generated code spans several lines.
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
