//! The messages and enums that prost-build writes, in the modules of their packages.

use proc_macro2::TokenStream;
use prost_build::{Config, Module};
use quote::ToTokens;
use syn::{Item, ItemMod};

use crate::emit::protobuf::debug::debug;
use crate::emit::protobuf::docs::document;
use crate::error::Error;
use crate::model::paths::ModulePath;
use crate::model::protobuf::descriptors::Descriptors;
use crate::model::protobuf::prost_names::unraw;

/// The items that prost-build writes, by module.
pub(super) fn messages(descriptors: &Descriptors) -> Result<Vec<(ModulePath, TokenStream)>, Error> {
    let files = descriptors.all.iter();
    let requests: Vec<_> =
        files.map(|file| (Module::from_protobuf_package_name(file.package()), file.clone())).collect();
    if requests.is_empty() {
        return Ok(Vec::new());
    }
    let generated = Config::new()
        // Maps are written in order, so that equal events have equal bytes.
        .btree_map(["."])
        .prost_path("::eventgen::private::prost")
        .prost_types_path("::eventgen::private::prost_types")
        .generate(requests)
        .map_err(|error| Error::Invalid { reason: error.to_string() })?;
    let mut modules = Vec::new();
    for (module, code) in generated {
        let mut file = syn::parse_file(&code).map_err(|error| Error::invalid(&error))?;
        document(&mut file.items);
        split(module.parts().map(unraw).collect(), file.items, &mut modules);
    }
    modules.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(modules)
}

/// Splits nested modules off, so that other items can be generated in them.
fn split(path: ModulePath, items: Vec<Item>, modules: &mut Vec<(ModulePath, TokenStream)>) {
    let mut own = TokenStream::new();
    for item in items {
        match item {
            Item::Mod(ItemMod { ident, content: Some((_, items)), .. }) => {
                let inner = path.iter().cloned().chain([unraw(&ident.to_string())]).collect();
                split(inner, items, modules);
            }
            Item::Struct(mut message) => {
                let debug = debug(&mut message);
                message.to_tokens(&mut own);
                debug.to_tokens(&mut own);
            }
            item => item.to_tokens(&mut own),
        }
    }
    modules.push((path, own));
}
