//! The syntax of `#[kafka(…)]`, `#[avro(…)]` and `#[protobuf(…)]`: properties with values.
//!
//! ```text
//! properties = property { "," property } ;
//! property = name [ "=" value | "(" properties | values ")" ] ;
//! value = literal | path | "[" values "]" | "{" properties "}" ;
//! path = name { "." name } ;
//! ```

use eventgen_schema::did_you_mean;
use proc_macro2::Span;
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, Lit, Result, Token, braced, bracketed, parenthesized, token};

use crate::errors::Errors;

/// A property.
#[derive(Debug, Clone)]
pub(crate) struct Property {
    pub(crate) name: String,
    pub(crate) span: Span,
    pub(crate) value: Value,
}

/// The value of a property.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    /// A property without a value.
    None,
    Text(String, Span),
    /// A number, as it is written.
    Number(String, Span),
    Boolean(bool, Span),
    /// Names separated by dots.
    Path(Vec<String>, Span),
    List(Vec<Value>, Span),
    Properties(Vec<Property>, Span),
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
            | Self::Properties(_, span) => Some(*span),
        }
    }

    /// Calls `visit` for every path in the value.
    pub(crate) fn paths<'a>(&'a self, visit: &mut impl FnMut(&'a [String], Span)) {
        match self {
            Self::Path(path, span) => visit(path, *span),
            Self::List(values, _) => {
                for value in values {
                    value.paths(visit);
                }
            }
            Self::Properties(properties, _) => {
                for property in properties {
                    property.value.paths(visit);
                }
            }
            Self::None | Self::Text(..) | Self::Number(..) | Self::Boolean(..) => {}
        }
    }

    fn literal(literal: &Lit) -> Result<Self> {
        let span = literal.span();
        Ok(match literal {
            Lit::Str(text) => Self::Text(text.value(), span),
            Lit::Int(number) => Self::Number(number.base10_digits().to_owned(), span),
            Lit::Float(number) => Self::Number(number.base10_digits().to_owned(), span),
            Lit::Bool(value) => Self::Boolean(value.value, span),
            _ => return Err(syn::Error::new(span, "expected a string, a number, true or false")),
        })
    }
}

impl Parse for Property {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let (name, span) = if input.peek(Lit) {
            match input.parse::<Lit>()? {
                Lit::Str(text) => (text.value(), text.span()),
                other => return Err(syn::Error::new(other.span(), "expected a name, plain or in quotes")),
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
            in_parentheses(&inner, parentheses.span.join())?
        } else {
            Value::None
        };
        Ok(Self { name, span, value })
    }
}

/// Properties if the first one has a value, else values.
fn in_parentheses(inner: ParseStream<'_>, span: Span) -> Result<Value> {
    let ahead = inner.fork();
    let is_property = ahead.parse::<Property>().is_ok_and(|first| !matches!(first.value, Value::None));
    if is_property || inner.is_empty() {
        let properties = Punctuated::<Property, Token![,]>::parse_terminated(inner)?;
        return Ok(Value::Properties(properties.into_iter().collect(), span));
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
            let properties = Punctuated::<Property, Token![,]>::parse_terminated(&inner)?;
            return Ok(Self::Properties(properties.into_iter().collect(), braces.span.join()));
        }
        if input.peek(Token![-]) {
            input.parse::<Token![-]>()?;
            let number: Lit = input.parse()?;
            return match Self::literal(&number)? {
                Self::Number(text, span) => Ok(Self::Number(format!("-{text}"), span)),
                _ => Err(syn::Error::new(number.span(), "expected a number after `-`")),
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

/// The properties of all attributes with this name.
pub(crate) fn properties(attributes: &[Attribute], name: &str, errors: &mut Errors) -> Vec<Property> {
    let mut properties = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(name)) {
        match attribute.parse_args_with(Punctuated::<Property, Token![,]>::parse_terminated) {
            Ok(more) => properties.extend(more),
            Err(error) => errors.push(error),
        }
    }
    properties
}

/// Properties with all occurrences of `consumers(…)` combined into one list. The others occur once.
pub(crate) fn combined(properties: &[Property]) -> Vec<Property> {
    let mut combined: Vec<Property> = Vec::with_capacity(properties.len());
    for property in properties {
        let ("consumers", Value::Properties(_, span)) = (&*property.name, &property.value) else {
            combined.push(property.clone());
            continue;
        };
        let value = property.value.clone();
        let known = combined.iter_mut().find(|known| known.name == property.name);
        match known.map(|known| &mut known.value) {
            Some(Value::List(values, _)) => values.push(value),
            _ => combined.push(Property { value: Value::List(vec![value], *span), ..property.clone() }),
        }
    }
    combined
}

/// Reports a property that an attribute does not have.
pub(crate) fn unknown(property: &Property, attribute: &str, known: &[&str], errors: &mut Errors) {
    let near = did_you_mean(&property.name, known.iter().copied());
    let hint = near.map_or_else(
        || format!("its properties are {}", known.join(", ")),
        |near| format!("did you mean `{near}`?"),
    );
    errors.add(property.span, format!("unknown property `{}` of #[{attribute}(…)]: {hint}", property.name));
}
