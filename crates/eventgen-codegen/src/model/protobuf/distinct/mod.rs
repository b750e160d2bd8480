//! Descriptors as prost gets them: names that are different in Protobuf and equal in Rust are made different, and defaults
//! that prost cannot write are replaced. Names are not part of the bytes, so messages are read and written as before.

mod defaults;
mod enums;
mod fields;
mod kinds;
mod oneofs;
mod scope;
mod types;

use std::collections::BTreeMap;

use prost_types::{DescriptorProto, FileDescriptorProto};

use kinds::{is_generated, is_map_entry};

use crate::model::paths::{ItemPath, ModulePath};
use crate::model::protobuf::prost_names::{inner_module, package_module};

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
