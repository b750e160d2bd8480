//! Names and paths of the model as tokens.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};

use crate::model::paths::RustPath;
use crate::model::reserved::KEYWORDS;

/// The identifier of a valid name, raw if it is a keyword.
pub(crate) fn ident(name: &str) -> Ident {
    if KEYWORDS.contains(&name) {
        Ident::new_raw(name, Span::call_site())
    } else {
        Ident::new(name, Span::call_site())
    }
}

/// The identifiers of valid names.
pub(crate) fn idents(names: &[String]) -> Vec<Ident> {
    names.iter().map(|name| ident(name)).collect()
}

/// Rust source of a setting as tokens. The settings are checked before anything is emitted.
pub(crate) fn source(text: &str) -> TokenStream {
    text.parse().unwrap_or_default()
}

impl ToTokens for RustPath {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Extern(path) => tokens.extend(source(path)),
            Self::Relative { up, down, name } => {
                let up = (0..*up).map(|_| quote!(super::));
                let (down, name) = (idents(down), ident(name));
                tokens.extend(quote!(#(#up)* #(#down::)* #name));
            }
        }
    }
}
