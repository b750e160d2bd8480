//! The type that is derived for: a message, an enum or a oneof, as prost's attributes describe it.

use proc_macro2::Span;
use quote::quote;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Data, DeriveInput, Expr, ExprLit, ExprUnary, Fields, Ident, Lit, UnOp, Visibility};

use super::attribute::{Attribute, Kind};
use super::field_type::message;
use super::names::{TypeNames, value_name};
use crate::mistakes::Mistakes;
use crate::words::doc;

/// A struct or an enum.
pub(super) struct Item {
    pub(super) ident: Ident,
    visibility: Visibility,
    pub(super) doc: Option<String>,
    /// Its name in the schema.
    pub(super) name: (String, Span),
    /// The package of what has a file of its own.
    pub(super) package: Option<(String, Span)>,
    pub(super) content: Content,
}

/// What an item is.
pub(super) enum Content {
    Message(Vec<Field>),
    Enum(Vec<Symbol>),
    Oneof(Vec<Field>),
}

/// A field, or a member of a oneof.
pub(super) struct Field {
    /// As the struct has it; of a member, its variant.
    pub(super) ident: Ident,
    /// Its name in the schema.
    pub(super) name: String,
    pub(super) span: Span,
    pub(super) doc: Option<String>,
    pub(super) ty: syn::Type,
    pub(super) attribute: Attribute,
}

/// A value of an enum.
pub(super) struct Symbol {
    pub(super) name: (String, Span),
    pub(super) doc: Option<String>,
    pub(super) number: i32,
}

impl Item {
    /// Reads an item; `None` for one that Protobuf has nothing for, which is reported.
    pub(super) fn read(input: DeriveInput, mistakes: &mut Mistakes) -> Option<Self> {
        if !input.generics.params.is_empty() {
            mistakes.add(
                input.generics.span(),
                "a schema is of one type, not of many: take the parameters away and write the types that they stand for",
            );
        }
        let names = TypeNames::read(&input.attrs, mistakes);
        let name = names.name.unwrap_or_else(|| (input.ident.unraw().to_string(), input.ident.span()));
        check_name(&name.0, name.1, mistakes);
        let content = match input.data {
            Data::Struct(data) => match data.fields {
                Fields::Named(fields) => {
                    let fields = fields.named.into_iter();
                    Content::Message(fields.filter_map(|field| Field::read(field, mistakes)).collect())
                }
                Fields::Unit => Content::Message(Vec::new()),
                Fields::Unnamed(fields) => {
                    mistakes.add(
                        fields.span(),
                        "the fields of a message have names: write struct … { first: …, second: … }",
                    );
                    return None;
                }
            },
            Data::Enum(data)
                if data.variants.iter().all(|variant| matches!(variant.fields, Fields::Unit)) =>
            {
                let variants = data.variants.into_iter();
                let symbols = variants.filter_map(|variant| Symbol::read(variant, &name.0, mistakes));
                let symbols: Vec<Symbol> = symbols.collect();
                // prost takes the first variant for the default, Protobuf the number 0.
                if mistakes.is_empty()
                    && let Some(first) = symbols.first().filter(|first| first.number != 0)
                {
                    mistakes.add(
                        first.name.1,
                        "the first value of an enum is its default, and in Protobuf that is the number 0: write a value \
                         such as Unspecified = 0 before this one",
                    );
                }
                Content::Enum(symbols)
            }
            Data::Enum(data) => {
                let variants = data.variants.into_iter();
                Content::Oneof(variants.filter_map(|variant| Field::member(variant, mistakes)).collect())
            }
            Data::Union(data) => {
                mistakes.add(data.union_token.span, "what is one of several is a oneof: write an enum");
                return None;
            }
        };
        if let (Some((_, span)), Content::Oneof(_)) = (&names.package, &content) {
            mistakes.add(*span, "a oneof is part of the message that has it: take this word away");
        }
        Some(Self {
            ident: input.ident,
            visibility: input.vis,
            doc: doc(&input.attrs),
            name,
            package: names.package,
            content,
        })
    }

    /// Its name in Rust.
    pub(super) fn rust_name(&self) -> String {
        self.ident.unraw().to_string()
    }

    /// Who may see it, as it is written.
    pub(super) fn visibility(&self) -> String {
        let visibility = &self.visibility;
        quote!(#visibility).to_string()
    }

    /// The types of others that it names, and where.
    pub(super) fn types(&self) -> Vec<(String, Span)> {
        let (Content::Message(fields) | Content::Oneof(fields)) = &self.content else { return Vec::new() };
        let ty = |field: &Field| match &field.attribute.kind {
            Kind::Message => Some((message(&field.ty), field.ty.span())),
            Kind::Map(_, value) if **value == Kind::Message => Some((message(&field.ty), field.ty.span())),
            Kind::Enumeration(path) | Kind::Oneof(path, _) => Some((path.clone(), field.span)),
            _ => None,
        };
        fields.iter().filter_map(ty).collect()
    }

    /// The name with the package before it.
    pub(super) fn full_name(&self) -> String {
        match &self.package {
            Some((package, _)) if !package.is_empty() => format!("{package}.{}", self.name.0),
            _ => self.name.0.clone(),
        }
    }
}

impl Field {
    fn read(field: syn::Field, mistakes: &mut Mistakes) -> Option<Self> {
        let ident = field.ident?;
        let attribute = Attribute::read(&field.attrs, ident.span(), false, mistakes)?;
        let name = ident.unraw().to_string();
        check_name(&name, ident.span(), mistakes);
        Some(Self { span: ident.span(), name, doc: doc(&field.attrs), ty: field.ty, attribute, ident })
    }

    fn member(variant: syn::Variant, mistakes: &mut Mistakes) -> Option<Self> {
        let ident = variant.ident;
        let Fields::Unnamed(fields) = variant.fields else {
            mistakes.add(
                ident.span(),
                format!("a member of a oneof has one value: write {ident}(…), or {ident}(()) with #[prost(message, tag = …)]"),
            );
            return None;
        };
        let (first, more) = (fields.unnamed.first().cloned(), fields.unnamed.len() > 1);
        if more {
            let message =
                format!("a member of a oneof has one value: put these into a message, and write {ident}(…)");
            mistakes.add(fields.span(), message);
        }
        let attribute = Attribute::read(&variant.attrs, ident.span(), true, mistakes)?;
        let name = eventgen_codegen::field_name(&ident.unraw().to_string());
        Some(Self { span: ident.span(), name, doc: doc(&variant.attrs), ty: first?.ty, attribute, ident })
    }
}

impl Symbol {
    fn read(variant: syn::Variant, of: &str, mistakes: &mut Mistakes) -> Option<Self> {
        let ident = variant.ident;
        let number = variant.discriminant.as_ref().and_then(|(_, value)| number(value));
        let Some(number) = number else {
            let span = variant.discriminant.map_or(ident.span(), |(_, value)| value.span());
            mistakes.add(span, format!("a value of an enum has a number: write {ident} = 1"));
            return None;
        };
        // As the style guide wants it: values share the scope of their enum, so they have its name before theirs.
        let own = || {
            let name = [of, &ident.unraw().to_string()].map(eventgen_codegen::field_name).join("_");
            (name.to_ascii_uppercase(), ident.span())
        };
        let name = value_name(&variant.attrs, mistakes).unwrap_or_else(own);
        check_name(&name.0, name.1, mistakes);
        Some(Self { name, doc: doc(&variant.attrs), number })
    }
}

/// Names in Protobuf have fewer letters than Rust's.
fn check_name(name: &str, span: Span, mistakes: &mut Mistakes) {
    let is_letter = |char: char| char.is_ascii_alphabetic() || char == '_';
    let is_valid =
        name.starts_with(is_letter) && name.chars().all(|char| is_letter(char) || char.is_ascii_digit());
    if !is_valid {
        mistakes
            .add(span, format!("`{name}` is no name in Protobuf: write letters of ASCII, digits and `_`"));
    }
}

/// A number of 32 bits.
fn number(value: &Expr) -> Option<i32> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => number.base10_parse().ok(),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => match &**expr {
            Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => {
                format!("-{}", number.base10_digits()).parse().ok()
            }
            _ => None,
        },
        _ => None,
    }
}
