//! Enums that the code of prost-derive (0.14.6) hides: its `Debug` declares local types, and takes an enum of the same
//! name for one of these.

use proc_macro2::{Group, Literal, TokenStream, TokenTree};

/// The local types.
const LOCAL: [&str; 5] = ["Inner", "KeyWrapper", "MapWrapper", "ScalarWrapper", "ValueWrapper"];

/// Writes `enumeration = "Inner"` with a path.
pub(super) fn with_paths(tokens: TokenStream) -> TokenStream {
    let mut is_enumeration = false;
    let replaced = tokens.into_iter().map(|token| match token {
        TokenTree::Group(group) => {
            let mut replaced = Group::new(group.delimiter(), with_paths(group.stream()));
            replaced.set_span(group.span());
            TokenTree::Group(replaced)
        }
        TokenTree::Ident(ident) => {
            is_enumeration = ident == "enumeration";
            TokenTree::Ident(ident)
        }
        TokenTree::Literal(literal) => {
            let text = literal.to_string();
            let name = text.trim_matches('"');
            let is_hidden = std::mem::take(&mut is_enumeration) && LOCAL.contains(&name);
            TokenTree::Literal(if is_hidden { Literal::string(&format!("self::{name}")) } else { literal })
        }
        TokenTree::Punct(punct) => TokenTree::Punct(punct),
    });
    replaced.collect()
}
