//! The item that is derived for: its fields or variants, with what their attributes say.

use proc_macro2::Span;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Data, DeriveInput, Fields, Ident, Visibility};

use crate::attributes::{FieldAttributes, TypeAttributes};
use crate::mistakes::Mistakes;
use crate::words::doc;

/// A struct or an enum.
pub(crate) struct Item {
    pub(crate) ident: Ident,
    pub(crate) visibility: Visibility,
    pub(crate) doc: Option<String>,
    pub(crate) attributes: TypeAttributes,
    pub(crate) content: Content,
}

/// What an item holds.
pub(crate) enum Content {
    Struct(Vec<Field>),
    /// A struct of one field without a name.
    Newtype(Box<Field>),
    /// An enum without data.
    Symbols(Vec<Variant>),
    /// An enum with data.
    Branches(Vec<Variant>),
}

/// A field.
pub(crate) struct Field {
    /// Its name in Rust, without the mark of a raw identifier.
    pub(crate) rust_name: String,
    /// Its name in the schema.
    pub(crate) name: String,
    /// Where that is written.
    pub(crate) name_span: Span,
    /// Whether the schema's name was written out.
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

/// What a variant holds.
pub(crate) enum VariantData {
    Nothing,
    One(Box<Field>),
    Fields(Vec<Field>),
}

impl Item {
    /// Reads an item; `None` for one that Avro has nothing for, which is reported.
    pub(crate) fn read(input: DeriveInput, mistakes: &mut Mistakes) -> Option<Self> {
        if !input.generics.params.is_empty() {
            mistakes.add(
                input.generics.span(),
                "a schema is of one type, not of many: take the parameters away and write the types that they stand for",
            );
        }
        let attributes = TypeAttributes::read(&input.attrs, mistakes);
        let content = match input.data {
            Data::Struct(data) => match data.fields {
                Fields::Named(fields) => {
                    let fields = fields.named.into_iter();
                    let read = |field| Field::read(field, attributes.rename_all, mistakes);
                    Content::Struct(fields.map(read).collect())
                }
                Fields::Unit => Content::Struct(Vec::new()),
                Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                    let field = fields.unnamed.into_iter().next()?;
                    Content::Newtype(Box::new(Field::read(field, None, mistakes)))
                }
                Fields::Unnamed(fields) => {
                    mistakes.add(
                        fields.span(),
                        "the fields of a record have names: write struct … { first: …, second: … }",
                    );
                    return None;
                }
            },
            Data::Enum(data) => {
                let (names, fields) = (attributes.rename_all, attributes.rename_all_fields);
                let variants = data.variants.into_iter();
                let variants: Vec<Variant> =
                    variants.filter_map(|variant| Variant::read(variant, names, fields, mistakes)).collect();
                if variants.iter().all(|variant| matches!(variant.data, VariantData::Nothing)) {
                    Content::Symbols(variants)
                } else {
                    Content::Branches(variants)
                }
            }
            Data::Union(data) => {
                mistakes.add(data.union_token.span, "Avro's unions are Rust's enums: write an enum");
                return None;
            }
        };
        if let (Content::Symbols(variants), true) = (&content, mistakes.is_empty())
            && variants.is_empty()
        {
            mistakes.add(input.ident.span(), "an enum without variants has no values: give it one");
            return None;
        }
        Some(Self { ident: input.ident, visibility: input.vis, doc: doc(&input.attrs), attributes, content })
    }

    /// The short name in the schema.
    pub(crate) fn name(&self) -> (String, Span) {
        let own = || (self.ident.unraw().to_string(), self.ident.span());
        self.attributes.name.clone().unwrap_or_else(own)
    }

    /// Its name in Rust.
    pub(crate) fn rust_name(&self) -> String {
        self.ident.unraw().to_string()
    }
}

impl Field {
    fn read(field: syn::Field, casing: Option<crate::casing::Casing>, mistakes: &mut Mistakes) -> Self {
        let attributes = FieldAttributes::read(&field.attrs, mistakes);
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
    fn read(
        variant: syn::Variant,
        casing: Option<crate::casing::Casing>,
        fields_casing: Option<crate::casing::Casing>,
        mistakes: &mut Mistakes,
    ) -> Option<Self> {
        let attributes = FieldAttributes::read(&variant.attrs, mistakes);
        let rust_name = variant.ident.unraw().to_string();
        if attributes.skip {
            mistakes.add(
                variant.ident.span(),
                "a variant that is never written cannot be of an event: take it away, or take `skip` away",
            );
        }
        let own = casing.map_or_else(|| rust_name.clone(), |casing| casing.of_variant(&rust_name));
        let (name, name_span) = attributes.name.clone().unwrap_or((own, variant.ident.span()));
        let fields_casing = attributes.rename_all.or(fields_casing);
        let data = match variant.fields {
            Fields::Unit => VariantData::Nothing,
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                let field = fields.unnamed.into_iter().next()?;
                VariantData::One(Box::new(Field::read(field, None, mistakes)))
            }
            Fields::Unnamed(fields) => {
                mistakes.add(
                    fields.span(),
                    format!(
                        "the fields of a record have names: write {} {{ first: …, second: … }}",
                        variant.ident
                    ),
                );
                return None;
            }
            Fields::Named(fields) => {
                let fields = fields.named.into_iter();
                VariantData::Fields(fields.map(|field| Field::read(field, fields_casing, mistakes)).collect())
            }
        };
        Some(Self { rust_name, name, name_span, doc: doc(&variant.attrs), attributes, data })
    }
}
