//! Spans of the user's code in generated code: an error of the compiler about a foreign type or about a path of the
//! annotation is reported where that is written.

use std::collections::BTreeMap;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use syn::ext::IdentExt as _;

use crate::input::properties::Property;
use crate::model::foreign::ForeignTypes;

/// Replaces the placeholders of foreign types by the types as they are written.
pub(crate) fn put_foreign_types(code: TokenStream, foreign: &ForeignTypes) -> TokenStream {
    let types = foreign.iter().enumerate();
    let types = types.map(|(index, ty)| (ForeignTypes::placeholder(index), &ty.tokens)).collect();
    replace(code, &types)
}

fn replace(code: TokenStream, types: &BTreeMap<String, &TokenStream>) -> TokenStream {
    let replaced = code.into_iter().map(|token| match token {
        TokenTree::Ident(ident) => match types.get(&ident.to_string()) {
            Some(&ty) => ty.clone(),
            None => TokenTree::Ident(ident).into(),
        },
        TokenTree::Group(group) => with_content(&group, replace(group.stream(), types)).into(),
        other => other.into(),
    });
    replaced.collect()
}

fn with_content(group: &Group, content: TokenStream) -> TokenTree {
    let mut group_with_content = Group::new(group.delimiter(), content);
    group_with_content.set_span(group.span());
    TokenTree::Group(group_with_content)
}

/// The paths of an annotation with their spans.
///
/// Generated code follows a path from `self` or from the type of the event, step by step. A step is the access to a field
/// or, in a message, the number that identifies the field. A path is recognised by all of its steps, so that a field of the
/// same name elsewhere keeps its span.
pub(crate) struct Paths {
    paths: Vec<(Vec<String>, Span)>,
    are_numbers: bool,
}

impl Paths {
    /// The paths of an event whose fields are accessed by name.
    pub(crate) fn of_fields(annotation: &[Property]) -> Self {
        Self::of(annotation, false, str::to_owned)
    }

    /// The paths of an event whose fields are identified by numbers.
    #[cfg(feature = "protobuf")]
    pub(crate) fn of_messages(annotation: &[Property]) -> Self {
        Self::of(annotation, true, |step| eventgen_codegen::field_number(step).to_string())
    }

    fn of(annotation: &[Property], are_numbers: bool, step: impl Fn(&str) -> String) -> Self {
        let mut paths = Vec::new();
        for property in annotation {
            property.value.paths(&mut |path, span| {
                paths.push((path.iter().map(|name| step(name)).collect(), span));
            });
        }
        Self { paths, are_numbers }
    }

    /// Gives the paths in the implementation of an event their spans.
    pub(crate) fn put(&self, code: TokenStream, event: &Ident) -> TokenStream {
        if self.paths.is_empty() {
            return code;
        }
        let mut found = Vec::new();
        self.find(code.clone(), event, &mut found);
        let spans = found.iter().map(|steps| {
            let known = self.paths.iter().find(|(path, _)| path == steps);
            known.map(|(_, span)| *span)
        });
        let mut walk = Walk { spans: spans.collect(), paths: 0, steps: 0 };
        self.mark(code, event, &mut walk)
    }

    /// Collects the steps of every path, in the order of the code.
    fn find(&self, code: TokenStream, event: &Ident, found: &mut Vec<Vec<String>>) {
        let tokens: Vec<TokenTree> = code.into_iter().collect();
        for (index, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Group(group) => self.find(group.stream(), event, found),
                token if is_start(token, event) => found.push(Vec::new()),
                _ => {
                    if let (Some(step), Some(path)) = (self.step(&tokens, index), found.last_mut()) {
                        path.push(step);
                    }
                }
            }
        }
    }

    fn mark(&self, code: TokenStream, event: &Ident, walk: &mut Walk) -> TokenStream {
        let tokens: Vec<TokenTree> = code.into_iter().collect();
        let mut marked = Vec::with_capacity(tokens.len());
        let mut span_of_group = None;
        for (index, token) in tokens.iter().enumerate() {
            let mut token = match token {
                TokenTree::Group(group) => with_content(group, self.mark(group.stream(), event, walk)),
                token => token.clone(),
            };
            if is_start(&token, event) {
                walk.paths += 1;
                walk.steps = 0;
            } else if self.step(&tokens, index).is_some() && walk.paths > 0 {
                walk.steps += 1;
                match walk.spans[walk.paths - 1] {
                    // The compiler points at the expression around a number.
                    Some(span) if self.are_numbers => span_of_group = Some(span),
                    // The first field is one of the event, which the front end has checked.
                    Some(span) if walk.steps > 1 => token.set_span(span),
                    _ => {}
                }
            }
            marked.push(token);
        }
        if let Some(span) = span_of_group {
            for token in &mut marked {
                token.set_span(span);
            }
        }
        marked.into_iter().collect()
    }

    /// The step that a token is.
    fn step(&self, tokens: &[TokenTree], index: usize) -> Option<String> {
        match &tokens[index] {
            TokenTree::Literal(number) if self.are_numbers => {
                let number = number.to_string();
                self.paths.iter().any(|(path, _)| path.contains(&number)).then_some(number)
            }
            TokenTree::Ident(field) if !self.are_numbers => {
                let is_dot =
                    |token: &TokenTree| matches!(token, TokenTree::Punct(dot) if dot.as_char() == '.');
                let is_call = |token: &TokenTree| match token {
                    TokenTree::Group(group) => group.delimiter() == Delimiter::Parenthesis,
                    TokenTree::Punct(colon) => colon.as_char() == ':',
                    _ => false,
                };
                let is_access = index > 0 && is_dot(&tokens[index - 1]);
                let is_method = tokens.get(index + 1).is_some_and(is_call);
                (is_access && !is_method).then(|| field.unraw().to_string())
            }
            _ => None,
        }
    }
}

/// Where a walk through the code is.
struct Walk {
    /// The span of each path that the code follows; `None` for one that is not of the annotation.
    spans: Vec<Option<Span>>,
    /// How many paths have started.
    paths: usize,
    /// How many steps of the last one have passed.
    steps: usize,
}

/// Whether paths start at a token.
fn is_start(token: &TokenTree, event: &Ident) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == "self" || ident == event)
}

#[cfg(test)]
mod tests {
    use quote::{format_ident, quote};

    use super::*;

    fn paths(of: &[&[&str]]) -> Paths {
        let path = |steps: &&[&str]| (steps.iter().map(|&step| step.to_owned()).collect(), Span::call_site());
        Paths { paths: of.iter().map(path).collect(), are_numbers: false }
    }

    fn found(paths: &Paths, code: TokenStream) -> Vec<Vec<String>> {
        let mut found = Vec::new();
        paths.find(code, &format_ident!("Order"), &mut found);
        found.retain(|path| !path.is_empty());
        found
    }

    #[test]
    fn a_path_is_recognised_by_all_of_its_steps() {
        let code = quote! {
            key.compose(&[&self.customer.id, &self.shop.r#type]);
            self.customer.as_ref().map(|value| &value.id);
        };
        let expected = [vec!["customer", "id"], vec!["shop", "type"], vec!["customer", "id"]];
        assert_eq!(found(&paths(&[&["customer", "id"]]), code), expected);
    }

    #[test]
    fn methods_and_paths_of_modules_are_no_steps() {
        let code = quote! {
            ::eventgen::avro::Decode::decode(self.decode(), self.id.decode::<u8>());
        };
        assert_eq!(found(&paths(&[&["part", "decode"]]), code), [["id"]]);
    }

    #[test]
    fn a_placeholder_is_replaced_wherever_it_is() {
        let ty: syn::Type = syn::parse_quote!(mine::Option);
        let mut foreign = ForeignTypes::default();
        let read = crate::input::rust_type::RustType::read(&ty, &mut crate::errors::Errors::default());
        let Some(crate::input::rust_type::RustType::Foreign { ty, .. }) = read else {
            panic!("a foreign type")
        };
        let placeholder = format_ident!("{}", ForeignTypes::placeholder(foreign.index(&ty)));
        let code =
            quote!(fn read() -> ::std::option::Option<#placeholder> { <#placeholder as Decode>::decode() });
        let expected = quote!(
            fn read() -> ::std::option::Option<mine::Option> {
                <mine::Option as Decode>::decode()
            }
        );
        assert_eq!(put_foreign_types(code, &foreign).to_string(), expected.to_string());
    }
}
