//! The errors of one derive. All are reported together, each at its span.

use std::collections::BTreeSet;
use std::fmt::Display;

use proc_macro2::{Span, TokenStream};
use syn::Error;

/// Errors in the order in which they were found.
#[derive(Debug, Default)]
pub(crate) struct Errors(Vec<Error>);

impl Errors {
    /// Adds an error: what is wrong at the span, and what to write instead.
    pub(crate) fn add(&mut self, span: Span, message: impl Display) {
        self.0.push(Error::new(span, message));
    }

    /// Adds an error with a line that says how to fix it.
    pub(crate) fn add_with_help(&mut self, span: Span, message: impl Display, help: impl Display) {
        self.add(span, format!("{message}\nhelp: {help}"));
    }

    /// Adds an error of syn's parser.
    pub(crate) fn push(&mut self, error: Error) {
        self.0.push(error);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The errors as calls of `compile_error!`, without duplicates.
    pub(crate) fn into_tokens(self) -> TokenStream {
        let mut seen = BTreeSet::new();
        self.0
            .into_iter()
            .map(Error::into_compile_error)
            .filter(|error| {
                let span = error.clone().into_iter().next().map(|token| format!("{:?}", token.span()));
                seen.insert((error.to_string(), span))
            })
            .collect()
    }
}
