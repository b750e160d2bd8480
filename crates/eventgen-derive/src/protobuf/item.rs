//! The type that is derived for: a message, an enum or a oneof with the attributes of prost.

use proc_macro2::Span;
use quote::quote;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Data, DeriveInput, Expr, ExprLit, ExprUnary, Fields, Ident, Lit, UnOp, Visibility};

use super::attribute::Attribute;
use super::names::{TypeNames, value_name};
use crate::errors::Errors;
use crate::input::attributes::Text;
use crate::input::doc::doc;
use crate::input::item::refuse_generics;

/// A struct or an enum.
pub(super) struct Item {
    pub(super) ident: Ident,
    visibility: Visibility,
    pub(super) doc: Option<String>,
    /// The name in the schema.
    pub(super) name: Text,
    /// The package of a type with a file of its own.
    pub(super) package: Option<Text>,
    pub(super) content: Content,
}

/// What an item contains.
pub(super) enum Content {
    Message(Vec<Field>),
    Enum(Vec<Symbol>),
    Oneof(Vec<Field>),
}

/// A field, or a member of a oneof.
pub(super) struct Field {
    /// The field of the struct, or the variant of a member.
    pub(super) ident: Ident,
    /// The name in the schema.
    pub(super) name: String,
    pub(super) span: Span,
    pub(super) doc: Option<String>,
    pub(super) ty: syn::Type,
    pub(super) attribute: Attribute,
}

/// A value of an enum.
pub(super) struct Symbol {
    pub(super) name: Text,
    pub(super) doc: Option<String>,
    pub(super) number: i32,
}

impl Item {
    /// Reads an item. Reports it and returns `None` if Protobuf cannot represent it.
    pub(super) fn read(input: DeriveInput, errors: &mut Errors) -> Option<Self> {
        refuse_generics(&input.generics, errors);
        let names = TypeNames::read(&input.attrs, errors);
        let name = names.name.unwrap_or_else(|| (input.ident.unraw().to_string(), input.ident.span()));
        check_name(&name.0, name.1, errors);
        let content = match input.data {
            Data::Struct(data) => match data.fields {
                Fields::Named(fields) => {
                    let fields = fields.named.into_iter();
                    Content::Message(fields.filter_map(|field| Field::read(field, errors)).collect())
                }
                Fields::Unit => Content::Message(Vec::new()),
                Fields::Unnamed(fields) => {
                    errors.add(
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
                let symbols = variants.filter_map(|variant| Symbol::read(variant, &name.0, errors));
                let symbols: Vec<Symbol> = symbols.collect();
                // The default is the first variant for prost, and the number 0 in Protobuf.
                if errors.is_empty()
                    && let Some(first) = symbols.first().filter(|first| first.number != 0)
                {
                    errors.add(
                        first.name.1,
                        "the first value of an enum is its default, which has the number 0 in Protobuf: write a value such as \
                         Unspecified = 0 before this one",
                    );
                }
                Content::Enum(symbols)
            }
            Data::Enum(data) => {
                let variants = data.variants.into_iter();
                Content::Oneof(variants.filter_map(|variant| Field::member(variant, errors)).collect())
            }
            Data::Union(data) => {
                errors.add(data.union_token.span, "a union in Rust is a oneof in Protobuf: write an enum");
                return None;
            }
        };
        if let (Some((_, span)), Content::Oneof(_)) = (&names.package, &content) {
            errors.add(*span, "a oneof has the package of its message: remove `package`");
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

    /// The name in Rust, without the prefix of a raw identifier.
    pub(super) fn rust_name(&self) -> String {
        self.ident.unraw().to_string()
    }

    /// The visibility, as it is written.
    pub(super) fn visibility(&self) -> String {
        let visibility = &self.visibility;
        quote!(#visibility).to_string()
    }

    /// The name with the package.
    pub(super) fn full_name(&self) -> String {
        match &self.package {
            Some((package, _)) if !package.is_empty() => format!("{package}.{}", self.name.0),
            _ => self.name.0.clone(),
        }
    }
}

impl Field {
    fn read(field: syn::Field, errors: &mut Errors) -> Option<Self> {
        let ident = field.ident?;
        let attribute = Attribute::read(&field.attrs, ident.span(), false, errors)?;
        let name = ident.unraw().to_string();
        check_name(&name, ident.span(), errors);
        Some(Self { span: ident.span(), name, doc: doc(&field.attrs), ty: field.ty, attribute, ident })
    }

    fn member(variant: syn::Variant, errors: &mut Errors) -> Option<Self> {
        let ident = variant.ident;
        let Fields::Unnamed(fields) = variant.fields else {
            errors.add(
                ident.span(),
                format!("a member of a oneof has one value: write {ident}(…), or {ident}(()) with #[prost(message, tag = …)]"),
            );
            return None;
        };
        let (first, more) = (fields.unnamed.first().cloned(), fields.unnamed.len() > 1);
        if more {
            let message =
                format!("a member of a oneof has one value: put these into a message, and write {ident}(…)");
            errors.add(fields.span(), message);
        }
        let attribute = Attribute::read(&variant.attrs, ident.span(), true, errors)?;
        let name = eventgen_codegen::field_name(&ident.unraw().to_string());
        Some(Self { span: ident.span(), name, doc: doc(&variant.attrs), ty: first?.ty, attribute, ident })
    }
}

impl Symbol {
    fn read(variant: syn::Variant, of: &str, errors: &mut Errors) -> Option<Self> {
        let ident = variant.ident;
        let number = variant.discriminant.as_ref().and_then(|(_, value)| number(value));
        let Some(number) = number else {
            let span = variant.discriminant.map_or(ident.span(), |(_, value)| value.span());
            errors.add(span, format!("a value of an enum needs a number: write {ident} = 1"));
            return None;
        };
        // As the style guide recommends: values are in the scope of their enum, so their names start with its name.
        let own = || {
            let name = [of, &ident.unraw().to_string()].map(eventgen_codegen::field_name).join("_");
            (name.to_ascii_uppercase(), ident.span())
        };
        let name = value_name(&variant.attrs, errors).unwrap_or_else(own);
        check_name(&name.0, name.1, errors);
        Some(Self { name, doc: doc(&variant.attrs), number })
    }
}

/// Reports a name with letters that Protobuf does not allow.
fn check_name(name: &str, span: Span, errors: &mut Errors) {
    let is_letter = |char: char| char.is_ascii_alphabetic() || char == '_';
    let is_valid =
        name.starts_with(is_letter) && name.chars().all(|char| is_letter(char) || char.is_ascii_digit());
    if !is_valid {
        errors.add(
            span,
            format!("`{name}` is not a valid name in Protobuf: use ASCII letters, digits and `_`"),
        );
    }
}

/// The number of a value.
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
