//! Places of the code in what is generated: what the compiler says about a field's type or about the path of a key is said
//! where it is written.

use std::collections::BTreeMap;

use eventgen_codegen::field_number;
use proc_macro2::{Group, Span, TokenStream, TokenTree};
use syn::spanned::Spanned as _;

use crate::item::{Content, Field, Item, VariantData};
use crate::words::{Value, Word};

/// Names with their places.
#[derive(Debug, Default)]
pub(crate) struct Places {
    names: BTreeMap<String, Span>,
    /// The numbers that stand for the names of messages' fields.
    numbers: BTreeMap<String, Span>,
}

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
        places.names.remove(&item.rust_name());
        places
    }

    /// Those of a message: the types that it names, and the paths of its annotation.
    #[cfg(feature = "protobuf")]
    pub(crate) fn of_message(types: &[(String, Span)], kafka: &[Word]) -> Self {
        let mut places = Self::default();
        for (path, span) in types {
            let name = path.rsplit(':').next().unwrap_or_default().trim();
            places.names.entry(name.to_owned()).or_insert(*span);
        }
        for word in kafka {
            places.paths(&word.value);
        }
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
            self.names.entry(last.ident.to_string()).or_insert(ty.span());
        }
    }

    fn paths(&mut self, value: &Value) {
        match value {
            Value::Path(path, span) => {
                // A field of the event itself is checked by us.
                self.names.extend(path.iter().skip(1).map(|step| (step.clone(), *span)));
                self.numbers.extend(path.iter().map(|step| (field_number(step).to_string(), *span)));
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
                if let Some(span) = self.names.get(ident.to_string().trim_start_matches("r#")) {
                    ident.set_span(*span);
                }
                TokenTree::Ident(ident)
            }
            TokenTree::Group(group) => {
                let number = group.stream().into_iter().find_map(|token| match token {
                    TokenTree::Literal(number) => self.numbers.get(&number.to_string()).copied(),
                    _ => None,
                });
                let inner = self.put(group.stream());
                // An expression of which a number is part is of the same place as a whole.
                let inner = match number {
                    Some(span) => inner.into_iter().map(|token| at(token, span)).collect(),
                    None => inner,
                };
                let mut inner = Group::new(group.delimiter(), inner);
                inner.set_span(group.span());
                TokenTree::Group(inner)
            }
            other => other,
        };
        code.into_iter().map(put).collect()
    }
}

fn at(mut token: TokenTree, span: Span) -> TokenTree {
    token.set_span(span);
    token
}
