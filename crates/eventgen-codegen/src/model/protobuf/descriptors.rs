//! The descriptors of a contract's messages and enums, by full name, with the location of their Rust types.

use std::collections::BTreeMap;

use eventgen_schema::Contract;
use prost::Message as _;
use prost_types::{DescriptorProto, EnumDescriptorProto, FileDescriptorProto, FileDescriptorSet};

use crate::error::Error;
use crate::model::paths::{ItemPath, ModulePath};
use crate::model::protobuf::prost_names::{inner_module, package_module, upper_camel};

/// Every message and enum of a contract's Protobuf files.
#[derive(Default)]
pub(crate) struct Descriptors {
    /// All files, in the order of the compiler. Google's are among them: prost needs them, though it has its own types
    /// for their messages.
    pub(crate) all: Vec<FileDescriptorProto>,
    /// The modules of the packages of the contract's own files, by file.
    pub(crate) files: BTreeMap<String, ModulePath>,
    pub(crate) messages: BTreeMap<String, Message>,
    pub(crate) enums: BTreeMap<String, ItemPath>,
}

/// A message and its location.
pub(crate) struct Message {
    pub(crate) item: ItemPath,
    pub(crate) is_proto2: bool,
    pub(crate) descriptor: DescriptorProto,
}

impl Message {
    /// The module of the items nested in it.
    pub(crate) fn inner_module(&self) -> ModulePath {
        inner_module(&self.item.module, self.descriptor.name())
    }
}

impl Descriptors {
    /// # Errors
    /// Bytes that are not a `FileDescriptorSet`: a bug of the front end.
    pub(crate) fn of(contract: &Contract) -> Result<Self, Error> {
        let set = FileDescriptorSet::decode(contract.protobuf().descriptor_set)
            .map_err(|error| Error::Invalid { reason: error.to_string() })?;
        let mut descriptors = Self::default();
        for mut file in set.file {
            if contract.protobuf().unused.contains(file.name()) {
                // Nothing refers to them. The file keeps its constant: events are registered with their imports.
                file.message_type.clear();
                file.enum_type.clear();
                file.service.clear();
            }
            let module = package_module(file.package());
            for message in &file.message_type {
                descriptors.enter(file.package(), &module, file.syntax() != "proto3", message);
            }
            descriptors.enter_enums(file.package(), &module, &file.enum_type);
            if contract.protobuf().files.contains_key(file.name()) {
                descriptors.files.insert(file.name().to_owned(), module);
            }
            descriptors.all.push(file);
        }
        Ok(descriptors)
    }

    /// The compiler bounds the depth.
    fn enter(&mut self, scope: &str, module: &ModulePath, is_proto2: bool, message: &DescriptorProto) {
        let full_name = joined(scope, message.name());
        let inner = inner_module(module, message.name());
        for nested in &message.nested_type {
            self.enter(&full_name, &inner, is_proto2, nested);
        }
        self.enter_enums(&full_name, &inner, &message.enum_type);
        let item = ItemPath::new(module.clone(), upper_camel(message.name()));
        self.messages.insert(full_name, Message { item, is_proto2, descriptor: message.clone() });
    }

    fn enter_enums(&mut self, scope: &str, module: &ModulePath, enums: &[EnumDescriptorProto]) {
        for definition in enums {
            let item = ItemPath::new(module.clone(), upper_camel(definition.name()));
            self.enums.insert(joined(scope, definition.name()), item);
        }
    }
}

fn joined(scope: &str, name: &str) -> String {
    if scope.is_empty() { name.to_owned() } else { format!("{scope}.{name}") }
}
