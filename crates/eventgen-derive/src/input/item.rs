//! The type that is derived for: its fields or variants with their attributes.

use proc_macro2::Span;
use syn::ext::IdentExt as _;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{Data, DeriveInput, Fields, Generics, Ident, Token, Visibility};

use super::attributes::{FieldAttributes, Text, TypeAttributes};
use super::casing::Casing;
use super::doc::doc;
use crate::errors::Errors;

/// A struct or an enum.
pub(crate) struct Item {
    pub(crate) ident: Ident,
    pub(crate) visibility: Visibility,
    pub(crate) doc: Option<String>,
    pub(crate) attributes: TypeAttributes,
    pub(crate) content: Content,
}

/// What an item contains.
pub(crate) enum Content {
    /// A struct with named fields.
    Struct(Vec<Field>),
    /// A struct with one unnamed field.
    Newtype(Box<Field>),
    /// An enum without data.
    Symbols(Vec<Variant>),
    /// An enum with data.
    Branches(Vec<Variant>),
}

/// A field.
pub(crate) struct Field {
    /// The name in Rust, without the prefix of a raw identifier.
    pub(crate) rust_name: String,
    /// The name in the schema.
    pub(crate) name: String,
    pub(crate) name_span: Span,
    /// Whether an attribute sets the name in the schema.
    pub(crate) renamed: bool,
    pub(crate) ty: syn::Type,
    pub(crate) doc: Option<String>,
    pub(crate) attributes: FieldAttributes,
}

/// A variant.
pub(crate) struct Variant {
    pub(crate) rust_name: String,
    pub(crate) name: String,
    pub(crate) name_span: Span,
    pub(crate) doc: Option<String>,
    pub(crate) attributes: FieldAttributes,
    pub(crate) data: VariantData,
}

/// What a variant contains.
pub(crate) enum VariantData {
    Nothing,
    One(Box<Field>),
    Fields(Vec<Field>),
}

/// Reports the type parameters of an item.
pub(crate) fn refuse_generics(generics: &Generics, errors: &mut Errors) {
    if !generics.params.is_empty() {
        errors.add_with_help(
            generics.span(),
            "generic types are not supported: a schema needs concrete types",
            "remove the type parameters",
        );
    }
}

impl Item {
    /// Reads an item. Reports it and returns `None` if Avro cannot represent it.
    pub(crate) fn read(input: DeriveInput, errors: &mut Errors) -> Option<Self> {
        refuse_generics(&input.generics, errors);
        let attributes = TypeAttributes::read(&input.attrs, errors);
        let content = match input.data {
            Data::Struct(data) => match data.fields {
                Fields::Named(fields) => {
                    Content::Struct(Field::read_all(fields.named, attributes.rename_all, errors))
                }
                Fields::Unit => Content::Struct(Vec::new()),
                Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                    let field = fields.unnamed.into_iter().next()?;
                    Content::Newtype(Box::new(Field::read(field, None, errors)))
                }
                Fields::Unnamed(fields) => {
                    errors.add(
                        fields.span(),
                        "the fields of a record have names: write struct … { first: …, second: … }",
                    );
                    return None;
                }
            },
            Data::Enum(data) => {
                let variants = data.variants.into_iter();
                let read = |variant| Variant::read(variant, &attributes, errors);
                let variants: Vec<Variant> = variants.filter_map(read).collect();
                if variants.iter().all(|variant| matches!(variant.data, VariantData::Nothing)) {
                    Content::Symbols(variants)
                } else {
                    Content::Branches(variants)
                }
            }
            Data::Union(data) => {
                errors.add(data.union_token.span, "a union of Avro is an enum in Rust: write an enum");
                return None;
            }
        };
        if matches!(&content, Content::Symbols(variants) if variants.is_empty()) && errors.is_empty() {
            errors.add(input.ident.span(), "an enum without variants has no values: add a variant");
            return None;
        }
        Some(Self { ident: input.ident, visibility: input.vis, doc: doc(&input.attrs), attributes, content })
    }

    /// The name in the schema, which may have a namespace.
    pub(crate) fn name(&self) -> Text {
        let own = || (self.rust_name(), self.ident.span());
        self.attributes.name.clone().unwrap_or_else(own)
    }

    /// The name in Rust, without the prefix of a raw identifier.
    pub(crate) fn rust_name(&self) -> String {
        self.ident.unraw().to_string()
    }
}

impl Field {
    fn read_all(
        fields: Punctuated<syn::Field, Token![,]>,
        casing: Option<Casing>,
        errors: &mut Errors,
    ) -> Vec<Self> {
        fields.into_iter().map(|field| Self::read(field, casing, errors)).collect()
    }

    fn read(field: syn::Field, casing: Option<Casing>, errors: &mut Errors) -> Self {
        let attributes = FieldAttributes::read(&field.attrs, errors);
        let (rust_name, span) = match &field.ident {
            Some(ident) => (ident.unraw().to_string(), ident.span()),
            None => ("0".to_owned(), field.ty.span()),
        };
        let cased = casing.map(|casing| casing.of_field(&rust_name));
        let renamed = attributes.name.is_some() || cased.is_some();
        let own = cased.unwrap_or_else(|| rust_name.clone());
        let (name, name_span) = attributes.name.clone().unwrap_or((own, span));
        Self { rust_name, name, name_span, renamed, ty: field.ty, doc: doc(&field.attrs), attributes }
    }
}

impl Variant {
    fn read(variant: syn::Variant, of: &TypeAttributes, errors: &mut Errors) -> Option<Self> {
        let attributes = FieldAttributes::read(&variant.attrs, errors);
        let rust_name = variant.ident.unraw().to_string();
        if attributes.skip {
            errors.add(
                variant.ident.span(),
                "a variant of an event is always written: remove the variant, or remove `skip`",
            );
        }
        let own = of.rename_all.map_or_else(|| rust_name.clone(), |casing| casing.of_variant(&rust_name));
        let (name, name_span) = attributes.name.clone().unwrap_or((own, variant.ident.span()));
        let casing = attributes.rename_all.or(of.rename_all_fields);
        let data = match variant.fields {
            Fields::Unit => VariantData::Nothing,
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                let field = fields.unnamed.into_iter().next()?;
                VariantData::One(Box::new(Field::read(field, None, errors)))
            }
            Fields::Unnamed(fields) => {
                let ident = &variant.ident;
                errors.add(
                    fields.span(),
                    format!("the fields of a record have names: write {ident} {{ first: …, second: … }}"),
                );
                return None;
            }
            Fields::Named(fields) => VariantData::Fields(Field::read_all(fields.named, casing, errors)),
        };
        Some(Self { rust_name, name, name_span, doc: doc(&variant.attrs), attributes, data })
    }
}
