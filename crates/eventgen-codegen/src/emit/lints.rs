//! Lints that generated code allows.

use proc_macro2::TokenStream;
use quote::quote;

/// Allows lints about what the schema's author decides: names, documentation, the shapes of types, and items that an
/// application does not use.
pub(crate) fn allow() -> TokenStream {
    quote! {
        #[allow(
            dead_code,
            deprecated,
            unreachable_pub,
            clippy::doc_lazy_continuation,
            clippy::doc_markdown,
            clippy::doc_overindented_list_items,
            clippy::enum_variant_names,
            clippy::large_enum_variant,
            clippy::module_inception,
            clippy::new_ret_no_self,
            clippy::pub_underscore_fields,
            clippy::redundant_closure_for_method_calls,
            clippy::semicolon_if_nothing_returned,
            clippy::should_implement_trait,
            clippy::struct_excessive_bools,
            clippy::struct_field_names,
            clippy::too_many_lines,
            clippy::used_underscore_binding,
            clippy::used_underscore_items,
            clippy::wrong_self_convention,
            clippy::zero_sized_map_values,
            rustdoc::bare_urls
        )]
    }
}
