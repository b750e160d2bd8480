//! `#[prost(…)]` of a field, as prost's derives read it.

use eventgen_schema::did_you_mean;
use proc_macro2::Span;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{Expr, ExprLit, Lit, Meta, Token};

use crate::errors::Errors;

/// The type of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// A scalar, by its name.
    Scalar(&'static str),
    /// An enum, by its path in Rust.
    Enumeration(String),
    Message,
    /// Keys and values.
    Map(&'static str, Box<Kind>),
    /// A oneof, by its path in Rust, with the tags of its members.
    Oneof(String, Vec<u32>),
}

/// The label of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    Plain,
    Optional,
    Repeated,
}

/// The attribute of a field.
#[derive(Debug)]
pub(super) struct Attribute {
    pub(super) kind: Kind,
    pub(super) label: Label,
    /// 0 for a oneof.
    pub(super) tag: u32,
    pub(super) is_unpacked: bool,
}

/// The scalar types. Their names are the same in prost and Protobuf.
const SCALARS: [&str; 15] = [
    "double", "float", "int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32", "fixed64",
    "sfixed32", "sfixed64", "bool", "string", "bytes",
];
/// The other properties of prost.
const OTHERS: [&str; 14] = [
    "message",
    "enumeration",
    "oneof",
    "map",
    "hash_map",
    "btree_map",
    "tag",
    "tags",
    "optional",
    "repeated",
    "required",
    "packed",
    "boxed",
    "default",
];

impl Attribute {
    /// Reads the attributes of a field. Reports errors and returns `None`.
    pub(super) fn read(
        attributes: &[syn::Attribute],
        field: Span,
        is_member: bool,
        errors: &mut Errors,
    ) -> Option<Self> {
        let mut metas = Vec::new();
        let own = attributes.iter().filter(|attribute| attribute.path().is_ident("prost"));
        for attribute in own {
            match attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated) {
                Ok(more) => metas.extend(more),
                Err(error) => {
                    errors.push(error);
                    return None;
                }
            }
        }
        if metas.is_empty() {
            let message =
                "the field has no type and no tag in Protobuf: write both, such as #[prost(string, tag = 1)]";
            errors.add(field, message);
            return None;
        }
        let mut reading = Reading::of(field);
        for meta in &metas {
            reading.property(meta, errors);
        }
        reading.finish(is_member, errors)
    }
}

/// What has been read so far.
struct Reading {
    field: Span,
    kind: Option<Kind>,
    label: Option<Label>,
    tag: Option<u32>,
    tags: Vec<u32>,
    is_unpacked: bool,
    is_wrong: bool,
}

impl Reading {
    fn of(field: Span) -> Self {
        Self {
            field,
            kind: None,
            label: None,
            tag: None,
            tags: Vec::new(),
            is_unpacked: false,
            is_wrong: false,
        }
    }

    fn wrong(&mut self, span: Span, message: impl std::fmt::Display, errors: &mut Errors) {
        self.is_wrong = true;
        errors.add(span, message);
    }

    fn property(&mut self, meta: &Meta, errors: &mut Errors) {
        let (name, span) =
            (meta.path().get_ident().map(ToString::to_string).unwrap_or_default(), meta.span());
        if let Some(scalar) = SCALARS.iter().find(|scalar| **scalar == name) {
            self.kind = Some(Kind::Scalar(scalar));
            return;
        }
        match (name.as_str(), text(meta)) {
            ("message", _) => self.kind = Some(Kind::Message),
            ("enumeration", Some(path)) => self.kind = Some(Kind::Enumeration(path)),
            ("oneof", Some(path)) => self.kind = Some(Kind::Oneof(path, Vec::new())),
            ("map" | "hash_map" | "btree_map", Some(both)) => match map(&both) {
                Some(kind) => self.kind = Some(kind),
                None => self.wrong(
                    span,
                    format!(
                        "the keys of a map are integers, bool or string: write {name} = \"string, int32\""
                    ),
                    errors,
                ),
            },
            ("tag", Some(number)) => match number.parse() {
                Ok(tag) => self.tag = Some(tag),
                Err(_) => self.wrong(span, "a tag is an integer: write tag = 1", errors),
            },
            ("tags", Some(numbers)) => match numbers.split(',').map(|tag| tag.trim().parse()).collect() {
                Ok(tags) => self.tags = tags,
                Err(_) => self.wrong(span, "tags are integers: write tags = \"4, 5\"", errors),
            },
            ("optional", _) => self.label = Some(Label::Optional),
            ("repeated", _) => self.label = Some(Label::Repeated),
            ("packed", value) => self.is_unpacked = value.is_some_and(|value| value == "false"),
            ("boxed", _) => {}
            ("required", _) => self.wrong(
                span,
                "events are proto3, which has no required fields: remove `required`, or write `optional`",
                errors,
            ),
            ("default", _) => self.wrong(
                span,
                "events are proto3, where defaults depend on the type only: remove `default`",
                errors,
            ),
            ("group", _) => {
                self.wrong(span, "events are proto3, which has no groups: write a message, and `message` instead of `group`", errors);
            }
            ("enumeration" | "oneof", None) => {
                self.wrong(span, format!("`{name}` needs a type: write {name} = \"…\""), errors);
            }
            (name, None) if matches!(name, "tag" | "tags" | "map" | "hash_map" | "btree_map") => {
                self.wrong(span, format!("`{name}` needs a value: write {name} = \"…\""), errors);
            }
            _ => {
                let near = did_you_mean(&name, SCALARS.iter().chain(&OTHERS).copied());
                let hint = near.map_or_else(
                    || "see the documentation of prost".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
                self.wrong(span, format!("unknown property `{name}` of #[prost(…)]: {hint}"), errors);
            }
        }
    }

    fn finish(mut self, is_member: bool, errors: &mut Errors) -> Option<Attribute> {
        let (field, tags) = (self.field, std::mem::take(&mut self.tags));
        match &mut self.kind {
            None if !self.is_wrong => {
                self.wrong(field, "the field has no type in Protobuf: write one, such as #[prost(string, tag = 1)]", errors);
            }
            Some(Kind::Oneof(_, all)) if !tags.is_empty() => *all = tags,
            Some(Kind::Oneof(..)) => {
                self.wrong(field, "a oneof needs the tags of its members: write tags = \"4, 5\"", errors);
            }
            Some(_) if self.tag.is_none() && !self.is_wrong => self.wrong(
                field,
                "a field needs a tag that never changes: write tag = 1 (prost counts fields without one, and moving such a \
                 field changes its tag)",
                errors,
            ),
            _ => {}
        }
        if is_member && matches!(self.kind, Some(Kind::Map(..) | Kind::Oneof(..))) {
            self.wrong(
                field,
                "a member of a oneof cannot be a map or a oneof: put it into a message",
                errors,
            );
        }
        if self.is_wrong {
            return None;
        }
        Some(Attribute {
            kind: self.kind?,
            label: self.label.unwrap_or(Label::Plain),
            tag: self.tag.unwrap_or_default(),
            is_unpacked: self.is_unpacked,
        })
    }
}

/// The value of a property as text: after `=`, or in parentheses.
fn text(meta: &Meta) -> Option<String> {
    match meta {
        Meta::Path(_) => None,
        Meta::List(list) => Some(list.tokens.to_string()),
        Meta::NameValue(value) => match &value.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => Some(number.base10_digits().to_owned()),
            Expr::Lit(ExprLit { lit: Lit::Bool(value), .. }) => Some(value.value.to_string()),
            _ => None,
        },
    }
}

/// The types of a map, from `key, value`.
fn map(both: &str) -> Option<Kind> {
    let (key, value) = both.split_once(',')?;
    let scalar = |name: &str| SCALARS.iter().find(|scalar| **scalar == name.trim()).copied();
    let key = scalar(key).filter(|key| !matches!(*key, "double" | "float" | "bytes"))?;
    let value = value.trim();
    let value = match value.strip_prefix("enumeration") {
        Some(path) => Kind::Enumeration(path.trim().strip_prefix('(')?.strip_suffix(')')?.trim().to_owned()),
        None if value == "message" => Kind::Message,
        None => Kind::Scalar(scalar(value)?),
    };
    Some(Kind::Map(key, Box::new(value)))
}
