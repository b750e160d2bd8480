//! The language of `#[kafka(…)]` and `#[avro(…)]`: words with values, lists and words of their own.
//!
//! ```text
//! words = word { "," word } ;   word = name [ "=" value | "(" words | values ")" ] ;
//! value = literal | path | "[" values "]" | "{" words "}" ;   path = name { "." name } ;
//! ```

use proc_macro2::Span;
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, Lit, Result, Token, braced, bracketed, parenthesized, token};

use crate::mistakes::Mistakes;

/// A word with what is said about it.
#[derive(Debug, Clone)]
pub(crate) struct Word {
    pub(crate) name: String,
    pub(crate) span: Span,
    pub(crate) value: Value,
}

/// What is said.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    /// Nothing but the word.
    None,
    Text(String, Span),
    /// As it is written.
    Number(String, Span),
    Boolean(bool, Span),
    /// Names with dots between them.
    Path(Vec<String>, Span),
    List(Vec<Value>, Span),
    Words(Vec<Word>, Span),
}

impl Value {
    pub(crate) fn span(&self) -> Option<Span> {
        match self {
            Self::None => None,
            Self::Text(_, span)
            | Self::Number(_, span)
            | Self::Boolean(_, span)
            | Self::Path(_, span)
            | Self::List(_, span)
            | Self::Words(_, span) => Some(*span),
        }
    }
}

impl Parse for Word {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let (name, span) = if input.peek(Lit) {
            match input.parse::<Lit>()? {
                Lit::Str(text) => (text.value(), text.span()),
                other => return Err(syn::Error::new(other.span(), "a word or a name in quotes is expected")),
            }
        } else {
            let ident = input.call(Ident::parse_any)?;
            (ident.unraw().to_string(), ident.span())
        };
        let value = if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            input.parse()?
        } else if input.peek(token::Paren) {
            let inner;
            let parentheses = parenthesized!(inner in input);
            inside(&inner, parentheses.span.join())?
        } else {
            Value::None
        };
        Ok(Self { name, span, value })
    }
}

/// Words, or else values.
fn inside(inner: ParseStream<'_>, span: Span) -> Result<Value> {
    let ahead = inner.fork();
    let named = ahead.parse::<Word>().is_ok_and(|word| !matches!(word.value, Value::None));
    if named || inner.is_empty() {
        let words = Punctuated::<Word, Token![,]>::parse_terminated(inner)?;
        return Ok(Value::Words(words.into_iter().collect(), span));
    }
    let values = Punctuated::<Value, Token![,]>::parse_terminated(inner)?;
    Ok(Value::List(values.into_iter().collect(), span))
}

impl Parse for Value {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        if input.peek(token::Bracket) {
            let inner;
            let brackets = bracketed!(inner in input);
            let values = Punctuated::<Self, Token![,]>::parse_terminated(&inner)?;
            return Ok(Self::List(values.into_iter().collect(), brackets.span.join()));
        }
        if input.peek(token::Brace) {
            let inner;
            let braces = braced!(inner in input);
            let words = Punctuated::<Word, Token![,]>::parse_terminated(&inner)?;
            return Ok(Self::Words(words.into_iter().collect(), braces.span.join()));
        }
        if input.peek(Token![-]) {
            input.parse::<Token![-]>()?;
            let number: Lit = input.parse()?;
            return match Self::literal(&number)? {
                Self::Number(text, span) => Ok(Self::Number(format!("-{text}"), span)),
                _ => Err(syn::Error::new(number.span(), "a number is expected behind `-`")),
            };
        }
        if input.peek(Lit) {
            return Self::literal(&input.parse()?);
        }
        let first = input.call(Ident::parse_any)?;
        let mut path = vec![first.unraw().to_string()];
        while input.peek(Token![.]) {
            input.parse::<Token![.]>()?;
            path.push(input.call(Ident::parse_any)?.unraw().to_string());
        }
        Ok(Self::Path(path, first.span()))
    }
}

impl Value {
    fn literal(literal: &Lit) -> Result<Self> {
        let span = literal.span();
        Ok(match literal {
            Lit::Str(text) => Self::Text(text.value(), span),
            Lit::Int(number) => Self::Number(number.base10_digits().to_owned(), span),
            Lit::Float(number) => Self::Number(number.base10_digits().to_owned(), span),
            Lit::Bool(value) => Self::Boolean(value.value, span),
            _ => return Err(syn::Error::new(span, "write a string, a number, true or false")),
        })
    }
}

/// The words of all attributes of a name.
pub(crate) fn words(attributes: &[Attribute], name: &str, mistakes: &mut Mistakes) -> Vec<Word> {
    let mut words = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(name)) {
        match attribute.parse_args_with(Punctuated::<Word, Token![,]>::parse_terminated) {
            Ok(more) => words.extend(more),
            Err(error) => mistakes.error(error),
        }
    }
    words
}

/// The lines of documentation.
pub(crate) fn doc(attributes: &[Attribute]) -> Option<String> {
    let line = |attribute: &Attribute| match &attribute.meta {
        syn::Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            syn::Expr::Lit(syn::ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    };
    let lines: Vec<String> = attributes
        .iter()
        .filter_map(line)
        .map(|line| line.strip_prefix(' ').unwrap_or(&line).trim_end().to_owned())
        .collect();
    let doc = lines.join("\n").trim().to_owned();
    (!doc.is_empty()).then_some(doc)
}
