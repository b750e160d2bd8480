//! Builders of records, derived by bon.

use std::collections::BTreeSet;

use eventgen_schema::types::{Field, Record};
use heck::ToPascalCase as _;
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::emit::emitter::Emitter;
use crate::emit::idents::ident;
use crate::model::paths::ModulePath;

impl Emitter<'_> {
    /// The derive of a record's builder, if it has one.
    pub(crate) fn builder_derive(self, record: &Record, module: &ModulePath) -> Option<TokenStream> {
        self.has_builder(record, module).then(|| {
            quote! {
                #[derive(::eventgen::private::bon::Builder)]
                #[builder(crate = ::eventgen::private::bon, on(_, into))]
            }
        })
    }

    /// The attributes of a field for its record's builder.
    pub(crate) fn builder_attributes(
        self,
        record: &Record,
        field: &Field,
        name: Option<&Ident>,
        module: &ModulePath,
    ) -> Option<TokenStream> {
        if !self.has_builder(record, module) {
            return None;
        }
        let optional = self.model.is_option(field.type_id);
        // bon makes an `Option` optional without an attribute.
        let implied = optional && field.default.as_ref().is_none_or(serde_json::Value::is_null);
        let default = if implied { None } else { self.builder_default(field, module) };
        let required = if optional { Some(quote!(required,)) } else { None };
        let default = default.map(|value| quote!(#required default = #value));
        let name = name.map(|name| quote!(name = #name));
        let arguments: Vec<TokenStream> = name.into_iter().chain(default).collect();
        (!arguments.is_empty()).then(|| quote!(#[builder(#(#arguments),*)]))
    }

    /// bon names the prelude's types without their paths, so a module that shadows one of them has no builders.
    fn has_builder(self, record: &Record, module: &ModulePath) -> bool {
        self.model.settings.has_builder(record.fields.len()) && !self.model.names.shadows_prelude(module)
    }
}

/// The names that a builder gives to fields whose own names it cannot use: bon derives a type from the name of each field,
/// and these types need valid and distinct names.
pub(crate) fn builder_names(fields: &[Ident]) -> Vec<Option<Ident>> {
    let mut taken = BTreeSet::new();
    let name = |(index, field): (usize, &Ident)| {
        let type_name = field.to_string().trim_start_matches("r#").to_pascal_case();
        let valid = type_name.starts_with(|first: char| first.is_ascii_alphabetic());
        if valid && taken.insert(type_name) {
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
