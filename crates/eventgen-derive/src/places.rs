//! Places of the code in what is generated: what the compiler says about a field's type or about the path of a key is said
//! where it is written.

use std::collections::BTreeMap;

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use syn::spanned::Spanned as _;

use crate::item::{Content, Field, Item, VariantData};
use crate::words::{Value, Word};

/// Names with their places.
#[derive(Debug, Default)]
pub(crate) struct Places(BTreeMap<String, Span>);

impl Places {
    /// Those of an item: its fields and their types, and the paths of its annotation.
    pub(crate) fn of(item: &Item, kafka: &[Word]) -> Self {
        let mut places = Self::default();
        for word in kafka {
            places.paths(&word.value);
        }
        match &item.content {
            Content::Struct(fields) => places.fields(fields),
            Content::Newtype(field) => places.types(&field.ty),
            Content::Symbols(_) => {}
            Content::Branches(variants) => {
                for variant in variants {
                    match &variant.data {
                        VariantData::Nothing => {}
                        VariantData::One(field) => places.types(&field.ty),
                        VariantData::Fields(fields) => places.fields(fields),
                    }
                }
            }
        }
        // The item's own name stands for the item.
        places.0.remove(&item.rust_name());
        places
    }

    fn fields(&mut self, fields: &[Field]) {
        for field in fields {
            self.types(&field.ty);
        }
    }

    /// The names in a type, but those of the standard library's.
    fn types(&mut self, ty: &syn::Type) {
        let syn::Type::Path(path) = ty else { return };
        let Some(last) = path.path.segments.last() else { return };
        if let syn::PathArguments::AngleBracketed(arguments) = &last.arguments {
            for argument in &arguments.args {
                if let syn::GenericArgument::Type(ty) = argument {
                    self.types(ty);
                }
            }
        } else {
            self.0.entry(last.ident.to_string()).or_insert(ty.span());
        }
    }

    fn paths(&mut self, value: &Value) {
        match value {
            Value::Path(path, span) => {
                // A field of the event itself is checked by us.
                self.0.extend(path.iter().skip(1).map(|step| (step.clone(), *span)));
            }
            Value::List(values, _) => {
                for value in values {
                    self.paths(value);
                }
            }
            Value::Words(words, _) => {
                for word in words {
                    self.paths(&word.value);
                }
            }
            _ => {}
        }
    }

    /// The same code with these places.
    pub(crate) fn put(&self, code: TokenStream) -> TokenStream {
        let put = |token: TokenTree| match token {
            TokenTree::Ident(mut ident) => {
                if let Some(span) = self.0.get(ident.to_string().trim_start_matches("r#")) {
                    ident.set_span(*span);
                }
                TokenTree::Ident(ident)
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), self.put(group.stream()));
                inner.set_span(group.span());
                TokenTree::Group(inner)
            }
            other => other,
        };
        code.into_iter().map(put).collect()
    }
}
