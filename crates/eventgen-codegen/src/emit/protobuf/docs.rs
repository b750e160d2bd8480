//! Documentation of the items that prost writes: comments are escaped, and every item has at least one line.

use proc_macro2::Ident;
use syn::{Attribute, Expr, ExprLit, ImplItem, Item, Lit, Meta};

use crate::emit::docs::{docs, escaped};

/// Documents items and their members.
pub(super) fn document(items: &mut [Item]) {
    for item in items {
        match item {
            Item::Struct(item) => {
                set(&mut item.attrs, "message", &item.ident);
                for field in &mut item.fields {
                    if let Some(ident) = &field.ident {
                        set(&mut field.attrs, "field", ident);
                    }
                }
            }
            Item::Enum(item) => {
                set(&mut item.attrs, "choice", &item.ident);
                for variant in &mut item.variants {
                    set(&mut variant.attrs, "value", &variant.ident);
                }
            }
            Item::Mod(item) => document(item.content.as_mut().map_or(&mut [], |(_, items)| items)),
            Item::Impl(item) => {
                for method in &mut item.items {
                    if let ImplItem::Fn(method) = method {
                        set(&mut method.attrs, "method", &method.sig.ident);
                        method.attrs.push(syn::parse_quote!(#[must_use]));
                    }
                }
            }
            _ => {}
        }
    }
}

/// Escapes the comment of an item, or adds a line if it has none.
fn set(attributes: &mut Vec<Attribute>, what: &str, ident: &Ident) {
    let lines: Vec<String> = attributes.iter().filter_map(line).collect();
    attributes.retain(|attribute| line(attribute).is_none());
    let name = ident.to_string();
    let otherwise = format!("The {what} {}.", escaped(name.trim_start_matches("r#")));
    let tokens = docs(Some(&lines.join("\n")), &otherwise);
    let parsed = syn::parse::Parser::parse2(Attribute::parse_outer, tokens);
    attributes.splice(0..0, parsed.unwrap_or_default());
}

/// A line of documentation as its author wrote it, with prost-build's escapes removed.
fn line(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(meta) = &attribute.meta else { return None };
    let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &meta.value else { return None };
    if !meta.path.is_ident("doc") {
        return None;
    }
    let mut line = text.value().replace("\\[", "[").replace("\\]", "]");
    for scheme in ["<http://", "<https://"] {
        while let Some(start) = line.find(scheme) {
            line.remove(start);
            if let Some(length) = line[start..].find('>') {
                line.remove(start + length);
            }
        }
    }
    Some(line)
}
