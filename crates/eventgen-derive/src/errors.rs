//! Mistakes: all of an item together, each where it was made.

use proc_macro2::{Span, TokenStream};
use syn::Error;

/// What is wrong with an item.
#[derive(Debug, Default)]
pub(crate) struct Mistakes(Vec<Error>);

impl Mistakes {
    /// Says what is wrong somewhere, and what to write instead.
    pub(crate) fn add(&mut self, span: Span, message: impl std::fmt::Display) {
        self.0.push(Error::new(span, message));
    }

    /// What a parser says.
    pub(crate) fn error(&mut self, error: Error) {
        self.0.push(error);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them as the compiler's own, each once.
    pub(crate) fn into_tokens(self) -> TokenStream {
        let mut said: Vec<String> = Vec::new();
        self.0
            .into_iter()
            .map(Error::into_compile_error)
            .filter(|error| {
                let text = error.to_string();
                let place = error.clone().into_iter().next().map(|token| format!("{:?}", token.span()));
                let both = format!("{text} {}", place.unwrap_or_default());
                let new = !said.contains(&both);
                said.push(both);
                new
            })
            .collect()
    }
}
