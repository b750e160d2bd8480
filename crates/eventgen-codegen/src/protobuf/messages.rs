//! Messages and enums, by prost-build, in the modules of their packages; and the files that they are registered as.

use eventgen_schema::contract::ProtobufFile;
use heck::ToShoutySnakeCase;
use proc_macro2::TokenStream;
use prost_build::{Config, Module};
use quote::{ToTokens, quote};
use syn::{Item, ItemMod};

use super::debug::debug;
use super::docs::document;
use crate::docs::{escaped, markdown};
use crate::literals::raw_string;
use crate::names::{ModulePath, ident};
use crate::{Error, Generator};

impl Generator<'_> {
    /// What prost makes of every package.
    pub(crate) fn messages(&self) -> Result<Vec<(ModulePath, TokenStream)>, Error> {
        let files = self.descriptors.all.iter();
        let requests: Vec<_> =
            files.map(|file| (Module::from_protobuf_package_name(file.package()), file.clone())).collect();
        if requests.is_empty() {
            return Ok(Vec::new());
        }
        let invalid = |reason: String| Error::Invalid { reason };
        let generated = Config::new()
            // What maps hold is written in order, so that equal events have equal bytes.
            .btree_map(["."])
            .prost_path("::eventgen::prost")
            .prost_types_path("::eventgen::prost_types")
            .generate(requests)
            .map_err(|error| invalid(error.to_string()))?;
        let mut modules = Vec::new();
        for (module, code) in generated {
            let mut file = syn::parse_file(&code).map_err(|error| invalid(error.to_string()))?;
            document(&mut file.items);
            split(module.parts().map(plain).collect(), file.items, &mut modules);
        }
        modules.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(modules)
    }

    /// A file in its registered form, as a constant.
    pub(crate) fn file(&self, file: &ProtobufFile) -> TokenStream {
        let (module, constant) = self.names.file(&file.name);
        let constant = ident(constant);
        let (name, text) = (&file.name, raw_string(&file.text));
        let doc = markdown(&format!("The file {} as it is registered.", escaped(name)));
        let imports = file.imports.iter().map(|import| self.names.file_path(import, module));
        quote! {
            #doc
            pub const #constant: ::eventgen::ProtobufFile = ::eventgen::ProtobufFile {
                name: #name,
                text: #text,
                imports: &[#(&#imports),*],
            };
        }
    }
}

/// Items by module: what is nested in a message shares its module with the events among them.
fn split(path: ModulePath, items: Vec<Item>, modules: &mut Vec<(ModulePath, TokenStream)>) {
    let mut own = TokenStream::new();
    for item in items {
        match item {
            Item::Mod(ItemMod { ident, content: Some((_, items)), .. }) => {
                let inner = path.iter().cloned().chain([plain(&ident.to_string())]).collect();
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

/// A name without the mark of a raw identifier.
fn plain(name: &str) -> String {
    name.trim_start_matches("r#").to_owned()
}

/// The constant of a file, such as `COMMON_MONEY_PROTO`.
pub(crate) fn constant(file: &str) -> String {
    let name = file.replace(|char: char| !char.is_ascii(), "_").to_shouty_snake_case();
    if name.starts_with(|first: char| first.is_ascii_digit()) { format!("_{name}") } else { name }
}

#[cfg(test)]
mod tests {
    use super::constant;

    #[test]
    fn files_have_names_of_constants() {
        assert_eq!(constant("common/money.proto"), "COMMON_MONEY_PROTO");
        assert_eq!(constant("2024/é.proto"), "_2024_PROTO");
    }
}
