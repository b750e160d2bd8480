//! The descriptors behind a contract's messages, by full name, and the Rust names that prost gives them.

use std::collections::BTreeMap;

use eventgen_schema::Contract;
use heck::{ToSnakeCase, ToUpperCamelCase};
use prost::Message as _;
use prost_types::{DescriptorProto, EnumDescriptorProto, FileDescriptorProto, FileDescriptorSet};

use crate::Error;
use crate::names::ModulePath;

/// Every message and enum of a contract's Protobuf files.
#[derive(Default)]
pub(crate) struct Descriptors {
    /// All files, in the compiler's order. (prost asks for Google's too, though it has types of its own for them.)
    pub(super) all: Vec<FileDescriptorProto>,
    /// The user's files by name, with the modules of their packages.
    files: BTreeMap<String, ModulePath>,
    pub(super) messages: BTreeMap<String, Message>,
    /// Where each enum is: its module and its name there.
    enums: BTreeMap<String, (ModulePath, String)>,
}

/// A message and where it is.
pub(super) struct Message {
    pub(super) module: ModulePath,
    pub(super) ident: String,
    pub(super) is_proto2: bool,
    pub(super) descriptor: DescriptorProto,
}

impl Message {
    /// The module of what is nested in it.
    pub(super) fn inner_module(&self) -> ModulePath {
        inner_module(&self.module, self.descriptor.name())
    }
}

impl Descriptors {
    pub(crate) fn of(contract: &Contract) -> Result<Self, Error> {
        let set = FileDescriptorSet::decode(contract.protobuf.descriptor_set.as_slice())
            .map_err(|error| Error::Invalid { reason: error.to_string() })?;
        let mut descriptors = Self::default();
        for file in set.file {
            let module = package_module(file.package());
            for message in &file.message_type {
                descriptors.enter(file.package(), &module, file.syntax() != "proto3", message);
            }
            descriptors.enter_enums(file.package(), &module, &file.enum_type);
            if contract.protobuf.files.contains_key(file.name()) {
                descriptors.files.insert(file.name().to_owned(), module);
            }
            descriptors.all.push(file);
        }
        Ok(descriptors)
    }

    /// Depth is bounded by the compiler.
    fn enter(&mut self, scope: &str, module: &ModulePath, is_proto2: bool, message: &DescriptorProto) {
        let full_name = joined(scope, message.name());
        let inner = inner_module(module, message.name());
        for nested in &message.nested_type {
            self.enter(&full_name, &inner, is_proto2, nested);
        }
        self.enter_enums(&full_name, &inner, &message.enum_type);
        let (module, ident) = (module.clone(), upper_camel(message.name()));
        self.messages.insert(full_name, Message { module, ident, is_proto2, descriptor: message.clone() });
    }

    fn enter_enums(&mut self, scope: &str, module: &ModulePath, enums: &[EnumDescriptorProto]) {
        for definition in enums {
            let place = (module.clone(), upper_camel(definition.name()));
            self.enums.insert(joined(scope, definition.name()), place);
        }
    }

    /// The module and the name of a message.
    pub(crate) fn message(&self, full_name: &str) -> Option<(ModulePath, String)> {
        self.messages.get(full_name).map(|message| (message.module.clone(), message.ident.clone()))
    }

    /// The module and the name of an enum.
    pub(super) fn enumeration(&self, full_name: &str) -> Option<&(ModulePath, String)> {
        self.enums.get(full_name)
    }

    /// The user's files, with the modules of their packages.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, ModulePath)> {
        self.files.iter().map(|(name, module)| (name.as_str(), module.clone()))
    }

    /// Every name that prost takes, types and modules, by module. (Those of Google's files are taken in modules that
    /// nothing else is generated in.)
    pub(crate) fn taken(&self) -> impl Iterator<Item = (ModulePath, String)> {
        let parts = |place: (&ModulePath, &String)| {
            let (module, ident) = place;
            let modules = (0..module.len()).map(|depth| (module[..depth].to_vec(), module[depth].clone()));
            modules.chain([(module.clone(), ident.clone())]).collect::<Vec<_>>()
        };
        let messages = self.messages.values().flat_map(move |message| {
            let inner = message.inner_module();
            let (last, outer) =
                inner.split_last().map_or((None, &[][..]), |(last, outer)| (Some(last), outer));
            let inner = last.map(|last| (outer.to_vec(), last.clone()));
            parts((&message.module, &message.ident)).into_iter().chain(inner)
        });
        messages.chain(self.enums.values().flat_map(move |(module, ident)| parts((module, ident))))
    }
}

fn joined(scope: &str, name: &str) -> String {
    if scope.is_empty() { name.to_owned() } else { format!("{scope}.{name}") }
}

/// The modules of a package, as prost names them.
fn package_module(package: &str) -> ModulePath {
    package.split('.').filter(|part| !part.is_empty()).map(snake).collect()
}

fn inner_module(module: &ModulePath, message: &str) -> ModulePath {
    module.iter().cloned().chain([snake(message)]).collect()
}

/// A field, a module, as prost names it; keywords are made raw where it becomes an identifier.
pub(super) fn snake(name: &str) -> String {
    fit(name.to_snake_case())
}

/// A type or a variant, as prost names it.
pub(super) fn upper_camel(name: &str) -> String {
    fit(name.to_upper_camel_case())
}

/// prost's names for what cannot be a raw identifier.
fn fit(name: String) -> String {
    match name.as_str() {
        "_" | "super" | "self" | "Self" | "extern" | "crate" => name + "_",
        text if text.starts_with(char::is_numeric) => format!("_{text}"),
        _ => name,
    }
}
