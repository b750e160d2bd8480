//! The Rust types of fields, as far as a derive can analyse them.
//!
//! A derive sees how a type is written, not what it is. Well-known types are recognised by their names. Any other type
//! is *foreign*: it implements `AvroType`, which has its schema.

use eventgen_codegen::Dates;
use proc_macro2::{Span, TokenStream};
use quote::ToTokens as _;
use syn::spanned::Spanned as _;
use syn::{Expr, ExprLit, GenericArgument, Lit, Path, PathArguments, Type};

use super::refused::refused;
use super::scalar::{Scalar, is_in, scalar};
use crate::errors::Errors;

/// A Rust type.
#[derive(Debug, Clone)]
pub(crate) enum RustType {
    Scalar(Scalar, Span),
    /// `[u8; N]`.
    Fixed {
        size: u32,
        boxed: bool,
        span: Span,
    },
    /// `Vec<T>`.
    List(Box<RustType>, Span),
    /// A map from strings to `T`.
    Map {
        values: Box<RustType>,
        hashed: bool,
        span: Span,
    },
    /// `Option<T>`.
    Option(Box<RustType>, Span),
    /// A type that the derive does not see.
    Foreign {
        ty: ForeignType,
        /// Whether it is in a box, a list or a map, so that it may contain the type that contains it.
        indirect: bool,
    },
}

/// A type that the derive does not see, as it is written.
#[derive(Debug, Clone)]
pub(crate) struct ForeignType {
    /// The type as text, by which it is compared with others.
    pub(crate) path: String,
    /// The type with the spans of the code.
    pub(crate) tokens: TokenStream,
    pub(crate) span: Span,
}

impl ForeignType {
    pub(crate) fn of(ty: &Type) -> Self {
        let tokens = ty.to_token_stream();
        Self { path: tokens.to_string(), tokens, span: ty.span() }
    }

    /// A type that an attribute has as a string.
    #[cfg(feature = "protobuf")]
    pub(crate) fn in_string(path: &str, span: Span) -> Self {
        let tokens: TokenStream = path.parse().unwrap_or_default();
        let tokens = tokens.into_iter().map(|mut token| {
            token.set_span(span);
            token
        });
        Self { path: path.to_owned(), tokens: tokens.collect(), span }
    }
}

impl RustType {
    /// Reads a type. Reports it and returns `None` if Avro cannot represent it.
    pub(crate) fn read(ty: &Type, errors: &mut Errors) -> Option<Self> {
        let span = ty.span();
        match ty {
            Type::Path(path) if path.qself.is_none() => Self::of_path(ty, &path.path, errors),
            Type::Group(group) => Self::read(&group.elem, errors),
            Type::Paren(inner) => Self::read(&inner.elem, errors),
            Type::Array(array) if is_u8(&array.elem) => match &array.len {
                Expr::Lit(ExprLit { lit: Lit::Int(size), .. }) => match size.base10_parse() {
                    Ok(size) => Some(Self::Fixed { size, boxed: false, span }),
                    Err(error) => {
                        errors.push(error);
                        None
                    }
                },
                _ => refuse(
                    span,
                    "the size of a fixed is part of the schema: write it as a number, such as [u8; 16]",
                    errors,
                ),
            },
            Type::Array(_) => refuse(span, "an Avro array has no fixed length: write Vec<…>", errors),
            Type::Tuple(tuple) if tuple.elems.is_empty() => {
                refuse(span, "a field that is always null has no meaning: remove the field", errors)
            }
            Type::Tuple(_) => {
                refuse(span, "Avro has no tuples: write a struct with #[derive(AvroType)]", errors)
            }
            Type::Reference(reference) => {
                let hint = match &*reference.elem {
                    Type::Path(path) if path.path.is_ident("str") => "String",
                    Type::Slice(_) => "Vec<…>",
                    _ => "the type itself, or Arc<…>",
                };
                refuse(span, &format!("a decoded event owns its data: write {hint}"), errors)
            }
            _ => refuse(
                span,
                "Avro cannot represent this type: write a type of Avro, or one that derives AvroType",
                errors,
            ),
        }
    }

    fn of_path(ty: &Type, path: &Path, errors: &mut Errors) -> Option<Self> {
        let span = ty.span();
        let last = path.segments.last()?;
        let name = last.ident.to_string();
        let foreign = || Some(Self::Foreign { ty: ForeignType::of(ty), indirect: false });
        let first = path.segments.first()?;
        if path.segments.len() > 1 && ["crate", "self", "super"].iter().any(|own| first.ident == own) {
            return foreign();
        }
        let module = path.segments.iter().rev().nth(1).map(|segment| segment.ident.to_string());
        let module = module.as_deref();
        if let Some(hint) = refused(&name, module) {
            return refuse(span, hint, errors);
        }
        let arguments = arguments(&last.arguments);
        match (name.as_str(), &arguments[..]) {
            (name, []) => match scalar(name, module) {
                Some(scalar) => Some(Self::Scalar(scalar, span)),
                None => foreign(),
            },
            ("DateTime", [zone]) if is_in(module, &["chrono", "prelude"]) => {
                if is_named(zone, "Utc") {
                    return Some(Self::Scalar(Scalar::Timestamp(Dates::Chrono), span));
                }
                let hint = "a timestamp in Avro has no time zone: write DateTime<Utc>, and the zone in another field";
                refuse(span, hint, errors)
            }
            ("Vec", [item]) if is_in(module, &["vec"]) => {
                if is_u8(item) {
                    return Some(Self::Scalar(Scalar::Bytes, span));
                }
                Some(Self::List(Box::new(Self::read(item, errors)?.indirect()), span))
            }
            ("BTreeMap" | "HashMap", [key, values, ..])
                if is_in(module, &["collections", "btree_map", "hash_map"]) =>
            {
                let is_text = matches!(Self::read(key, errors)?, Self::Scalar(Scalar::String, _));
                if !is_text {
                    return refuse(key.span(), "the keys of an Avro map are strings: write String", errors);
                }
                let values = Box::new(Self::read(values, errors)?.indirect());
                Some(Self::Map { values, hashed: name == "HashMap", span })
            }
            ("Option", [inner]) if is_in(module, &["option"]) => {
                let inner = Self::read(inner, errors)?;
                if let Self::Option(_, span) = inner {
                    return refuse(span, "Avro has one null: write Option<…> once", errors);
                }
                Some(Self::Option(Box::new(inner), span))
            }
            ("Box", [inner]) if is_in(module, &["boxed"]) => Self::shared(ty, &name, inner, errors),
            ("Arc", [inner]) if is_in(module, &["sync"]) => Self::shared(ty, &name, inner, errors),
            _ => foreign(),
        }
    }

    /// Reads `Box<T>` or `Arc<T>`.
    fn shared(ty: &Type, name: &str, inner: &Type, errors: &mut Errors) -> Option<Self> {
        let span = ty.span();
        if is_named(inner, "str") {
            return Some(Self::Scalar(Scalar::Text(ty.to_token_stream().to_string()), span));
        }
        if let Type::Slice(_) = inner {
            return refuse(span, "an Avro array is a Vec: write Vec<…>", errors);
        }
        match Self::read(inner, errors)? {
            Self::Foreign { .. } => Some(Self::Foreign { ty: ForeignType::of(ty), indirect: true }),
            Self::Fixed { size, .. } if name == "Box" => Some(Self::Fixed { size, boxed: true, span }),
            _ => refuse(
                span,
                &format!(
                    "{name} is for types that derive AvroType: write {}",
                    inner.to_token_stream().to_string().replace(' ', "")
                ),
                errors,
            ),
        }
    }

    /// The type as the element of a list or a map.
    fn indirect(self) -> Self {
        match self {
            Self::Foreign { ty, .. } => Self::Foreign { ty, indirect: true },
            Self::Option(inner, span) => Self::Option(Box::new(inner.indirect()), span),
            other => other,
        }
    }

    /// Whether a value may contain values of the type that has the field, as far as the derive can tell.
    pub(crate) fn may_recur(&self) -> bool {
        match self {
            Self::Foreign { indirect, .. } => *indirect,
            Self::List(inner, _) | Self::Option(inner, _) => inner.may_recur(),
            Self::Map { values, .. } => values.may_recur(),
            Self::Scalar(..) | Self::Fixed { .. } => false,
        }
    }

    /// Whether the type is or contains a foreign type.
    pub(crate) fn has_foreign(&self) -> bool {
        match self {
            Self::Foreign { .. } => true,
            Self::List(inner, _) | Self::Option(inner, _) => inner.has_foreign(),
            Self::Map { values, .. } => values.has_foreign(),
            Self::Scalar(..) | Self::Fixed { .. } => false,
        }
    }

    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Scalar(_, span)
            | Self::List(_, span)
            | Self::Option(_, span)
            | Self::Fixed { span, .. }
            | Self::Map { span, .. } => *span,
            Self::Foreign { ty, .. } => ty.span,
        }
    }
}

fn refuse(span: Span, hint: &str, errors: &mut Errors) -> Option<RustType> {
    errors.add(span, hint);
    None
}

fn arguments(arguments: &PathArguments) -> Vec<&Type> {
    let PathArguments::AngleBracketed(arguments) = arguments else { return Vec::new() };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    types.collect()
}

/// Whether the last name of a type is this one.
fn is_named(ty: &Type, name: &str) -> bool {
    match ty {
        Type::Path(path) => path.path.segments.last().is_some_and(|segment| segment.ident == name),
        _ => false,
    }
}

fn is_u8(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident("u8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(ty: &str) -> RustType {
        let ty = syn::parse_str(ty).expect("a type");
        RustType::read(&ty, &mut Errors::default()).expect("a type of Avro")
    }

    #[test]
    fn a_type_of_the_user_may_have_a_well_known_name() {
        for path in
            ["self::String", "mine::String", "mine::Vec", "mine::Option<i32>", "mine::Rc<str>", "mine::Uuid"]
        {
            assert!(matches!(read(path), RustType::Foreign { .. }), "{path}");
        }
        let RustType::Option(inner, _) = read("Option<mine::Option<u8>>") else { panic!("an option") };
        assert!(matches!(*inner, RustType::Foreign { .. }));
    }

    #[test]
    fn well_known_types_are_recognised_by_name_and_by_path() {
        for path in ["String", "std::string::String", "::prost::alloc::string::String"] {
            assert!(matches!(read(path), RustType::Scalar(Scalar::String, _)), "{path}");
        }
        for path in ["Vec<u8>", "::std::vec::Vec<u8>"] {
            assert!(matches!(read(path), RustType::Scalar(Scalar::Bytes, _)), "{path}");
        }
        for path in ["Option<i32>", "::core::option::Option<i32>"] {
            assert!(matches!(read(path), RustType::Option(..)), "{path}");
        }
        for path in
            ["DateTime<Utc>", "chrono::DateTime<chrono::Utc>", "eventgen::types::chrono::DateTime<Utc>"]
        {
            assert!(matches!(read(path), RustType::Scalar(Scalar::Timestamp(Dates::Chrono), _)), "{path}");
        }
        assert!(matches!(
            read("jiff::civil::DateTime"),
            RustType::Scalar(Scalar::LocalTimestamp(Dates::Jiff), _)
        ));
        assert!(matches!(read("DateTime"), RustType::Foreign { .. }));
    }
}
