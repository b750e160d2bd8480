//! Parts of an item that code first and schema first share.

use quote::ToTokens as _;

use crate::input::item::{Field, Item};

/// The visibility of an item, as it is written.
pub(crate) fn visibility(item: &Item) -> String {
    item.visibility.to_token_stream().to_string()
}

/// The names of the fields that are in the schema.
pub(crate) fn field_names(fields: &[Field]) -> Vec<String> {
    names(fields, false)
}

/// The names of the fields that are skipped.
pub(crate) fn skipped_names(fields: &[Field]) -> Vec<String> {
    names(fields, true)
}

fn names(fields: &[Field], skipped: bool) -> Vec<String> {
    let fields = fields.iter().filter(|field| field.attributes.skip == skipped);
    fields.map(|field| field.rust_name.clone()).collect()
}
