//! Attributes of generated types and fields: those of the settings and serde's.

use eventgen_schema::types::{Field, Record, TypeId};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::emit::emitter::Emitter;
use crate::emit::idents::source;
use crate::model::paths::ModulePath;

/// serde implements its traits for arrays of up to this many items.
const SERDE_MAX_ARRAY: u32 = 32;

impl Emitter<'_> {
    /// The attributes of a type.
    pub(crate) fn type_attributes(self, full_name: &str) -> TokenStream {
        let own: TokenStream = self.model.settings.type_attributes_of(full_name).map(source).collect();
        if self.model.settings.derives_serde() {
            quote! {
                #[derive(::eventgen::private::serde::Serialize, ::eventgen::private::serde::Deserialize)]
                #[serde(crate = "::eventgen::private::serde")]
                #own
            }
        } else {
            own
        }
    }

    /// The attributes of a record.
    pub(crate) fn record_attributes(self, record: &Record, module: &ModulePath) -> TokenStream {
        let attributes = self.type_attributes(&record.name.to_string());
        let builder = self.builder_derive(record, module);
        quote!(#attributes #builder)
    }

    /// The attributes of a field.
    pub(crate) fn field_attributes(
        self,
        record: &Record,
        (field, ident): (&Field, &Ident),
        builder_name: Option<&Ident>,
        module: &ModulePath,
    ) -> TokenStream {
        let own = self.member_attributes(&record.name.to_string(), &field.name);
        let rename = self.serde_rename(&field.name, ident);
        let builder = self.builder_attributes(record, field, builder_name, module);
        let fixed = self.serde_fixed(field.type_id);
        quote!(#rename #fixed #builder #own)
    }

    /// The attributes that the settings give a field or a symbol.
    pub(crate) fn member_attributes(self, full_name: &str, member: &str) -> TokenStream {
        self.model.settings.field_attributes_of(full_name, member).into_iter().map(source).collect()
    }

    /// In JSON a field, a symbol or a branch has its name in the schema.
    pub(crate) fn serde_rename(self, name: &str, ident: &Ident) -> Option<TokenStream> {
        let same = ident.to_string().trim_start_matches("r#") == name;
        (self.model.settings.derives_serde() && !same).then(|| quote!(#[serde(rename = #name)]))
    }

    /// The attribute of a type that contains an array that serde does not implement its traits for.
    pub(crate) fn serde_fixed(self, id: TypeId) -> Option<TokenStream> {
        (self.model.settings.derives_serde() && self.model.contains_fixed_over(SERDE_MAX_ARRAY, id))
            .then(|| quote!(#[serde(with = "::eventgen::avro::fixed_bytes")]))
    }
}
