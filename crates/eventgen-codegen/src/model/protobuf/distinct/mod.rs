//! Descriptors as prost gets them: names that are different in Protobuf and equal in Rust are made different, and defaults
//! that prost cannot write are replaced. Names are not part of the bytes, so messages are read and written as before.

mod defaults;
mod enums;
mod fields;
mod oneofs;
mod scope;
mod types;

use std::collections::BTreeMap;

use prost_types::{DescriptorProto, FileDescriptorProto};

use crate::model::paths::{ItemPath, ModulePath};
use crate::model::protobuf::prost_names::{inner_module, package_module, upper_camel};

/// Descriptors with distinct names in Rust.
#[derive(Default)]
pub(crate) struct Distinct {
    pub(crate) files: Vec<FileDescriptorProto>,
    /// The names of enum values that were changed, by the enum's path in Rust: the new name, then the author's.
    pub(crate) values: BTreeMap<ItemPath, BTreeMap<String, String>>,
}

/// Makes the names of files distinct. The files are in order, each after its imports.
pub(crate) fn distinct(files: &[FileDescriptorProto]) -> Distinct {
    let mut distinct = Distinct { files: files.to_vec(), values: BTreeMap::new() };
    // Defaults name values of enums, which are renamed afterwards.
    defaults::replace(&mut distinct.files);
    let mut types = types::rename(&mut distinct.files);
    for file in distinct.files.iter_mut().filter(|file| is_generated(file)) {
        let module = package_module(file.package());
        for definition in &mut file.enum_type {
            enums::rename(definition, &module, &mut distinct.values);
        }
        for message in &mut file.message_type {
            members(message, &module, &mut types, &mut distinct.values);
        }
    }
    defaults::rename_values(&mut distinct.files, &distinct.values);
    distinct
}

/// Google's well-known types are part of prost.
fn is_generated(file: &FileDescriptorProto) -> bool {
    file.package() != "google.protobuf"
}

/// Renames the members of a message and of those in it. The compiler bounds the depth.
fn members(
    message: &mut DescriptorProto,
    module: &ModulePath,
    types: &mut types::Taken,
    values: &mut BTreeMap<ItemPath, BTreeMap<String, String>>,
) {
    let inner = inner_module(module, message.name());
    let mut scope = fields::rename(message);
    oneofs::rename(message, types.entry(inner.clone()).or_default(), &mut scope);
    for definition in &mut message.enum_type {
        enums::rename(definition, &inner, values);
    }
    for nested in message.nested_type.iter_mut().filter(|nested| !is_map_entry(nested)) {
        members(nested, &inner, types, values);
    }
}

fn is_map_entry(message: &DescriptorProto) -> bool {
    message.options.as_ref().is_some_and(prost_types::MessageOptions::map_entry)
}

/// The path of a type in Rust.
fn type_path(module: &ModulePath, name: &str) -> ItemPath {
    ItemPath::new(module.clone(), upper_camel(name))
}
