//! The descriptors of a contract's messages and enums, by full name, with the location of their Rust types.

use std::collections::BTreeMap;

use eventgen_schema::Contract;
use prost::Message as _;
use prost_types::{DescriptorProto, EnumDescriptorProto, FileDescriptorSet};

use crate::error::Error;
use crate::model::paths::{ItemPath, ModulePath};
use crate::model::protobuf::distinct::{Distinct, distinct};
use crate::model::protobuf::prost_names::{inner_module, package_module, upper_camel};

/// Every message and enum of a contract's Protobuf files.
#[derive(Default)]
pub(crate) struct Descriptors {
    /// All files as prost gets them, in the order of the compiler. Google's are among them: prost needs them, though it
    /// has its own types for their messages.
    pub(crate) distinct: Distinct,
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
    /// The same message with the names that prost gets.
    pub(crate) renamed: DescriptorProto,
}

impl Message {
    /// The module of the items nested in it.
    pub(crate) fn inner_module(&self) -> ModulePath {
        inner_module(&self.item.module, self.renamed.name())
    }
}

impl Descriptors {
    /// # Errors
    /// Bytes that are not a `FileDescriptorSet`: a bug of the front end.
    pub(crate) fn of(contract: &Contract) -> Result<Self, Error> {
        let mut set = FileDescriptorSet::decode(contract.protobuf().descriptor_set)
            .map_err(|error| Error::Invalid { reason: error.to_string() })?;
        let eventgen_schema::protobuf::ProtobufFiles { files, unused, .. } = contract.protobuf();
        // A built-in file of options has no Rust.
        set.file.retain(|file| files.contains_key(file.name()) || !unused.contains(file.name()));
        for file in set.file.iter_mut().filter(|file| unused.contains(file.name())) {
            // Nothing refers to them. The file keeps its constant: events are registered with their imports.
            file.message_type.clear();
            file.enum_type.clear();
            file.service.clear();
        }
        let mut descriptors = Self { distinct: distinct(&set.file), ..Self::default() };
        let renamed = std::mem::take(&mut descriptors.distinct.files);
        for (file, renamed) in set.file.iter().zip(&renamed) {
            let scope = Scope {
                full_name: file.package().to_owned(),
                module: package_module(renamed.package()),
                is_proto2: file.syntax() != "proto3",
            };
            descriptors.enter(&scope, &file.message_type, &renamed.message_type);
            descriptors.enter_enums(&scope, &file.enum_type, &renamed.enum_type);
            if files.contains_key(file.name()) {
                descriptors.files.insert(file.name().to_owned(), scope.module);
            }
        }
        descriptors.distinct.files = renamed;
        // The vocabulary may be registered, and nothing else is generated from it.
        for name in files.keys() {
            descriptors.files.entry(name.clone()).or_default();
        }
        Ok(descriptors)
    }

    /// The compiler bounds the depth.
    fn enter(&mut self, scope: &Scope, messages: &[DescriptorProto], renamed: &[DescriptorProto]) {
        for (message, renamed) in messages.iter().zip(renamed) {
            let inner = Scope {
                full_name: joined(&scope.full_name, message.name()),
                module: inner_module(&scope.module, renamed.name()),
                is_proto2: scope.is_proto2,
            };
            self.enter(&inner, &message.nested_type, &renamed.nested_type);
            self.enter_enums(&inner, &message.enum_type, &renamed.enum_type);
            let message = Message {
                item: ItemPath::new(scope.module.clone(), upper_camel(renamed.name())),
                is_proto2: scope.is_proto2,
                descriptor: message.clone(),
                renamed: renamed.clone(),
            };
            self.messages.insert(inner.full_name, message);
        }
    }

    fn enter_enums(&mut self, scope: &Scope, enums: &[EnumDescriptorProto], renamed: &[EnumDescriptorProto]) {
        for (definition, renamed) in enums.iter().zip(renamed) {
            let item = ItemPath::new(scope.module.clone(), upper_camel(renamed.name()));
            self.enums.insert(joined(&scope.full_name, definition.name()), item);
        }
    }
}

/// A package or a message.
struct Scope {
    full_name: String,
    module: ModulePath,
    is_proto2: bool,
}

fn joined(scope: &str, name: &str) -> String {
    if scope.is_empty() { name.to_owned() } else { format!("{scope}.{name}") }
}
