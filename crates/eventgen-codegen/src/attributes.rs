//! Attributes on generated types and fields: those of the settings, serde's and the builders'.

use std::collections::BTreeSet;

use eventgen_schema::types::{Field, Record, Type, TypeId};
use heck::ToPascalCase as _;
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::Generator;
use crate::names::{ModulePath, ident};
use crate::unions::{Shape, shape};

impl Generator<'_> {
    /// The attributes of a type.
    pub(crate) fn type_attributes(&self, full_name: &str) -> TokenStream {
        let own = self.settings.type_attributes_of(full_name);
        if self.settings.serde {
            quote! {
                #[derive(::eventgen::serde::Serialize, ::eventgen::serde::Deserialize)]
                #[serde(crate = "::eventgen::serde")]
                #own
            }
        } else {
            own
        }
    }

    /// The attributes of a record.
    pub(crate) fn record_attributes(&self, record: &Record, module: &ModulePath) -> TokenStream {
        let attributes = self.type_attributes(&record.name.to_string());
        if !self.has_builder(record, module) {
            return attributes;
        }
        quote! {
            #attributes
            #[derive(::eventgen::bon::Builder)]
            #[builder(crate = ::eventgen::bon, on(_, into))]
        }
    }

    /// The attributes of a field.
    pub(crate) fn field_attributes(
        &self,
        record: &Record,
        (field, ident): (&Field, &Ident),
        builder_name: Option<&Ident>,
        module: &ModulePath,
    ) -> TokenStream {
        let own = self.settings.field_attributes_of(&record.name.to_string(), &field.name);
        let rename = self.serde_rename(&field.name, ident);
        let builder = if self.has_builder(record, module) {
            self.builder_attributes(field, builder_name, module)
        } else {
            None
        };
        let fixed = self.serde_fixed(field.type_id);
        quote!(#rename #fixed #builder #own)
    }

    fn builder_attributes(
        &self,
        field: &Field,
        name: Option<&Ident>,
        module: &ModulePath,
    ) -> Option<TokenStream> {
        let optional = self.is_option(field.type_id);
        // What is null unless it is set is so without a word.
        let silent = optional && field.default.as_ref().is_none_or(serde_json::Value::is_null);
        let default = if silent { None } else { self.builder_default(field, module) };
        let required = if optional { Some(quote!(required,)) } else { None };
        let default = default.map(|value| quote!(#required default = #value));
        let name = name.map(|name| quote!(name = #name));
        let words: Vec<TokenStream> = name.into_iter().chain(default).collect();
        (!words.is_empty()).then(|| quote!(#[builder(#(#words),*)]))
    }

    /// In JSON a field, a symbol or a branch is called as in the schema.
    pub(crate) fn serde_rename(&self, name: &str, ident: &Ident) -> Option<TokenStream> {
        let same = ident.to_string().trim_start_matches("r#") == name;
        (self.settings.serde && !same).then(|| quote!(#[serde(rename = #name)]))
    }

    /// serde knows arrays of up to 32 items only.
    pub(crate) fn serde_fixed(&self, id: TypeId) -> Option<TokenStream> {
        (self.settings.serde && self.holds_long_fixed(id))
            .then(|| quote!(#[serde(with = "::eventgen::avro::fixed_bytes")]))
    }

    /// Whether a type holds a long fixed value itself, not in a type of its own.
    fn holds_long_fixed(&self, id: TypeId) -> bool {
        let types = &self.contract.types;
        match types.get(id) {
            Type::Fixed(fixed) => fixed.size > 32,
            Type::Array(inner) | Type::Map(inner) => self.holds_long_fixed(*inner),
            Type::Union(branches) => match shape(branches, types) {
                Shape::Single(inner) | Shape::Nullable { inner, .. } => self.holds_long_fixed(inner),
                Shape::Enum { .. } => false,
            },
            Type::Logical { base, .. } => self.is_plain(id) && self.holds_long_fixed(*base),
            _ => false,
        }
    }

    /// bon names the prelude's types without their paths, so there are no builders beside types of these names.
    fn has_builder(&self, record: &Record, module: &ModulePath) -> bool {
        self.settings.builders.is_some_and(|fields| record.fields.len() >= fields)
            && !self.names.hides_prelude(module)
    }

    fn is_option(&self, id: TypeId) -> bool {
        let types = &self.contract.types;
        match types.get(id) {
            Type::Union(branches) => match shape(branches, types) {
                Shape::Single(inner) => self.is_option(inner),
                Shape::Nullable { .. } | Shape::Enum { null: Some(_), .. } => true,
                Shape::Enum { null: None, .. } => false,
            },
            _ => false,
        }
    }
}

/// What builders call the fields whose own names will not do: bon makes types out of the names of fields, which must be
/// names and differ.
pub(crate) fn builder_names(fields: &[Ident]) -> Vec<Option<Ident>> {
    let mut taken = BTreeSet::new();
    let name = |(index, field): (usize, &Ident)| {
        let type_name = field.to_string().trim_start_matches("r#").to_pascal_case();
        let fits = type_name.starts_with(|first: char| first.is_ascii_alphabetic());
        if fits && taken.insert(type_name) {
            return None;
        }
        let mut free = index;
        while !taken.insert(format!("Field{free}")) {
            free += 1;
        }
        Some(ident(&format!("field_{free}")))
    };
    fields.iter().enumerate().map(name).collect()
}
