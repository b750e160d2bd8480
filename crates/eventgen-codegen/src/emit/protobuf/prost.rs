//! The messages and enums that prost-build writes, in the modules of their packages.

use std::collections::{BTreeMap, HashMap};

use eventgen_schema::guarded;
use proc_macro2::{Group, Literal, TokenStream, TokenTree};
use prost_build::{Config, Module};
use prost_types::FileDescriptorProto;
use quote::ToTokens;
use syn::{Item, ItemMod};

use crate::emit::protobuf::boxed::recursive_groups;
use crate::emit::protobuf::debug::debug;
use crate::emit::protobuf::docs::document;
use crate::emit::protobuf::hidden::with_paths;
use crate::error::Error;
use crate::model::paths::{ItemPath, ModulePath};
use crate::model::protobuf::descriptors::Descriptors;
use crate::model::protobuf::prost_names::unraw;

/// The items that prost-build writes, by module.
pub(super) fn messages(descriptors: &Descriptors) -> Result<Vec<(ModulePath, TokenStream)>, Error> {
    let files: Vec<&FileDescriptorProto> = descriptors.distinct.files.iter().collect();
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let generated = generate(&files)
        .map_err(|panic| Error::Compiler { file: panicking(&files), cause: panic })?
        .map_err(|error| Error::Invalid { reason: error.to_string() })?;
    // A package may be the module of a message in another package: the order is the same on every run.
    let generated: BTreeMap<ModulePath, String> =
        generated.into_iter().map(|(module, code)| (module.parts().map(unraw).collect(), code)).collect();
    let mut modules = Vec::new();
    for (path, code) in generated {
        let mut file = syn::parse_file(&code).map_err(|error| Error::invalid(&error))?;
        document(&mut file.items);
        split(path, file.items, &descriptors.distinct.values, &mut modules);
    }
    modules.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(modules)
}

/// Runs prost-build, which panics on some input.
fn generate(files: &[&FileDescriptorProto]) -> Result<std::io::Result<HashMap<Module, String>>, String> {
    let requests = files
        .iter()
        .map(|file| (Module::from_protobuf_package_name(file.package()), FileDescriptorProto::clone(file)));
    let requests = requests.collect();
    guarded(|| {
        let mut config = Config::new();
        for path in recursive_groups(files) {
            config.boxed(path);
        }
        config
            // Maps are written in order, so that equal events have equal bytes.
            .btree_map(["."])
            .prost_path("::eventgen::private::prost")
            .prost_types_path("::eventgen::private::prost_types")
            .generate(requests)
    })
}

/// The first file that prost-build panics on, with the files before it, which are those that it imports.
fn panicking(files: &[&FileDescriptorProto]) -> String {
    let counts = 1..=files.len();
    let first = counts.into_iter().find(|count| generate(&files[..*count]).is_err());
    first.map_or("the schemas", |count| files[count - 1].name()).to_owned()
}

/// Splits nested modules off, so that other items can be generated in them.
fn split(
    path: ModulePath,
    items: Vec<Item>,
    values: &BTreeMap<ItemPath, BTreeMap<String, String>>,
    modules: &mut Vec<(ModulePath, TokenStream)>,
) {
    let mut own = TokenStream::new();
    for item in items {
        match item {
            Item::Mod(ItemMod { ident, content: Some((_, items)), .. }) => {
                let inner = path.iter().cloned().chain([unraw(&ident.to_string())]).collect();
                split(inner, items, values, modules);
            }
            Item::Struct(mut message) => {
                let debug = debug(&mut message);
                own.extend(with_paths(message.into_token_stream()));
                debug.to_tokens(&mut own);
            }
            Item::Impl(item) => {
                let name = item.self_ty.to_token_stream().to_string();
                match values.get(&ItemPath::new(path.clone(), unraw(&name))) {
                    Some(values) => own.extend(with_names(item.into_token_stream(), values)),
                    None => item.to_tokens(&mut own),
                }
            }
            Item::Enum(item) => own.extend(with_paths(item.into_token_stream())),
            item => item.to_tokens(&mut own),
        }
    }
    modules.push((path, own));
}

/// The methods of an enum with the names that its values have in Protobuf.
fn with_names(tokens: TokenStream, values: &BTreeMap<String, String>) -> TokenStream {
    let replaced = tokens.into_iter().map(|token| match token {
        TokenTree::Group(group) => {
            TokenTree::Group(Group::new(group.delimiter(), with_names(group.stream(), values)))
        }
        TokenTree::Literal(literal) => {
            let text = literal.to_string();
            let original = values.get(text.trim_matches('"'));
            TokenTree::Literal(original.map_or(literal, |name| Literal::string(name)))
        }
        token => token,
    });
    replaced.collect()
}

#[cfg(test)]
mod tests {
    use prost_types::{EnumDescriptorProto, EnumValueDescriptorProto};

    use super::*;

    fn file(name: &str, values: &[&str]) -> FileDescriptorProto {
        let value = |(number, name): (i32, &&str)| EnumValueDescriptorProto {
            name: Some((*name).to_owned()),
            number: Some(number),
            options: None,
        };
        let definition = EnumDescriptorProto {
            name: Some("Kind".to_owned()),
            value: (0..).zip(values).map(value).collect(),
            ..EnumDescriptorProto::default()
        };
        FileDescriptorProto {
            name: Some(name.to_owned()),
            enum_type: vec![definition],
            ..FileDescriptorProto::default()
        }
    }

    #[test]
    fn a_panic_of_prost_build_is_an_error_of_a_file() {
        let (right, wrong) = (file("right.proto", &["A", "B"]), file("wrong.proto", &["FOO_BAR", "fooBar"]));
        assert!(generate(&[&right]).is_ok());
        let panic = generate(&[&right, &wrong]).expect_err("prost-build panics");
        assert!(panic.contains("variant names overlap"), "{panic}");
        assert_eq!(panicking(&[&right, &wrong]), "wrong.proto");
    }
}
